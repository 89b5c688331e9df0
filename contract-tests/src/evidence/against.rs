//! Holds a written report against the one that the transcript comes to: pure.

use super::finding::Finding;
use crate::histories::{self, FamilyReport, HistoriesReport};
use crate::report::{Report, to_json};

/// Holds the text of this file against the report.
pub(super) fn against(file: &str, text: &str, report: &Report) -> Vec<Finding> {
    let of_file = |what: String| Finding::File { file: file.to_owned(), what };
    let written: Report = match serde_json::from_str(text) {
        Ok(written) => written,
        Err(error) => return vec![of_file(format!("it is no report: {error}"))],
    };
    let mut findings = Vec::new();
    for case in &report.cases {
        let there = written.cases.iter().find(|other| other.name() == case.name());
        let says = match there {
            Some(there) if there.verdict == case.verdict => continue,
            Some(there) => there.verdict.to_string(),
            None => "missing".to_owned(),
        };
        let (file, case, is) = (file.to_owned(), case.name(), case.verdict.to_string());
        findings.push(Finding::Case { file, case, says, is });
    }
    let mut told = |what: &str, says: String, is: String| {
        if says != is {
            findings.push(Finding::Told { file: file.to_owned(), what: what.to_owned(), says, is });
        }
    };
    generated(written.histories.as_ref(), report.histories.as_ref(), &mut told);
    if !findings.is_empty() {
        return findings;
    }
    if to_json(&written) != to_json(report) {
        let what = if written.summary.verdict == report.summary.verdict {
            "its verdicts agree, but something that it tells of the run was changed".to_owned()
        } else {
            format!(
                "its verdict is {}, and the transcript comes to {}",
                written.summary.verdict.name(),
                report.summary.verdict.name()
            )
        };
        findings.push(of_file(what));
    } else if to_json(&written) != text {
        findings.push(of_file("it was written anew".to_owned()));
    }
    findings
}

/// Says of each part what is told of it there, and what it comes to.
fn generated(
    written: Option<&HistoriesReport>,
    again: Option<&HistoriesReport>,
    told: &mut impl FnMut(&str, String, String),
) {
    let (Some(written), Some(again)) = (written, again) else {
        let said = |report: Option<&HistoriesReport>| {
            report.map_or("nothing".to_owned(), |report| format!("{} examples", report.played()))
        };
        let is = if written.is_none() == again.is_none() { said(written) } else { said(again) };
        return told("what was generated", said(written), is);
    };
    told("the examples asked for", written.examples.to_string(), again.examples.to_string());
    let family = |report: &HistoriesReport, id: &str| {
        let found = report.families.iter().find(|family| family.id == id);
        let shown = |family: &FamilyReport| format!("{} played, {} steps", family.played, family.steps);
        found.map_or("missing".to_owned(), shown)
    };
    for known in written.families.iter().chain(&again.families) {
        told(&known.id, family(written, &known.id), family(again, &known.id));
    }
    for (number, there) in written.findings.iter().enumerate() {
        if place(again, there).is_none() || place(written, there) != Some(number) {
            told(&name(there), there.verdict.to_string(), "nothing that was found".to_owned());
        }
    }
    for is in &again.findings {
        match place(written, is).map(|place| &written.findings[place]) {
            None => told(&name(is), "missing".to_owned(), is.verdict.to_string()),
            Some(there) if there.verdict != is.verdict => {
                told(&name(is), there.verdict.to_string(), is.verdict.to_string());
            }
            Some(there) => details(there, is, told),
        }
    }
}

/// What a finding tells beside its verdict.
fn details(there: &histories::Finding, is: &histories::Finding, told: &mut impl FnMut(&str, String, String)) {
    let mut part = |what: &str, says: String, is_so: String| told(&format!("{}, {what}", name(is)), says, is_so);
    let lines = |text: &str| text.lines().skip(2).collect::<Vec<_>>().join("; ");
    part("its script", lines(&there.script), lines(&is.script));
    part("how often it failed", there.failed.clone(), is.failed.clone());
    let checks = |finding: &histories::Finding| {
        let seen = finding.checks.iter().map(|check| format!("{}: {}", check.what, check.seen));
        seen.collect::<Vec<_>>().join("; ")
    };
    part("what does not hold", checks(there), checks(is));
    part("what we did", there.told.join("; "), is.told.join("; "));
}

/// Where a report has this finding.
fn place(report: &HistoriesReport, finding: &histories::Finding) -> Option<usize> {
    report.findings.iter().position(|other| name(other) == name(finding))
}

fn name(finding: &histories::Finding) -> String {
    format!("{} {} ({})", finding.family, finding.rule, finding.origin)
}
