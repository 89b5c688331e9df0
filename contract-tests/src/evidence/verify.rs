//! Makes every verdict again from a transcript, without the service, and holds the reports against it.

use std::path::Path;

use mock_core::contract::Contract;
use url::Url;

use super::against::against;
use super::finding::Finding;
use super::redact::marks;
use super::transcript::Transcript;
use crate::check::secrets::Sought;
use crate::histories::{self, Bar, Terms};
use crate::invariants::Surroundings;
use crate::model::{Share, find};
use crate::report::{Report, console, to_junit};
use crate::runner::{CONTRACT, assemble, judge};

/// Where the histories of findings are in a report folder.
const HISTORIES: &str = "histories";

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

/// Looks at a folder that `certify --report-dir` wrote; `seal` is the hash that the run printed, where the reader has it from elsewhere.
/// Gives what could be made again, or the findings that keep it from being made.
pub fn verify(folder: &Path, seal: Option<&str>) -> Result<Verified, Vec<Finding>> {
    let file = |name: &str| {
        std::fs::read_to_string(folder.join(name))
            .map_err(|error| Finding::File { file: name.to_owned(), what: format!("cannot be read: {error}") })
    };
    let text = file("transcript.jsonl").map_err(|finding| vec![finding])?;
    let transcript = Transcript::read(&text).map_err(|error| vec![Finding::Transcript(error)])?;
    let (report, flaws) = again(&transcript).map_err(|why| vec![Finding::Unknown(why)])?;
    let mut findings: Vec<Finding> = flaws.into_iter().map(Finding::Generated).collect();
    if let Some(expected) = seal.filter(|expected| *expected != transcript.seal) {
        findings.push(Finding::Seal { is: transcript.seal.clone(), expected: expected.to_owned() });
    }
    match file("report.json") {
        Ok(text) => findings.extend(against("report.json", &text, &report)),
        Err(finding) => findings.push(finding),
    }
    let kept = report.histories.iter().flat_map(|histories| &histories.findings);
    let kept = kept.filter(|finding| !finding.file.is_empty());
    let kept = kept.map(|finding| (format!("{HISTORIES}/{}", finding.file), finding.script.clone()));
    let views = [("junit.xml", to_junit(&report)), ("summary.txt", console::summary(&report))];
    let views = views.map(|(name, expected)| (name.to_owned(), expected));
    for (name, expected) in views.into_iter().chain(kept) {
        match file(&name) {
            Ok(text) if text == expected => {}
            Ok(_) => {
                findings.push(Finding::File { file: name, what: "it is not what the transcript comes to".to_owned() });
            }
            Err(finding) => findings.push(finding),
        }
    }
    Ok(Verified { report, lines: transcript.lines, seal: transcript.seal, findings })
}

/// The report that a transcript comes to, and what cannot be true of what it says was generated.
fn again(transcript: &Transcript) -> Result<(Report, Vec<String>), String> {
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
    let bar = Bar { around, contract: &contract, page: redirect.path() };
    let share: Option<Share> = head.suite.partition.as_deref().map(str::parse).transpose()?;
    let generated = transcript.generated.as_ref().map(|generated| {
        let terms = Terms {
            asked: &generated.asked,
            profile: &head.profile,
            seed: head.suite.seed,
            strict: head.suite.strict,
            share,
        };
        histories::again(generated, &terms, &bar)
    });
    let (histories, flaws) = generated.unzip();
    let report = assemble(head, judged, transcript.left_out.clone(), transcript.tail.clone(), histories);
    Ok((report, flaws.unwrap_or_default()))
}
