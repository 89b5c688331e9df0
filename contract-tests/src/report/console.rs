//! The report for people: calm, plain text, readable in a pipe. Colours are the caller's business, by the marks that every line begins with.

use std::fmt::Write as _;

use super::excerpt::excerpt;
use super::findings::{ELSEWHERE, cure_of, put_findings};
use super::histories::{explain_finding, histories_line};
use super::model::{CaseReport, Problem, Report, RunVerdict};
use crate::model::Verdict;

/// The most steps of a case that are shown.
const MOST_STEPS: usize = 30;
/// How many of them are the first ones.
const FIRST_STEPS: usize = 14;
/// How wide text is wrapped.
const WIDTH: usize = 100;
/// How many journal lines a failure shows; the JSON report holds all.
pub(super) const MOST_LINES: usize = 14;
/// How much of a query a journal line shows, in characters.
const MOST_QUERY: usize = 48;

/// The word that a case's line begins with; capitals are red.
pub const fn mark(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Pass => "ok",
        Verdict::Fail => "FAIL",
        Verdict::Warn => "warn",
        Verdict::NotApplicable | Verdict::NotTestable => "skip",
        Verdict::KnownFailing => "known",
        Verdict::StaleKnown => "STALE",
        Verdict::ConfigError => "CONFIG",
        Verdict::SuiteError => "SUITE",
    }
}

/// One line for a finished case.
pub fn line(case: &CaseReport) -> String {
    let mut line = format!("{:<6} {:<6} {}", mark(case.verdict), case.id, case.title);
    if let Some(under) = &case.under {
        put(&mut line, format_args!(" [{under}]"));
    }
    if let (Some(reason), Verdict::NotApplicable | Verdict::NotTestable | Verdict::KnownFailing) =
        (&case.reason, case.verdict)
    {
        put(&mut line, format_args!(" ({}: {reason})", case.verdict));
    }
    line
}

/// Why a case is not green, for somebody who has never seen the suite: what is right, what happened, how to see it again.
pub fn explain(case: &CaseReport) -> String {
    let mut text = format!("{} {}: {}\n", mark(case.verdict), case.name(), case.title);
    if let Some(reason) = &case.reason {
        paragraph(&mut text, "why", reason);
    }
    let sources = format!("payloop explain {} names the sources", case.id);
    let marks = [case.strength.to_string()].into_iter().chain(case.sources.iter().cloned()).chain([sources]);
    paragraph(&mut text, "right is", &format!("{} [{}]", case.clause, marks.collect::<Vec<_>>().join("; ")));
    put_findings(&mut text, case.broken());
    if let Some(cure) = cure_of(&case.id, case.broken()) {
        paragraph(&mut text, "cure", cure);
    }
    if !case.steps.is_empty() {
        text.push_str("  what we did\n");
        let left_out = case.steps.len().saturating_sub(MOST_STEPS);
        for (number, step) in case.steps.iter().enumerate() {
            // What came first set the stage, what came last led to the finding.
            let behind = number.saturating_sub(FIRST_STEPS);
            if left_out == 0 || number < FIRST_STEPS || behind >= left_out {
                wrapped(&mut text, &format!("    {}. ", number + 1), "       ", step);
            } else if behind == 0 {
                wrapped(&mut text, "    ", "    ", &format!("({} {ELSEWHERE})", lines_are(left_out, "step")));
            }
        }
    }
    if !case.evidence.is_empty() {
        text.push_str("  journal (-> a call to a fake, <- a fake's call to the service)\n");
        let shown = excerpt(case, MOST_LINES);
        for evidence in &shown {
            put(&mut text, format_args!("    {}\n", shortened(&evidence.line)));
        }
        let hidden = case.evidence.len().saturating_sub(shown.len());
        if hidden > 0 {
            put(&mut text, format_args!("    ({} {ELSEWHERE})\n", lines_are(hidden, "line")));
        }
    }
    put(&mut text, format_args!("  run it again\n    {}\n", case.rerun));
    text
}

/// A preflight problem: what was seen, why, and what to do.
pub fn problem(problem: &Problem) -> String {
    let mut text = format!("{} {}\n", mark(Verdict::ConfigError), problem.name);
    paragraph(&mut text, "seen", &problem.seen);
    paragraph(&mut text, "cause", &problem.cause);
    paragraph(&mut text, "cure", &problem.cure);
    for line in &problem.evidence {
        put(&mut text, format_args!("    {line}\n"));
    }
    text
}

