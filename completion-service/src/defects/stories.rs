//! The shortest story of each defect that shows itself in the order of things: a script for `payloop certify --history`, and the rule that it breaks.

use super::catalogue::Defect;

/// A defect, and what shows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Story {
    /// The defect.
    pub defect: Defect,
    /// The rule that the story breaks: an invariant, or a demand by its name.
    pub rule: &'static str,
    /// Its steps, one a line.
    pub script: &'static str,
}

const fn story(defect: Defect, rule: &'static str, script: &'static str) -> Story {
    Story { defect, rule, script }
}

/// A wrong service of each kind. The last ones are those that no case notices.
pub const STORIES: [Story; 18] = [
    story(Defect::SeenBeforeDone, "INV-2", "break A finalize 503 until-healed\npay A\n"),
    story(Defect::CancelsOnExpired, "no-cancel-without-cause", "visit A\nexpire A\n"),
    story(Defect::UnpaidCountsAsPaid, "INV-1", "debit A\n"),
    story(Defect::RepeatIsError, "INV-8", "pay A\nresend A\n"),
    story(Defect::CheckThenAct, "no-race-fails", "under AMB-1=fault\nat-once A\npay A\n"),
    story(Defect::LateMoneyKept, "INV-2", "visit A\ntime-out A\npay A\n"),
    story(Defect::ForgetsAtRestart, "INV-8", "under AMB-1=fault\npay A\nrestart\nresend A\n"),
    story(Defect::CompletedOnly, "INV-2", "debit A\nbank-pays A\n"),
    story(Defect::NeedsFirstEvent, "INV-2", "hold A\ndebit A\nbank-pays A\nrelease A newest-first\n"),
    story(Defect::BelievesLateSuccess, "INV-2", "under AMB-2=ignored\nvisit A\ntime-out A\npay A\n"),
    story(Defect::AlwaysAcknowledged, "INV-2", "break A finalize 503 until-healed\npay A\n"),
    story(Defect::NewLinkEachVisit, "INV-4", "visit A\nvisit A\npay A\npay A\n"),
    story(Defect::UnlimitedLinks, "INV-4", "visit A\nvisit A\npay A\npay A\n"),
    story(Defect::StaticFieldMixesBuyers, "paid-is-completed", "visit A\nvisit B\npay A\n"),
    story(Defect::CountsDebits, "INV-2", "debit A\nresend A\nbank-pays A\n"),
    story(Defect::ExpiryEndsDebits, "no-cancel-without-cause", "visit A\nvisit A\ndebit A\nexpire A\n"),
    story(Defect::StaleNewsIsDoubt, "INV-8", "under AMB-1=fault\npay A\nstale A\nresend A\n"),
    story(Defect::ChokesOnWhatWentBack, "INV-8", "pay A\nrefund A\nresend A all\n"),
];

impl Story {
    /// The story of a defect, where it has one.
    #[must_use]
    pub fn of(defect: Defect) -> Option<Self> {
        STORIES.iter().copied().find(|story| story.defect == defect)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_no_case_notices_has_a_story_and_none_has_two() {
        for defect in Defect::all() {
            let told = STORIES.iter().filter(|story| story.defect == *defect).count();
            assert!(told <= 1, "{}", defect.name());
            assert!(told == 1 || !defect.is_for_histories(), "{}", defect.name());
        }
    }
}
