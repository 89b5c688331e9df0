//! Puts together what is told of the histories of a run, from what each play came to: pure, so that a transcript gives the same again.

use std::collections::BTreeMap;

use super::data::History;
use super::report::{FamilyReport, Finding};
use super::script::{self, Titled};
use super::terms::{Example, Terms};
use super::verdict::Judged;
use crate::model::{Check, Verdict};

/// How often the shortest form is played again, to see whether it fails every time.
pub(super) const CONFIRMED: usize = 3;

/// What became of an example when it was made shorter.
#[derive(Clone, Debug)]
pub(super) struct Shrunk {
    /// The rule that it breaks.
    pub(super) rule: String,
    /// Its place among the examples.
    pub(super) number: usize,
    /// The shortest form.
    pub(super) shortest: History,
    /// How many others were played.
    pub(super) replays: usize,
    /// The last play on the way there that broke the rule.
    pub(super) before: Option<Judged>,
    /// The last plays of the shortest form.
    pub(super) plays: Vec<Judged>,
}

impl Shrunk {
    /// The play that is told: the last one that broke the rule; none when it was never seen again.
    fn again(&self) -> Option<&Judged> {
        self.plays.iter().chain(&self.before).find(|judged| judged.breaks(&self.rule))
    }
}

/// The rules that are broken, each with its shortest example: that tells most, and takes least time to be made shorter. What could not be judged
/// stands at the end.
fn kinds(judged: &[Judged]) -> Vec<(Option<String>, usize)> {
    let mut kinds: BTreeMap<(bool, String), usize> = BTreeMap::new();
    for (number, found) in judged.iter().enumerate() {
        let key = match (&found.suite_error, found.rule()) {
            (Some(_), _) => (true, String::new()),
            (None, Some(rule)) => (false, rule.to_owned()),
            (None, None) => continue,
        };
        let shortest = kinds.entry(key).or_insert(number);
        if found.done.len() < judged[*shortest].done.len() {
            *shortest = number;
        }
    }
    kinds.into_iter().map(|((broke, rule), number)| ((!broke).then_some(rule), number)).collect()
}

/// The examples that are made shorter, each with the rule that it breaks.
pub(super) fn to_shrink(judged: &[Judged], most: usize) -> Vec<(String, usize)> {
    kinds(judged).into_iter().filter_map(|(rule, number)| Some((rule?, number))).take(most).collect()
}

/// What is told of the histories.
pub(super) fn told(
    terms: &Terms<'_>,
    examples: &[Example],
    judged: &[Judged],
    shrunk: &[Shrunk],
    millis: u64,
) -> (FamilyReport, Vec<Finding>) {
    let family = FamilyReport {
        id: "H-T".to_owned(),
        name: "histories".to_owned(),
        played: judged.len(),
        steps: judged.iter().map(|judged| judged.done.len()).sum(),
        millis,
    };
    let mut findings: Vec<Finding> = Vec::new();
    for (rule, number) in kinds(judged) {
        let (example, found) = (&examples[number], &judged[number]);
        let shorter = shrunk.iter().find(|shrunk| Some(&shrunk.rule) == rule.as_ref() && shrunk.number == number);
        let finding = match (rule, shorter) {
            (None, _) => suite_error(terms, example, found),
            (Some(_), Some(shrunk)) => shortened(terms, example, found, shrunk),
            (Some(rule), None) => as_drawn(terms, example, found, &rule),
        };
        // Two rules that one story breaks are one finding.
        match findings.iter_mut().find(|known| known.steps_alone() == finding.steps_alone()) {
            Some(known) => {
                known.verdict = known.verdict.min(finding.verdict);
                let more: Vec<Check> =
                    finding.checks.into_iter().filter(|check| !known.checks.contains(check)).collect();
                known.checks.extend(more);
            }
            None => findings.push(finding),
        }
    }
    // What fails every time is the better place to begin.
    findings.sort_by_key(|finding| !finding.is_steady());
    (family, findings)
}

/// An example that is told as it is.
fn as_drawn(terms: &Terms<'_>, example: &Example, found: &Judged, rule: &str) -> Finding {
    let mut checks: Vec<Check> = found.broken.iter().map(|broken| broken.check.clone()).collect();
    // The rule that it was found by comes first.
    checks.sort_by_key(|check| !found.broken.iter().any(|broken| broken.rule == rule && broken.check == *check));
    let file = terms.file_of(rule, example);
    let steps = example.history.steps.len();
    Finding {
        family: "H-T".to_owned(),
        rule: rule.to_owned(),
        verdict: verdict_of(&checks, terms.strict, true),
        origin: example.origin.clone(),
        script: script_of(rule, example, &example.history),
        found_with: steps,
        steps,
        replays: 0,
        failed: "1 of 1".to_owned(),
        checks,
        told: found.told.clone(),
        evidence: found.evidence.clone(),
        rerun: terms.rerun(example, &file),
        file,
    }
}

/// An example in its shortest form.
fn shortened(terms: &Terms<'_>, example: &Example, found: &Judged, shrunk: &Shrunk) -> Finding {
    let Shrunk { rule, shortest, plays, .. } = shrunk;
    let again = shrunk.again();
    let plain = as_drawn(terms, example, again.unwrap_or(found), rule);
    let failed = plays.iter().filter(|judged| judged.breaks(rule)).count();
    Finding {
        verdict: verdict_of(&plain.checks, terms.strict, again.is_some()),
        script: script_of(rule, example, shortest),
        found_with: found.done.len(),
        steps: shortest.steps.len(),
        replays: shrunk.replays,
        failed: format!("{failed} of {}", plays.len()),
        ..plain
    }
}

