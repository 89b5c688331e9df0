//! What changed between two reports: for the person who asks whether a change of the service made it worse.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::Serialize;

use super::model::{CaseReport, Report, RunVerdict};
use crate::histories::Finding;
use crate::model::Verdict;

/// What changed between two reports.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// The verdict of the old run.
    pub before: RunVerdict,
    /// The verdict of the new run.
    pub after: RunVerdict,
    /// What makes the two hard to compare: another level, seed, edition or version.
    pub remarks: Vec<String>,
    /// Every case that changed, the worst first.
    pub changes: Vec<Change>,
    /// How many cases are as they were.
    pub same: usize,
}

/// A case that changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Change {
    /// Whether that is good.
    pub kind: Kind,
    /// Its name, with the switch value.
    pub case: String,
    /// What it does.
    pub title: String,
    /// What it ended in before; null when it was not there.
    pub before: Option<Verdict>,
    /// What it ends in now; null when it is not there.
    pub after: Option<Verdict>,
    /// What is wrong now and was not before.
    pub newly_wrong: Vec<String>,
}

/// Whether a change is good.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// It was not red, and is.
    Worse,
    /// It is as red as it was, for other reasons.
    Otherwise,
    /// It is not judged any more.
    Gone,
    /// It was not there, and is not red.
    New,
    /// Neither is red.
    Changed,
    /// It was red, and is not.
    Better,
}

impl Kind {
    /// The word in front of its line.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Worse => "WORSE",
            Self::Otherwise => "OTHER",
            Self::Gone => "GONE",
            Self::New => "new",
            Self::Changed => "changed",
            Self::Better => "better",
        }
    }
}

impl Difference {
    /// Whether the new run is worse than the old one: a case is red that was not, or is judged no more.
    pub fn is_worse(&self) -> bool {
        self.changes.iter().any(|change| matches!(change.kind, Kind::Worse | Kind::Gone))
    }
}

/// What changed from `old` to `new`.
pub fn diff(old: &Report, new: &Report) -> Difference {
    let mut changes = Vec::new();
    let mut same = 0;
    for case in &new.cases {
        let before = old.cases.iter().find(|other| other.name() == case.name());
        match change(before, case) {
            Some(change) => changes.push(change),
            None => same += 1,
        }
    }
    for case in &old.cases {
        if !new.cases.iter().any(|other| other.name() == case.name()) && judged(case.verdict) {
            changes.push(Change {
                kind: Kind::Gone,
                case: case.name(),
                title: case.title.clone(),
                before: Some(case.verdict),
                after: None,
                newly_wrong: Vec::new(),
            });
        }
    }
    changes.extend(generated(old, new));
    // Stable: within a kind the catalogue's order stays.
    changes.sort_by_key(|change| change.kind);
    Difference { before: old.verdict(), after: new.verdict(), remarks: remarks(old, new), changes, same }
}

/// What changed in what is generated, rule by rule. Rules that no run found broken are not counted.
fn generated(old: &Report, new: &Report) -> Vec<Change> {
    let (then, now) = (found(old), found(new));
    let rules: BTreeSet<&String> = then.keys().chain(now.keys()).collect();
    let verdict = |report: &Report, finding: Option<&&Finding>| {
        let played = report.histories.as_ref().is_some_and(|histories| histories.played() > 0);
        finding.map(|finding| finding.verdict).or(played.then_some(Verdict::Pass))
    };
    let mut changes = Vec::new();
    for rule in rules {
        let (was, is) = (then.get(rule), now.get(rule));
        let (before, after) = (verdict(old, was), verdict(new, is));
        let red = |verdict: Option<Verdict>| verdict.is_some_and(Verdict::is_red);
        let kind = match (before, after) {
            _ if before == after => continue,
            _ if red(after) && !red(before) => Kind::Worse,
            (Some(_), None) => Kind::Gone,
            _ if red(before) && !red(after) => Kind::Better,
            _ => Kind::Changed,
        };
        let wrong = is.map(|finding| finding.checks.iter()).into_iter().flatten();
        changes.push(Change {
            kind,
            case: rule.clone(),
            title: is.or(was).map(|finding| title(finding)).unwrap_or_default(),
            before,
            after,
            newly_wrong: wrong
                .map(|check| format!("{}: expected {}, seen {}", check.what, check.expected, check.seen))
                .collect(),
        });
    }
    changes
}

/// The worst finding of each rule, by the family and the rule.
fn found(report: &Report) -> BTreeMap<String, &Finding> {
    let mut all: BTreeMap<String, &Finding> = BTreeMap::new();
    for finding in report.histories.iter().flat_map(|histories| &histories.findings) {
        let known = all.entry(format!("{} {}", finding.family, finding.rule)).or_insert(finding);
        // A failure comes before a warning, and both before a fault of ours.
        if finding.verdict < known.verdict {
            *known = finding;
        }
    }
    all
}

