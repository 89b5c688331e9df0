//! Makes the report of the generated part of a run again from its record: every history is judged again, the seed says which ones there must be,
//! and what is told of those that fail follows from their plays. Pure.

use super::assemble::{CONFIRMED, Shrunk, to_shrink, told};
use super::data::{History, Op};
use super::families;
use super::record::{Generated, Shortened, StoryRecord};
use super::report::HistoriesReport;
use super::terms::{Example, Terms};
use super::verdict::{Bar, Judged, judge};
use crate::runner::Ended;

/// The report that a record comes to, and what is wrong with the record, as sentences; none when it can be what this run did.
pub(crate) fn again(record: &Generated, terms: &Terms<'_>, bar: &Bar<'_>) -> (HistoriesReport, Vec<String>) {
    let mut flaws = Vec::new();
    let mut report = HistoriesReport { examples: terms.asked.examples, ..HistoriesReport::default() };
    report.left_out = terms.left_out();
    if report.left_out.is_some() {
        if !(record.stories.is_empty() && record.shortened.is_empty() && record.families.is_empty()) {
            flaws.push("nothing can have been generated for this service, and yet something was played".to_owned());
        }
        return (report, flaws);
    }
    let examples = terms.examples();
    let judged = stories(record, &examples, bar, &mut flaws);
    // What is missing of them can be told of no further.
    let examples = &examples[..judged.len()];
    let shrunk = shrunk(record, &judged, examples, bar, terms.asked.most_shrunk, &mut flaws);
    let (family, findings) = told(terms, examples, &judged, &shrunk, record.millis);
    let values = families::again(record, terms, &mut flaws);
    if record.no_world.is_some() && judged.iter().all(|judged| judged.suite_error.is_none()) {
        flaws.push("the values had no world to be played in, and the histories had one".to_owned());
    }
    report.families.push(family);
    report.families.extend(values.families);
    report.findings.extend(findings.into_iter().chain(values.findings));
    (report, flaws)
}

/// Every history, judged again.
fn stories(record: &Generated, examples: &[Example], bar: &Bar<'_>, flaws: &mut Vec<String>) -> Vec<Judged> {
    if record.stories.len() != examples.len() {
        let (are, expected) = (record.stories.len(), examples.len());
        flaws.push(format!("{are} histories were played of the {expected} that were asked for"));
    }
    let pairs = record.stories.iter().zip(examples);
    pairs
        .map(|(story, example)| {
            let name = format!("H-T {}", example.origin);
            if story.history != example.history {
                let whose = if example.file.is_some() { "that was given" } else { "that the seed draws" };
                flaws.push(format!("{name}: the history that was played is not the one {whose}"));
            }
            if let Some(why) = flaw_of(story) {
                flaws.push(format!("{name}: {why}"));
            }
            judge(story, bar)
        })
        .collect()
}

/// What keeps a play from being one of its history.
fn flaw_of(story: &StoryRecord) -> Option<String> {
    let StoryRecord { history, done, purchases, .. } = story;
    if done.under != history.under || !is_part_of(&done.steps, &history.steps) {
        return Some("the steps that it did are not its own".to_owned());
    }
    let ended_early = matches!(story.ended, Ended::Suite(_)) || story.checks.iter().any(|check| !check.ok);
    let expected = usize::from(history.purchases());
    if purchases.len() != expected && !(purchases.is_empty() && ended_early) {
        return Some(format!("it is about {expected} purchases, and what became of {} is there", purchases.len()));
    }
    let known = |seq: &u64| story.entries.iter().any(|entry| entry.seq == *seq);
    let missing = purchases.iter().flat_map(|sold| &sold.exchanges).find(|seq| !known(seq));
    missing.map(|seq| format!("its exchange #{seq} is missing"))
}

/// Whether these steps are steps of the others, in their order.
fn is_part_of(steps: &[Op], of: &[Op]) -> bool {
    let mut rest = of.iter();
    steps.iter().all(|step| rest.any(|other| other == step))
}

/// What became of the histories that were made shorter, judged again.
fn shrunk(
    record: &Generated,
    judged: &[Judged],
    examples: &[Example],
    bar: &Bar<'_>,
    most: usize,
    flaws: &mut Vec<String>,
) -> Vec<Shrunk> {
    let expected = to_shrink(judged, most);
    let is = |shortened: &Shortened, rule: &str, number: usize| shortened.rule == rule && shortened.number == number;
    for extra in &record.shortened {
        if !expected.iter().any(|(rule, number)| is(extra, rule, *number)) {
            let (rule, number) = (&extra.rule, extra.number);
            flaws.push(format!("H-T {rule}: history {number} was made shorter, and does not call for it"));
        }
    }
    let mut all = Vec::new();
    for (rule, number) in expected {
        let Some(shortened) = record.shortened.iter().find(|shortened| is(shortened, &rule, number)) else {
            let origin = &examples[number].origin;
            flaws.push(format!("H-T {rule}: {origin} breaks it, and the plays of its shortest form are missing"));
            continue;
        };
        if let Some(why) = flaw_of_shortened(shortened, &judged[number], &examples[number].history) {
            flaws.push(format!("H-T {rule}: {why}"));
        }
        all.push(Shrunk {
            rule,
            number,
            shortest: shortened.shortest.clone(),
            replays: shortened.replays,
            before: shortened.before.as_deref().map(|story| judge(story, bar)),
            plays: shortened.plays.iter().map(|story| judge(story, bar)).collect(),
        });
    }
    all
}

/// What keeps plays from being those of one shortest form.
fn flaw_of_shortened(shortened: &Shortened, found: &Judged, drawn: &History) -> Option<String> {
    let Shortened { shortest, before, plays, .. } = shortened;
    if plays.len() != CONFIRMED {
        return Some(format!("its shortest form was played {} times, not {CONFIRMED}", plays.len()));
    }
    if plays.iter().any(|play| play.history != *shortest) {
        return Some("one of the last plays is not of its shortest form".to_owned());
    }
    let longest = drawn.steps.len().max(found.done.len());
    let leads_there = match before.as_deref() {
        Some(story) => story.done == *shortest || story.history == *shortest,
        None => shortest == drawn,
    };
    if !leads_there || shortest.steps.len() > longest {
        return Some("no play led to its shortest form".to_owned());
    }
    plays.iter().chain(before.as_deref()).find_map(flaw_of)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_done_is_part_of_the_history_in_its_order() {
        let steps = |script: &str| super::super::script::parse(script).unwrap().remove(0).history.steps;
        let all = steps("visit A\npay A\nresend A\nvisit A\n");
        for part in ["visit A\n", "visit A\npay A\nresend A\nvisit A\n", "pay A\nvisit A\n", "visit A\nvisit A\n"] {
            assert!(is_part_of(&steps(part), &all), "{part}");
        }
        for other in ["pay A\npay A\n", "resend A\npay A\n", "pay B\n", "visit A\nvisit A\npay A\n"] {
            assert!(!is_part_of(&steps(other), &all), "{other}");
        }
        assert!(is_part_of(&[], &all));
    }
}
