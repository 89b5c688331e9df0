//! A run's folder proves its verdicts: they can be made again, and whatever is changed is noticed.

use std::path::Path;

use contract_tests::evidence::{Transcript, TranscriptError, redacted, verify, write};
use contract_tests::report::{console, to_json, to_junit};
use contract_tests::{Options, Ran};

use crate::world::{certify_recorded, only};
use completion_service::Defect;

/// Writes what `certify --report-dir` writes, and gives the seal.
pub(crate) fn folder(ran: &Ran, at: &Path) -> String {
    let mut transcript = Vec::new();
    let seal = write(ran, &mut transcript).unwrap();
    let report = redacted(&ran.report, &ran.secrets).unwrap();
    std::fs::write(at.join("transcript.jsonl"), transcript).unwrap();
    std::fs::write(at.join("report.json"), to_json(&report)).unwrap();
    std::fs::write(at.join("junit.xml"), to_junit(&report)).unwrap();
    std::fs::write(at.join("summary.txt"), console::summary(&report)).unwrap();
    let findings = report.histories.iter().flat_map(|histories| &histories.findings);
    for finding in findings.filter(|finding| !finding.file.is_empty()) {
        std::fs::create_dir_all(at.join("histories")).unwrap();
        std::fs::write(at.join("histories").join(&finding.file), &finding.script).unwrap();
    }
    seal
}

async fn ran(defects: &[Defect]) -> Ran {
    let options = Options { recorded: true, ..only(&["C-R01", "C-R02", "C-N01", "C-N04", "C-T01", "C-L01"]) };
    certify_recorded(defects, options).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_verdict_is_made_again() {
    for defects in [&[][..], &[Defect::Redirect301], &[Defect::DocsSample]] {
        let ran = ran(defects).await;
        let dir = tempfile::tempdir().unwrap();
        let seal = folder(&ran, dir.path());
        let verified = verify(dir.path(), Some(&seal)).unwrap();
        assert_eq!(verified.findings, [], "{defects:?}");
        let verdicts = |report: &contract_tests::Report| {
            report.cases.iter().map(|case| (case.name(), case.verdict, case.checks.len())).collect::<Vec<_>>()
        };
        assert_eq!(verdicts(&verified.report), verdicts(&ran.report), "{defects:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_secret_is_in_the_folder() {
    let mut ran = ran(&[]).await;
    // As a service would do that tells its secrets in an error page.
    let told: Vec<String> = ran.secrets.iter().map(|(_, secret)| format!("key {secret} was refused")).collect();
    ran.records[0].answers[0].body = told.join("; ");
    ran.report.cases[0].steps.extend(told);
    let dir = tempfile::tempdir().unwrap();
    folder(&ran, dir.path());
    for file in std::fs::read_dir(dir.path()).unwrap() {
        let path = file.unwrap().path();
        let text = std::fs::read_to_string(&path).unwrap();
        assert!(
            path.ends_with("junit.xml") || path.ends_with("summary.txt") || text.contains("[webhook secret redacted]")
        );
        for (name, secret) in &ran.secrets {
            assert!(!text.contains(secret.as_str()), "the {name} is in {}", path.display());
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whatever_is_changed_is_noticed() {
    let ran = ran(&[Defect::Redirect301]).await;
    let dir = tempfile::tempdir().unwrap();
    let seal = folder(&ran, dir.path());
    let check = |file: &str, change: &dyn Fn(&str) -> String, expect: &str| {
        let path = dir.path().join(file);
        let text = std::fs::read_to_string(&path).unwrap();
        let changed = change(&text);
        assert_ne!(text, changed, "{file}: {expect}");
        std::fs::write(&path, changed).unwrap();
        let findings = match verify(dir.path(), Some(&seal)) {
            Ok(verified) => verified.findings,
            Err(findings) => findings,
        };
        let told: Vec<String> = findings.iter().map(ToString::to_string).collect();
        assert!(told.iter().any(|finding| finding.contains(expect)), "{expect}: {told:?}");
        std::fs::write(&path, text).unwrap();
    };
    let transcript = "transcript.jsonl";
    check(transcript, &|text| text.replacen("\"status\":301", "\"status\":302", 1), "was changed");
    let without_the_first = |text: &str| text.split_inclusive('\n').skip(1).collect::<String>();
    let without_the_last = |text: &str| text.trim_end().rsplit_once('\n').unwrap().0.to_owned();
    check(transcript, &without_the_first, "line 1 was changed");
    check(transcript, &without_the_last, "its last line is missing");
    check(transcript, &|_| "not JSON\n".to_owned(), "line 1 is no line of a transcript");
    check(
        "report.json",
        &|text| text.replacen("\"verdict\": \"fail\"", "\"verdict\": \"pass\"", 1),
        "by the transcript",
    );
    check(
        "report.json",
        &|text| text.replacen("\"seed\": 1", "\"seed\": 2", 1),
        "something that it tells of the run was changed",
    );
    check("report.json", &|text| text.replacen("\n  \"schema\"", "\n   \"schema\"", 1), "it was written anew");
    check("report.json", &|_| "{}".to_owned(), "it is no report");
    check("junit.xml", &|text| text.replacen("<failure", "<skipped", 1), "it is not what the transcript comes to");
    check(
        "summary.txt",
        &|text| text.replace("not conformant", "conformant"),
        "it is not what the transcript comes to",
    );
    assert_eq!(verify(dir.path(), Some("00")).unwrap().findings.len(), 1);
    assert_eq!(verify(dir.path(), Some(&seal)).unwrap().findings, []);
}

/// Whoever writes the whole chain anew has another seal.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_transcript_written_anew_has_another_seal() {
    let mut ran = ran(&[Defect::Redirect301]).await;
    let dir = tempfile::tempdir().unwrap();
    let seal = folder(&ran, dir.path());
    for record in &mut ran.records {
        record.checks.iter_mut().for_each(|check| check.ok = true);
    }
    let forged = folder(&ran, dir.path());
    assert_ne!(seal, forged);
    let findings = verify(dir.path(), Some(&seal)).unwrap().findings;
    assert!(findings.iter().any(|finding| finding.to_string().contains("its seal is")), "{findings:?}");
}

#[test]
fn an_empty_transcript_is_none() {
    assert_eq!(Transcript::read("").unwrap_err(), TranscriptError::Incomplete("its first line is missing"));
}