/// What a finding is about, on a line.
fn title(finding: &Finding) -> String {
    if finding.family != "H-T" {
        return finding.script.clone();
    }
    let steps = finding.script.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    let steps: Vec<&str> = steps.filter(|line| !line.starts_with("history")).collect();
    format!("a history: {}", steps.join("; "))
}

const fn judged(verdict: Verdict) -> bool {
    !matches!(verdict, Verdict::NotApplicable | Verdict::NotTestable)
}

fn change(before: Option<&CaseReport>, case: &CaseReport) -> Option<Change> {
    let wrong: BTreeSet<&str> =
        before.into_iter().flat_map(CaseReport::broken).map(|check| check.what.as_str()).collect();
    // Ids differ from run to run where services are asked twice; what is told of a purchase is the same without its id.
    let known: BTreeSet<String> = wrong.into_iter().map(without_ids).collect();
    let newly_wrong: Vec<String> = case
        .broken()
        .filter(|check| !known.contains(&without_ids(&check.what)))
        .map(|check| format!("{}: expected {}, seen {}", check.what, check.expected, check.seen))
        .collect();
    let then = before.map(|case| case.verdict);
    let (was_red, is_red) = (then.is_some_and(Verdict::is_red), case.verdict.is_red());
    let kind = match then {
        _ if is_red && !was_red => Kind::Worse,
        Some(_) if was_red && !is_red => Kind::Better,
        Some(then) if judged(then) && !judged(case.verdict) => Kind::Gone,
        None => Kind::New,
        Some(then) if then != case.verdict => Kind::Changed,
        Some(_) if is_red && !newly_wrong.is_empty() => Kind::Otherwise,
        Some(_) => return None,
    };
    Some(Change {
        kind,
        case: case.name(),
        title: case.title.clone(),
        before: then,
        after: Some(case.verdict),
        newly_wrong,
    })
}

/// A text without what differs from run to run: GUIDs, ids of Stripe, journal numbers.
fn without_ids(text: &str) -> String {
    text.split_inclusive(|c: char| !(c.is_ascii_alphanumeric() || c == '-' || c == '_' || c == '#'))
        .filter(|word| !word.starts_with('#') && (word.len() <= 8 || !word.bytes().any(|byte| byte.is_ascii_digit())))
        .collect()
}

fn remarks(old: &Report, new: &Report) -> Vec<String> {
    let pairs = [
        ("version", old.suite.version.clone(), new.suite.version.clone()),
        ("edition", old.suite.edition.clone(), new.suite.edition.clone()),
        ("level", old.suite.level.to_string(), new.suite.level.to_string()),
        ("seed", old.suite.seed.to_string(), new.suite.seed.to_string()),
        ("strict", old.suite.strict.to_string(), new.suite.strict.to_string()),
        ("service", old.service.name.clone(), new.service.name.clone()),
        ("number of generated examples", examples(old), examples(new)),
    ];
    let differing = pairs.into_iter().filter(|(_, before, after)| before != after);
    differing.map(|(what, before, after)| format!("{what} was {before}, is {after}")).collect()
}

/// How many examples of each kind were asked for.
fn examples(report: &Report) -> String {
    report.histories.as_ref().map_or(0, |histories| histories.examples).to_string()
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for remark in &self.remarks {
            writeln!(f, "note    {remark}")?;
        }
        for change in &self.changes {
            let word = |verdict: Option<Verdict>| verdict.map_or("not there", Verdict::name);
            let (before, after) = (word(change.before), word(change.after));
            writeln!(f, "{:<7} {}: {before} -> {after}  ({})", change.kind.word(), change.case, change.title)?;
            for wrong in change.newly_wrong.iter().filter(|_| change.after.is_some_and(Verdict::is_red)) {
                writeln!(f, "        - {wrong}")?;
            }
        }
        let (before, after) = (self.before.name(), self.after.name());
        writeln!(f, "{} changed, {} as before; {before} -> {after}", self.changes.len(), self.same)
    }
}

#[cfg(test)]
mod tests {
    use super::without_ids;

    #[test]
    fn texts_are_compared_without_ids() {
        let text = |id: &str, seq: u32| format!("purchase {id} is not lost, #{seq} says; 4,950 minor units");
        let (one, other) =
            (text("0d5e6f70-0000-4000-8000-00000000beef", 4), text("1d5e6f70-0000-4000-8000-00000000beef", 17));
        assert_eq!(without_ids(&one), without_ids(&other));
        assert_eq!(without_ids("the status is 302"), "the status is 302");
        assert_ne!(without_ids("the status is 302"), without_ids("the status is 301"));
    }
}
