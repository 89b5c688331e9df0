//! Histories that are kept: those of the report folder, and those that failed once and are played first the next time.

use std::path::{Path, PathBuf};

use contract_tests::histories::{Given, HEADING, MOST_BYTES, parse};
use contract_tests::{Profile, Report};

use crate::args::Certify;
use crate::exit_code::Stop;
use crate::output;

/// Where the histories of one service's failures are kept, if anywhere.
#[derive(Debug)]
pub(crate) struct Kept {
    regressions: Option<PathBuf>,
}

impl Kept {
    /// Beside the profile, else in the working folder: `payloop-regressions/SERVICE/`. The service that comes along keeps none.
    pub(crate) fn new(args: &Certify, profile: &Profile) -> Self {
        let beside = match (&args.profile, args.service.is_some() || args.exec.is_some()) {
            (Some(path), _) => Some(path.parent().map(Path::to_path_buf).unwrap_or_default()),
            (None, true) => Some(PathBuf::new()),
            (None, false) => None,
        };
        let regressions =
            beside.map(|folder| folder.join("payloop-regressions").join(file_name(&profile.service.name)));
        Self { regressions }
    }

    /// What is played first: the files that were named, or what failed before.
    pub(crate) fn histories(&self, args: &Certify, examples: usize) -> Result<Vec<Given>, Stop> {
        if !args.history.is_empty() {
            return all(args.history.iter().cloned());
        }
        let Some(folder) = self.regressions.as_ref().filter(|folder| folder.is_dir()) else { return Ok(Vec::new()) };
        if examples == 0 || !args.case.is_empty() {
            return Ok(Vec::new());
        }
        let failed = |error: std::io::Error| Stop::usage(format!("failed to read {}: {error}", folder.display()));
        let mut files = Vec::new();
        for entry in std::fs::read_dir(folder).map_err(failed)? {
            let path = entry.map_err(failed)?.path();
            if path.extension().is_some_and(|extension| extension == "history") {
                files.push(path);
            }
        }
        files.sort();
        all(files.into_iter())
    }

    /// The histories of the findings of a report that was read from this file.
    pub(crate) fn of_report(report: &Report, path: &Path) -> Result<Vec<Given>, Stop> {
        let findings = report.histories.iter().flat_map(|histories| &histories.findings);
        let mut all = Vec::new();
        for finding in findings.filter(|finding| finding.verdict.is_red() && finding.family == "H-T") {
            let titled = parse(&finding.script)
                .map_err(|error| Stop::usage(format!("the report holds a history that is none: {error}")))?;
            all.extend(titled.into_iter().map(|titled| Given { file: path.display().to_string(), titled }));
        }
        Ok(all)
    }

    /// Where the files that commands name will be.
    pub(crate) fn folder(&self, args: &Certify) -> Option<PathBuf> {
        args.report_dir.as_ref().map(|folder| folder.join("histories")).or_else(|| self.regressions.clone())
    }

    /// Writes the histories of new findings: into the report folder, and to those that are played first from now on.
    pub(crate) fn keep(&self, args: &Certify, report: &Report) -> Result<(), Stop> {
        let findings = report.histories.iter().flat_map(|histories| &histories.findings);
        let in_report = args.report_dir.as_ref().map(|folder| folder.join("histories"));
        for finding in findings.filter(|finding| !finding.file.is_empty()) {
            for folder in [&in_report, &self.regressions].into_iter().flatten() {
                let path = folder.join(&finding.file);
                let failed =
                    |error: std::io::Error| Stop::usage(format!("failed to write {}: {error}", path.display()));
                std::fs::create_dir_all(folder).map_err(failed)?;
                std::fs::write(&path, &finding.script).map_err(failed)?;
            }
        }
        Ok(())
    }
}

fn all(files: impl Iterator<Item = PathBuf>) -> Result<Vec<Given>, Stop> {
    let mut all = Vec::new();
    for path in files {
        let shown = path.display().to_string();
        if path.extension().is_some_and(|extension| extension == "json") {
            all.extend(Kept::of_report(&output::read(&path)?, &path)?);
            continue;
        }
        let failed = |error: std::io::Error| Stop::usage(format!("failed to read {shown}: {error}"));
        let length = std::fs::metadata(&path).map_err(failed)?.len();
        if length > MOST_BYTES as u64 {
            return Err(Stop::usage(format!(
                "{shown} is longer than {MOST_BYTES} bytes, so it is no file of histories"
            )));
        }
        let text = std::fs::read_to_string(&path).map_err(failed)?;
        let titled = parse(&text).map_err(|error| {
            Stop::usage(format!("{shown} is no file of histories: {error}\nSuch a file begins like this:\n{HEADING}\nhistory TITLE\nvisit A\npay A"))
        })?;
        all.extend(titled.into_iter().map(|titled| Given { file: shown.clone(), titled }));
    }
    Ok(all)
}

/// A service's name as the name of a folder.
fn file_name(service: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() || c == '-' || c == '_' { c } else { '-' };
    let name: String = service.chars().map(plain).take(60).collect();
    if name.is_empty() { "service".to_owned() } else { name }
}
