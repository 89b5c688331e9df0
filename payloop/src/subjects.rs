//! Who meets the suite in a selftest: right services, wrong ones, and right ones under other answers to open questions.

use completion_service::{Defect, Story};
use contract_tests::Level;
use contract_tests::model::find;

use crate::embedded::Build;
use crate::exit_code::Stop;
use crate::other_answers::{Answers, rounds};

/// A service, the event platform that it stands in front of, and how open questions are answered there.
#[derive(Clone, Debug)]
pub(crate) struct Subject {
    pub(crate) build: Build,
    pub(crate) outbound: bool,
    /// The highest level whose cases it meets.
    pub(crate) level: Level,
    /// The only case that it meets, unless that does not notice.
    pub(crate) only: Option<&'static str>,
    /// Which round of other answers, and what it answers.
    pub(crate) round: Option<(usize, Answers)>,
    /// The stories that it meets, of defects that no case notices.
    pub(crate) stories: Vec<Story>,
}

impl Subject {
    fn new(build: Build, outbound: bool, level: Level) -> Self {
        Self { build, outbound, level, only: None, round: None, stories: Vec::new() }
    }

    /// The same service before all cases of its level.
    pub(crate) fn before_all(&self) -> Self {
        Self { only: None, ..self.clone() }
    }
}

/// The right services, on each platform that is needed. They meet all that any of these defects meets.
pub(crate) fn right(defects: &[Defect], all_cases: bool) -> Vec<Subject> {
    let highest = |outbound: bool| {
        let there = defects.iter().copied().filter(|defect| defect.is_outbound() == outbound);
        there.map(|defect| level_of(defect, all_cases)).max()
    };
    let level = highest(false).unwrap_or_default();
    let stories: Vec<Story> = defects.iter().filter_map(|defect| unnoticed(*defect)).collect();
    let mut all = vec![
        Subject { stories: stories.clone(), ..Subject::new(Build::Synchronous(None), false, level) },
        // It knows real-time journeys alone.
        Subject { stories, ..Subject::new(Build::Queued, false, level) },
    ];
    all.extend(highest(true).map(|level| Subject::new(Build::Synchronous(None), true, level)));
    all
}

/// The first of them with each of these defects, on the platform that it shows on. It meets the case that must notice; before all cases, those of
/// that case's level and the levels before it. Where no case notices, it meets its story.
pub(crate) fn wrong(defects: &[Defect], all_cases: bool) -> Vec<Subject> {
    let wrong = |it: &Defect| Subject {
        only: (!all_cases).then_some(it.killed_by()),
        stories: unnoticed(*it).into_iter().collect(),
        ..Subject::new(Build::Synchronous(Some(*it)), it.is_outbound(), level_of(*it, all_cases))
    };
    defects.iter().map(wrong).collect()
}

/// The right services, each in every round of other answers, before the cases up to this level.
pub(crate) fn under_other_answers(level: Level) -> Result<Vec<Subject>, Stop> {
    let switches = mock_platform::switches().map_err(|error| Stop::suite(error.to_string()))?;
    let rounds = rounds(&switches);
    let services = [(Build::Synchronous(None), false), (Build::Queued, false), (Build::Synchronous(None), true)];
    let in_each = |(build, outbound)| {
        let numbered = rounds.iter().cloned().enumerate();
        numbered.map(move |(nth, answers)| Subject {
            round: Some((nth + 1, answers)),
            ..Subject::new(build, outbound, level)
        })
    };
    Ok(services.into_iter().flat_map(in_each).collect())
}

/// The level of the case that must notice a defect. Where none does, none of all may.
fn level_of(defect: Defect, all_cases: bool) -> Level {
    let level = find(defect.killed_by()).map(|case| case.level);
    level.unwrap_or(if all_cases { Level::Secure } else { Level::Core })
}

/// The story of a defect that no case notices.
fn unnoticed(defect: Defect) -> Option<Story> {
    Story::of(defect).filter(|_| defect.is_for_histories())
}

#[cfg(test)]
mod tests {
    use completion_service::Defect;
    use contract_tests::Level;

    use super::{Build, Subject, right, wrong};

    #[track_caller]
    fn check(defects: &[Defect], expect: &[(Option<&str>, bool)]) {
        let seen: Vec<_> = right(defects, false)
            .into_iter()
            .chain(wrong(defects, false))
            .map(|Subject { build, outbound, only, .. }| match build {
                Build::Queued => (Some("queued"), outbound),
                Build::Synchronous(defect) => {
                    assert_eq!(only, defect.map(Defect::killed_by));
                    (defect.map(Defect::name), outbound)
                }
            })
            .collect();
        assert_eq!(seen, expect);
    }

    #[test]
    fn the_right_services_stand_on_every_platform_that_a_defect_stands_on() {
        check(&[Defect::Redirect301], &[(None, false), (Some("queued"), false), (Some("redirect-301"), false)]);
        check(
            &[Defect::OutboundOmitsUser, Defect::Redirect301],
            &[
                (None, false),
                (Some("queued"), false),
                (None, true),
                (Some("outbound-omits-user"), true),
                (Some("redirect-301"), false),
            ],
        );
    }

    #[test]
    fn before_all_cases_nothing_is_left_out() {
        let all = [Defect::Redirect301, Defect::CountsDebits];
        assert!(wrong(&all, true).iter().all(|subject| subject.only.is_none()));
        assert_eq!(wrong(&all, true)[1].level, Level::Secure, "none of all may notice it");
    }

    #[test]
    fn the_story_of_what_no_case_notices_is_met_by_the_right_ones_too() {
        let defects = [Defect::Redirect301, Defect::CountsDebits, Defect::SeenBeforeDone];
        let of = |subjects: Vec<Subject>| -> Vec<Vec<Defect>> {
            subjects.iter().map(|subject| subject.stories.iter().map(|story| story.defect).collect()).collect()
        };
        assert_eq!(of(right(&defects, false)), [[Defect::CountsDebits], [Defect::CountsDebits]]);
        assert_eq!(of(wrong(&defects, false)), [vec![], vec![Defect::CountsDebits], vec![]]);
    }
}
