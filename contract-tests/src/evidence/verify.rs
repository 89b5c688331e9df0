//! Makes every verdict again from a transcript, without the service, and holds the reports against it.

use std::path::Path;

use mock_core::contract::Contract;
use thiserror::Error;
use url::Url;

use super::redact::marks;
use super::transcript::{Transcript, TranscriptError};
use crate::check::secrets::Sought;
use crate::invariants::Surroundings;
use crate::model::find;
use crate::report::{Report, console, to_json, to_junit};
use crate::runner::{CONTRACT, assemble, judge};

/// Evidence that was looked at.
#[derive(Clone, Debug)]
pub struct Verified {
    /// The report, made again.
    pub report: Report,
    /// How many lines the transcript has.
    pub lines: usize,
    /// The hash of its last line.
    pub seal: String,
    /// What does not agree; empty when all does.
    pub findings: Vec<Finding>,
}

/// Something that does not agree with the transcript.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum Finding {
    /// The transcript itself cannot be believed.
    #[error("transcript.jsonl: {0}")]
    Transcript(TranscriptError),
    /// It is not the one that was sealed.
    #[error("transcript.jsonl: its seal is {is}, not {expected}")]
    Seal {
        /// The seal that it has.
        is: String,
        /// The one that was given.
        expected: String,
    },
    /// Its verdicts cannot be made again here.
    #[error("transcript.jsonl: {0}")]
    Unknown(String),
    /// A case of a report says something else.
    #[error("{file}: {case} is {says} there, and {is} by the transcript")]
    Case {
        /// The file.
        file: String,
        /// The case.
        case: String,
        /// What the file says.
        says: String,
        /// What it comes to.
        is: String,
    },
    /// A file says something else, or is not there.
    #[error("{file}: {what}")]
    File {
        /// The file.
        file: String,
        /// What is wrong.
        what: String,
    },
}

/// Looks at a folder that `certify --report-dir` wrote; `seal` is the hash that the run printed, where the reader has it from elsewhere.
/// Gives what could be made again, or the findings that keep it from being made.
pub fn verify(folder: &Path, seal: Option<&str>) -> Result<Verified, Vec<Finding>> {
    let file = |name: &str| {
        std::fs::read_to_string(folder.join(name))
            .map_err(|error| Finding::File { file: name.to_owned(), what: format!("cannot be read: {error}") })
    };
    let text = file("transcript.jsonl").map_err(|finding| vec![finding])?;
    let transcript = Transcript::read(&text).map_err(|error| vec![Finding::Transcript(error)])?;
    let report = again(&transcript).map_err(|why| vec![Finding::Unknown(why)])?;
    let mut findings = Vec::new();
    if let Some(expected) = seal.filter(|expected| *expected != transcript.seal) {
        findings.push(Finding::Seal { is: transcript.seal.clone(), expected: expected.to_owned() });
    }
    match file("report.json") {
        Ok(text) => against(&text, &report, &mut findings),
        Err(finding) => findings.push(finding),
    }
    for (name, expected) in [("junit.xml", to_junit(&report)), ("summary.txt", console::summary(&report))] {
        match file(name) {
            Ok(text) if text == expected => {}
            Ok(_) => findings.push(Finding::File {
                file: name.to_owned(),
                what: "it is not what the transcript comes to".to_owned(),
            }),
            Err(finding) => findings.push(finding),
        }
    }
    Ok(Verified { report, lines: transcript.lines, seal: transcript.seal, findings })
}

/// The report that a transcript comes to.
fn again(transcript: &Transcript) -> Result<Report, String> {
    let head = &transcript.head;
    let version = env!("CARGO_PKG_VERSION");
    if head.suite.version != version {
        return Err(format!(
            "it was made by payloop {}, and this is {version}: verify with the version that made it",
            head.suite.version
        ));
    }
    let contract = Contract::shared("completion-service", CONTRACT).map_err(|error| error.to_string())?;
    let redirect = Url::parse(&head.service.redirect_url).map_err(|_| "the service's URL is none".to_owned())?;
    let service = redirect.origin().ascii_serialization();
    let secrets = Sought::of(marks());
    let around = Surroundings { profile: &head.profile, level: head.suite.level, service: &service, secrets: &secrets };
    let mut judged = Vec::new();
    for record in &transcript.records {
        let case = find(&record.id).ok_or_else(|| format!("this version knows no case {}", record.id))?;
        judged.push(judge(case, record, &around, &contract, redirect.path(), head.suite.strict));
    }
    Ok(assemble(head, judged, transcript.left_out.clone(), transcript.tail.clone()))
}

/// Holds `report.json` against the report that the transcript comes to.
fn against(text: &str, report: &Report, findings: &mut Vec<Finding>) {
    let name = "report.json";
    let written: Report = match serde_json::from_str(text) {
        Ok(written) => written,
        Err(error) => {
            findings.push(Finding::File { file: name.to_owned(), what: format!("it is no report: {error}") });
            return;
        }
    };
    let before = findings.len();
    for case in &report.cases {
        let there = written.cases.iter().find(|other| other.name() == case.name());
        let says = match there {
            Some(there) if there.verdict == case.verdict => continue,
            Some(there) => there.verdict.to_string(),
            None => "not there".to_owned(),
        };
        findings.push(Finding::Case {
            file: name.to_owned(),
            case: case.name(),
            says: if says == "not there" { "missing".to_owned() } else { says },
            is: case.verdict.to_string(),
        });
    }
    if findings.len() == before && to_json(&written) != to_json(report) {
        let what = if written.summary.verdict == report.summary.verdict {
            "its verdicts agree, but something that it tells of the run was changed".to_owned()
        } else {
            format!(
                "its verdict is {}, and the transcript comes to {}",
                written.summary.verdict.name(),
                report.summary.verdict.name()
            )
        };
        findings.push(Finding::File { file: name.to_owned(), what });
    } else if findings.len() == before && to_json(&written) != text {
        findings.push(Finding::File { file: name.to_owned(), what: "it was written anew".to_owned() });
    }
}