/// The closing part of a run: what needs attention, then the counts and the verdict.
pub fn summary(report: &Report) -> String {
    let mut text = String::new();
    if !report.problems.is_empty() {
        text.push_str(if report.problems.iter().any(Problem::is_end) {
            "The service ended by itself while it was judged.\n\n"
        } else if report.summary.config_error > 0 {
            "The service is not connected to the bench, so nothing was judged.\n\n"
        } else {
            "The service is not connected to the bench as it should be; do not trust what follows.\n\n"
        });
        for found in &report.problems {
            text.push_str(&problem(found));
            text.push('\n');
        }
    }
    for case in report.cases.iter().filter(|case| case.verdict.is_red() && case.verdict != Verdict::ConfigError) {
        text.push_str(&explain(case));
        text.push('\n');
    }
    for case in report.cases.iter().filter(|case| case.verdict == Verdict::Warn) {
        text.push_str(&explain(case));
        text.push('\n');
    }
    if let Some(histories) = &report.histories {
        for finding in &histories.findings {
            text.push_str(&explain_finding(finding));
            text.push('\n');
        }
    }
    if !report.ambiguities.is_empty() {
        text.push_str("Public documents leave open how the platform behaves here, and the verdict hangs on it:\n");
        for one in &report.ambiguities {
            put(&mut text, format_args!("  {one} (payloop explain {})\n", one.switch));
        }
        text.push('\n');
    }
    if !report.unsupported.is_empty() {
        text.push_str("The service asked the fakes for things that they do not support:\n");
        for missing in &report.unsupported {
            put(&mut text, format_args!("  {} ({}): {}\n", missing.fake, counted(missing.times, "time"), missing.what));
        }
        text.push('\n');
    }
    let counts = &report.summary;
    let parts: Vec<String> = [
        (counts.pass, "pass"),
        (counts.fail, "fail"),
        (counts.warn, "warn"),
        (counts.known_failing, "known failing"),
        (counts.stale_known, "stale known"),
        (counts.not_applicable, "not applicable"),
        (counts.not_testable, "not testable"),
        (counts.suite_error, "suite error"),
        (counts.config_error, "not judged (configuration)"),
    ]
    .into_iter()
    .filter(|(count, name)| *count > 0 || *name == "pass")
    .map(|(count, name)| format!("{count} {name}"))
    .collect();
    put(&mut text, format_args!("{}\n", parts.join(" · ")));
    let judged = report.invariants.iter().filter(|invariant| invariant.judged > 0).count();
    let findings = || report.histories.iter().flat_map(|histories| &histories.findings);
    let in_histories = |id: &str| {
        let mut checks = findings().flat_map(|finding| &finding.checks);
        checks.any(|check| !check.ok && check.invariant.as_deref() == Some(id))
    };
    let broken: Vec<String> = report
        .invariants
        .iter()
        .filter_map(|invariant| match &invariant.id {
            id if !invariant.broken_in.is_empty() => Some(id.clone()),
            id if in_histories(id) => Some(format!("{id} (in histories)")),
            _ => None,
        })
        .collect();
    if judged > 0 {
        let holds = if broken.is_empty() { "all hold".to_owned() } else { format!("broken: {}", broken.join(", ")) };
        put(&mut text, format_args!("{} judged, {holds}\n", counted(judged, "invariant")));
    }
    if let Some(histories) = &report.histories {
        text.push_str(&histories_line(histories));
    }
    put(
        &mut text,
        format_args!(
            "{} at level {}{}, seed {}, {}.{} s: {}\n",
            report.service.name,
            report.suite.level,
            if report.suite.strict { " (strict)" } else { "" },
            report.suite.seed,
            report.summary.millis / 1000,
            report.summary.millis % 1000 / 100,
            sentence(report.summary.verdict),
        ),
    );
    text
}

/// `1 case`, `2 cases`.
pub fn counted(number: usize, noun: &str) -> String {
    if number == 1 { format!("1 {noun}") } else { format!("{number} {noun}s") }
}

/// `1 more step is`, `2 more steps are`.
pub(super) fn lines_are(number: usize, noun: &str) -> String {
    if number == 1 { format!("1 more {noun} is") } else { format!("{number} more {noun}s are") }
}

/// A journal line without the middle of a long query.
pub(super) fn shortened(line: &str) -> String {
    let words: Vec<String> = line
        .split(' ')
        .map(|word| match word.split_once('?') {
            Some((path, query)) if query.chars().count() > MOST_QUERY => {
                let start: String = query.chars().take(MOST_QUERY).collect();
                format!("{path}?{start}…")
            }
            _ => word.to_owned(),
        })
        .collect();
    words.join(" ")
}

fn sentence(verdict: RunVerdict) -> &'static str {
    match verdict {
        RunVerdict::Conformant => "conformant",
        RunVerdict::NotConformant => "not conformant",
        RunVerdict::ConfigError => "configuration error, nothing judged",
        RunVerdict::SuiteError => "suite error: the bench broke, which is not the service's fault",
    }
}

pub(super) fn paragraph(text: &mut String, title: &str, body: &str) {
    wrapped(text, &format!("  {title}: "), "    ", body);
}

/// Words within the width; line breaks of the text stay.
pub(super) fn wrapped(text: &mut String, first: &str, others: &str, body: &str) {
    let mut line = first.to_owned();
    let mut empty = true;
    for (number, part) in body.lines().enumerate() {
        if number > 0 {
            put(text, format_args!("{}\n", line.trim_end()));
            others.clone_into(&mut line);
            empty = true;
        }
        for word in part.split(' ') {
            if !empty && line.chars().count() + 1 + word.chars().count() > WIDTH {
                put(text, format_args!("{}\n", line.trim_end()));
                others.clone_into(&mut line);
                empty = true;
            }
            if !empty {
                line.push(' ');
            }
            line.push_str(word);
            empty = false;
        }
    }
    put(text, format_args!("{}\n", line.trim_end()));
}

/// Writing to a `String` cannot fail.
pub(super) fn put(text: &mut String, arguments: std::fmt::Arguments<'_>) {
    text.write_fmt(arguments).unwrap_or_default();
}