/// What could not be judged: a fault of ours.
fn suite_error(terms: &Terms<'_>, example: &Example, found: &Judged) -> Finding {
    let why = found.suite_error.clone().unwrap_or_default();
    let mut finding = as_drawn(terms, example, found, "suite");
    finding.verdict = Verdict::SuiteError;
    finding.told.push(format!("could not go on: {why}"));
    finding
}

/// What a finding means for the run. What was seen once and never again, neither as it was drawn nor made shorter, somebody should look at; but
/// nobody's gate may hang on it, however strict it is.
fn verdict_of(checks: &[Check], strict: bool, seen_again: bool) -> Verdict {
    if seen_again { Finding::verdict_of(checks, strict) } else { Verdict::Warn }
}

fn script_of(rule: &str, example: &Example, history: &History) -> String {
    script::print(&Titled { title: format!("{rule}, {}", example.origin), history: history.clone() })
}

#[cfg(test)]
mod tests {
    use super::super::model::Broken;
    use super::super::script::parse;
    use super::super::terms::Asked;
    use super::*;
    use crate::model::Weight;
    use crate::target::Profile;

    fn history(script: &str) -> History {
        parse(script).unwrap().remove(0).history
    }

    /// A play of a history that breaks these rules.
    fn play(script: &str, rules: &[&str]) -> Judged {
        let broken = |rule: &&str| Broken {
            rule: (*rule).to_owned(),
            check: Check {
                what: format!("{rule} holds"),
                expected: "it does".to_owned(),
                seen: "it does not".to_owned(),
                ok: false,
                weight: Weight::Must,
                invariant: None,
            },
        };
        Judged { done: history(script).steps, broken: rules.iter().map(broken).collect(), ..Judged::default() }
    }

    const LONG: &str = "visit A\nvisit A\npay A\n";
    const SHORT: &str = "pay A\n";

    /// What is told of one example that broke `INV-4`, after plays on the way and last plays that broke these rules.
    fn told_of(before: Option<&[&str]>, plays: [&[&str]; CONFIRMED], strict: bool) -> Finding {
        let asked = Asked {
            examples: 1,
            given: Vec::new(),
            managed: true,
            most_shrunk: 4,
            command: "payloop certify".to_owned(),
            folder: None,
        };
        let terms = Terms { asked: &asked, profile: &Profile::default(), seed: 7, strict, share: None };
        let example = Example { origin: "example 0 of seed 7".to_owned(), file: None, history: history(LONG) };
        let shrunk = Shrunk {
            rule: "INV-4".to_owned(),
            number: 0,
            shortest: history(SHORT),
            replays: 12,
            before: before.map(|rules| play(SHORT, rules)),
            plays: plays.iter().map(|rules| play(SHORT, rules)).collect(),
        };
        let (family, mut findings) = told(&terms, &[example], &[play(LONG, &["INV-4"])], &[shrunk], 0);
        assert_eq!((family.played, family.steps, findings.len()), (1, 3, 1));
        findings.remove(0)
    }

    #[track_caller]
    fn check(before: Option<&[&str]>, plays: [&[&str]; CONFIRMED], expect: (Verdict, &str)) {
        for strict in [false, true] {
            let finding = told_of(before, plays, strict);
            assert_eq!((finding.verdict, finding.failed.as_str()), expect, "strict: {strict}");
        }
    }

    #[test]
    fn what_was_seen_once_and_never_again_turns_no_run_red() {
        let breaks: &[&str] = &["INV-4"];
        check(None, [&[]; 3], (Verdict::Warn, "0 of 3"));
        // What breaks another rule has not failed again.
        check(None, [&["INV-2"], &[], &[]], (Verdict::Warn, "0 of 3"));
        check(Some(&["INV-2"]), [&[]; 3], (Verdict::Warn, "0 of 3"));
        // Any play after the first one is seen again: on the way to the shortest form, or one of the last.
        check(Some(breaks), [&[]; 3], (Verdict::Fail, "0 of 3"));
        check(None, [&[], breaks, &[]], (Verdict::Fail, "1 of 3"));
        check(Some(breaks), [breaks; 3], (Verdict::Fail, "3 of 3"));
    }

    #[test]
    fn a_play_that_the_bench_broke_has_not_failed_again() {
        let broke = Judged { suite_error: Some("no world".to_owned()), ..play(SHORT, &["INV-4"]) };
        assert!(!broke.breaks("INV-4"));
    }

    #[test]
    fn the_shortest_example_of_each_rule_is_made_shorter_and_what_broke_is_not() {
        let broke = Judged { suite_error: Some("no world".to_owned()), ..play(SHORT, &["INV-1"]) };
        let judged =
            [play(LONG, &["INV-4"]), play(SHORT, &[]), play(SHORT, &["INV-4"]), play(LONG, &["INV-2", "INV-4"]), broke];
        let expect = [("INV-2".to_owned(), 3), ("INV-4".to_owned(), 2)];
        assert_eq!(to_shrink(&judged, 4), expect);
        assert_eq!(to_shrink(&judged, 1), expect[..1]);
        assert_eq!(kinds(&judged).last(), Some(&(None, 4)));
    }

    #[test]
    fn two_rules_that_one_story_breaks_are_one_finding() {
        let finding = told_of(Some(&["INV-4"]), [&["INV-2", "INV-4"]; 3], false);
        let told: Vec<&str> = finding.checks.iter().map(|check| check.what.as_str()).collect();
        assert_eq!(told, ["INV-4 holds", "INV-2 holds"]);
        assert_eq!(finding.script.lines().last(), Some("pay A"));
        assert_eq!((finding.found_with, finding.steps, finding.replays), (3, 1, 12));
    }
}
