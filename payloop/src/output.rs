//! Reports in files: written by `certify` and `merge`, read by `merge`, `diff` and `certify --rerun-failed`.

use std::fs::File;
use std::io::BufWriter;
use std::path::Path;

use contract_tests::{Ran, Report, evidence, report};

use crate::exit_code::Stop;
use crate::screen;

/// The transcript's file in a report folder.
const TRANSCRIPT: &str = "transcript.jsonl";

/// A file that cannot be written is told before the run, not after it.
pub(crate) fn writable<'p>(paths: impl IntoIterator<Item = &'p Path>) -> Result<(), Stop> {
    for path in paths.into_iter().filter(|path| path.as_os_str() != "-") {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        if folder.is_some_and(|folder| !folder.is_dir()) || path.is_dir() {
            return Err(Stop::usage(format!(
                "{} cannot be written; name a file in a folder that exists",
                path.display()
            )));
        }
    }
    Ok(())
}

/// Writes the JSON and JUnit reports that were asked for; `-` is standard output.
pub(crate) fn write(report: &Report, json: Option<&Path>, junit: Option<&Path>) -> Result<(), Stop> {
    if let Some(path) = json {
        let json = report::to_json(report);
        if path.as_os_str() == "-" { screen::text(&json) } else { file(path, &json)? }
    }
    if let Some(path) = junit {
        file(path, &report::to_junit(report))?;
    }
    Ok(())
}

/// Writes a report folder: every report, without secrets, and the transcript that proves them. Gives the seal of the transcript.
pub(crate) fn write_folder(ran: &Ran, folder: &Path) -> Result<String, Stop> {
    let path = folder.join(TRANSCRIPT);
    let failed = |error: std::io::Error| Stop::usage(format!("failed to write {}: {error}", path.display()));
    let mut transcript = BufWriter::new(File::create(&path).map_err(failed)?);
    let seal = evidence::write(ran, &mut transcript).map_err(failed)?;
    let report = evidence::redacted(&ran.report, &ran.secrets).map_err(|error| Stop::suite(error.to_string()))?;
    file(&folder.join("report.json"), &report::to_json(&report))?;
    file(&folder.join("junit.xml"), &report::to_junit(&report))?;
    file(&folder.join("summary.txt"), &report::console::summary(&report))?;
    Ok(seal)
}

/// Reads a JSON report.
pub(crate) fn read(path: &Path) -> Result<Report, Stop> {
    let shown = path.display();
    let text =
        std::fs::read_to_string(path).map_err(|error| Stop::usage(format!("failed to read {shown}: {error}")))?;
    let report: Report = serde_json::from_str(&text)
        .map_err(|error| Stop::usage(format!("{shown} is no report of `certify --json`: {error}")))?;
    if report.schema != report::SCHEMA {
        return Err(Stop::usage(format!(
            "{shown} has the shape {}, and this version reads {}",
            report.schema,
            report::SCHEMA
        )));
    }
    Ok(report)
}

/// Writes a text file.
pub(crate) fn file(path: &Path, text: &str) -> Result<(), Stop> {
    std::fs::write(path, text).map_err(|error| Stop::usage(format!("failed to write {}: {error}", path.display())))
}
