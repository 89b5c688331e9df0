//! Whether generated histories find what is wrong: one wrong service is hunted with nothing but histories, and told in few steps.

use super::report::{Finding, HistoriesReport};
use crate::model::Verdict;
use crate::report::Report;
use crate::runner::Options;

/// How many examples have to be enough.
pub const ENOUGH: usize = 256;
/// In how many steps it has to be told.
pub const FEW_STEPS: usize = 6;
/// They are played a part at a time, since most of what is wrong shows early.
const PARTS: usize = 8;

/// What a hunt has come to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Hunted {
    /// How many histories were played before it was over.
    pub played: usize,
    /// What was found, in its shortest form.
    pub found: Option<Finding>,
}

impl Hunted {
    /// Whether it was found as it must be: as a failure or every time, in few steps.
    pub fn is_good(&self) -> bool {
        self.found.as_ref().is_some_and(|finding| is_sure(finding) && finding.steps <= FEW_STEPS)
    }
}

/// Plays the examples of a seed, and stops at the first part in which it was found as it must be. `certify` plays a run with these options.
pub async fn hunt_for<E>(seed: u64, certify: impl AsyncFn(Options) -> Result<Report, E>) -> Result<Hunted, E> {
    let mut hunted = Hunted::default();
    for part in 1..=PARTS {
        // Written here, and always a share.
        let share = format!("{part}/{PARTS}").parse().ok();
        let options =
            Options { seed, examples: ENOUGH, share, most_shrunk: 2, only_histories: true, ..Options::default() };
        let histories = certify(options).await?.histories.unwrap_or_default();
        hunted.played +=
            histories.families.iter().find(|family| family.id == STORIES).map_or(0, |family| family.played);
        let shorter = |known: &Finding| hunted.found.as_ref().is_none_or(|found| known.steps < found.steps);
        if let Some(found) = best(&histories).filter(|finding| shorter(finding)) {
            hunted.found = Some(found.clone());
        }
        if hunted.is_good() {
            break;
        }
    }
    Ok(hunted)
}

/// The family of what happens in order.
const STORIES: &str = "H-T";

/// A finding that says the same every time, or fails a run: one that was seen once and never again proves nothing.
fn is_sure(finding: &Finding) -> bool {
    finding.verdict == Verdict::Fail || (finding.verdict == Verdict::Warn && finding.is_steady())
}

/// Of the stories that were made shorter, the sure one that is told in the fewest steps.
fn best(histories: &HistoriesReport) -> Option<&Finding> {
    let stories = histories.findings.iter().filter(|finding| finding.family == STORIES && finding.replays > 0);
    stories.filter(|finding| is_sure(finding)).min_by_key(|finding| finding.steps)
}

impl Finding {
    /// The number of the example that it came from, if it was drawn.
    pub fn example(&self) -> Option<usize> {
        self.origin.strip_prefix("example ")?.split(' ').next()?.parse().ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finding(verdict: Verdict, failed: &str, steps: usize, replays: usize) -> Finding {
        Finding {
            family: STORIES.to_owned(),
            rule: "INV-2".to_owned(),
            verdict,
            origin: "example 42 of seed 7".to_owned(),
            script: String::new(),
            found_with: 9,
            steps,
            replays,
            failed: failed.to_owned(),
            checks: Vec::new(),
            told: Vec::new(),
            evidence: Vec::new(),
            rerun: String::new(),
            file: String::new(),
        }
    }

    #[track_caller]
    fn check(findings: Vec<Finding>, steps: Option<usize>, good: bool) {
        let histories = HistoriesReport { findings, ..HistoriesReport::default() };
        let hunted = Hunted { played: 32, found: best(&histories).cloned() };
        assert_eq!(hunted.found.as_ref().map(|finding| finding.steps), steps);
        assert_eq!(hunted.is_good(), good);
    }

    #[test]
    fn what_is_found_is_sure_short_and_a_story() {
        check(Vec::new(), None, false);
        check(vec![finding(Verdict::Fail, "3 of 3", 7, 30)], Some(7), false);
        check(vec![finding(Verdict::Fail, "3 of 3", 7, 30), finding(Verdict::Fail, "1 of 3", 6, 30)], Some(6), true);
        check(vec![finding(Verdict::Warn, "3 of 3", 2, 30)], Some(2), true);
        // Seen once.
        check(vec![finding(Verdict::Warn, "0 of 3", 2, 30)], None, false);
        check(vec![finding(Verdict::SuiteError, "3 of 3", 2, 30)], None, false);
        // Never made shorter, so that nobody knows whether it comes again.
        check(vec![finding(Verdict::Fail, "1 of 1", 2, 0)], None, false);
        check(vec![Finding { family: "H-M".to_owned(), ..finding(Verdict::Fail, "3 of 3", 1, 9) }], None, false);
    }

    #[test]
    fn an_example_has_a_number() {
        assert_eq!(finding(Verdict::Fail, "3 of 3", 2, 1).example(), Some(42));
        let read = Finding { origin: "kept.history".to_owned(), ..finding(Verdict::Fail, "3 of 3", 2, 1) };
        assert_eq!(read.example(), None);
    }
}
