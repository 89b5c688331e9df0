//! `payloop selftest`: a suite that never fails proves nothing, so here it must fail, once for every defect and at the right place.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use comfy_table::{Cell, Table, presets};
use completion_service::Defect;
use contract_tests::model::find;
use contract_tests::{Level, Options, Report, Verdict};
use futures_util::StreamExt as _;
use futures_util::stream;
use mock_platform::Ports;
use owo_colors::OwoColorize as _;
use serde::Serialize;

use crate::args::Selftest;
use crate::certify::{bundled_profile, certify, outbound_profile, seed_argument};
use crate::embedded::Embedded;
use crate::exit_code::{Exit, Stop};
use crate::{bundled, screen};

/// Runs at once: each has a platform, a service and a suite of its own.
const AT_ONCE: usize = 2;
/// Cases that run side by side in each of them: their services must not starve each other, or a right one looks slow.
const JOBS: usize = 16;

/// A service, and the event platform that it stands in front of.
#[derive(Clone, Copy, Debug)]
struct Subject {
    /// The defect; `None` for the service as it is.
    defect: Option<Defect>,
    outbound: bool,
    /// The highest level whose cases it meets.
    level: Level,
}

/// One service against the suite.
#[derive(Debug, Serialize)]
struct Row {
    /// The defect; null for the service as it is.
    defect: Option<&'static str>,
    /// What the service declares to stand in front of.
    platform: &'static str,
    /// The case that must notice; null for the service as it is.
    case: Option<&'static str>,
    /// Whether it went as it must.
    ok: bool,
    /// What happened, in a few words.
    outcome: Outcome,
    /// Every case that did not pass, with its verdict.
    noticed_by: BTreeMap<String, Verdict>,
    /// Real time of the run in milliseconds.
    millis: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
enum Outcome {
    /// A right service passed everything.
    Clean,
    /// A right service did not.
    Blamed,
    /// The case that names the defect caught it.
    Caught,
    /// Only other cases did.
    CaughtElsewhere,
    /// Nobody did.
    Survived,
    /// The run itself broke.
    Broken,
}

impl Outcome {
    const fn words(self) -> &'static str {
        match self {
            Self::Clean => "clean",
            Self::Blamed => "WRONGLY BLAMED",
            Self::Caught => "caught",
            Self::CaughtElsewhere => "CAUGHT ELSEWHERE",
            Self::Survived => "SURVIVED",
            Self::Broken => "BROKEN RUN",
        }
    }
}

#[derive(Debug, Serialize)]
struct Matrix {
    schema: u32,
    seed: u64,
    ok: bool,
    rows: Vec<Row>,
}

pub(crate) async fn run(args: &Selftest) -> Result<Exit, Stop> {
    let defects: Vec<Defect> = if args.defect.is_empty() {
        Defect::all().to_vec()
    } else {
        args.defect.iter().map(|name| bundled::defect(name)).collect::<Result<_, _>>().map_err(Stop::usage)?
    };
    let to_stdout = args.json.as_deref() == Some(Path::new("-"));
    let say = |text: &str| if to_stdout { screen::remark(text) } else { screen::line(text) };
    say(&format!(
        "The service as it is, and with each of {} defects, against the cases of its level.\n",
        defects.len()
    ));

    let seed = args.seed;
    let mut rows = Vec::new();
    let mut runs = stream::iter(subjects(defects).into_iter().map(|subject| judge(subject, seed))).buffered(AT_ONCE);
    while let Some(row) = runs.next().await {
        let row = row?;
        let name = row.name();
        let mark = if row.ok { "ok  ".green().to_string() } else { "FAIL".red().to_string() };
        say(&format!("{mark} {name}: {}", row.outcome.words()));
        rows.push(row);
    }
    let matrix = Matrix { schema: 1, seed, ok: rows.iter().all(|row| row.ok), rows };
    say(&format!("\n{}", table(&matrix)));
    say(&closing(&matrix));
    if let Some(path) = &args.json {
        let json = format!("{:#}\n", serde_json::to_value(&matrix).map_err(|error| Stop::suite(error.to_string()))?);
        if to_stdout {
            screen::text(&json);
        } else {
            std::fs::write(path, json)
                .map_err(|error| Stop::usage(format!("failed to write {}: {error}", path.display())))?;
        }
    }
    Ok(if matrix.ok { Exit::Done } else { Exit::NotConformant })
}

/// The right service, on each platform that is needed, and each defect on the one that it shows on. A defect meets the cases of its own level
/// and those before it; the right service meets all that any of them meets.
fn subjects(defects: Vec<Defect>) -> Vec<Subject> {
    let highest = |outbound: bool| {
        let there = defects.iter().copied().filter(|defect| defect.is_outbound() == outbound);
        there.map(level_of).max()
    };
    let real_time = Some(highest(false).unwrap_or_default()).map(|level| (false, level));
    let right = [real_time, highest(true).map(|level| (true, level))].into_iter().flatten();
    let right: Vec<Subject> = right.map(|(outbound, level)| Subject { defect: None, outbound, level }).collect();
    let wrong =
        defects.into_iter().map(|it| Subject { defect: Some(it), outbound: it.is_outbound(), level: level_of(it) });
    right.into_iter().chain(wrong).collect()
}

/// The level of the case that must notice a defect.
fn level_of(defect: Defect) -> Level {
    find(defect.killed_by()).map_or(Level::Core, |case| case.level)
}

async fn judge(subject: Subject, seed: u64) -> Result<Row, Stop> {
    let Subject { defect, outbound, level } = subject;
    let launcher = Embedded::new(defect).await.map_err(|error| Stop::configuration(error.to_string()))?;
    let mut profile = if outbound { outbound_profile()? } else { bundled_profile(level) };
    profile.service.ready_path = None;
    let options = Options { seed, level, jobs: JOBS, ..Options::default() };
    let platform = profile.declares.platform.name();
    let report = certify(profile, Arc::new(launcher), Ports::Free, options, None, |_| {}).await?;
    Ok(row(defect, platform, &report))
}

fn row(defect: Option<Defect>, platform: &'static str, report: &Report) -> Row {
    let mut noticed_by = BTreeMap::new();
    for case in &report.cases {
        if !matches!(case.verdict, Verdict::Pass | Verdict::NotApplicable | Verdict::NotTestable) {
            noticed_by.insert(case.name(), case.verdict);
        }
    }
    let broken = noticed_by.values().any(|verdict| matches!(verdict, Verdict::SuiteError | Verdict::ConfigError));
    let caught = |id: &str| {
        report.cases.iter().any(|case| case.id == id && matches!(case.verdict, Verdict::Fail | Verdict::Warn))
    };
    let outcome = match defect {
        _ if broken => Outcome::Broken,
        None if noticed_by.is_empty() && !report.cases.is_empty() => Outcome::Clean,
        None => Outcome::Blamed,
        Some(defect) if caught(defect.killed_by()) => Outcome::Caught,
        Some(_) if noticed_by.is_empty() => Outcome::Survived,
        Some(_) => Outcome::CaughtElsewhere,
    };
    Row {
        defect: defect.map(Defect::name),
        platform,
        case: defect.map(Defect::killed_by),
        ok: matches!(outcome, Outcome::Clean | Outcome::Caught),
        outcome,
        noticed_by,
        millis: report.summary.millis,
    }
}

impl Row {
    /// What it is called on the terminal.
    fn name(&self) -> String {
        match (self.defect, self.platform) {
            (Some(defect), _) => defect.to_owned(),
            (None, "real-time") => "(none)".to_owned(),
            (None, platform) => format!("(none, {platform})"),
        }
    }
}

fn table(matrix: &Matrix) -> String {
    const MOST: usize = 6;
    let mut table = Table::new();
    table.load_style(presets::NOTHING).set_header(["defect", "must be caught by", "was", "noticed by", "ms"]);
    for row in &matrix.rows {
        let mut others: Vec<_> = row.noticed_by.keys().map(String::as_str).take(MOST).collect();
        let more = format!("and {} more", row.noticed_by.len().saturating_sub(MOST));
        if row.noticed_by.len() > MOST {
            others.push(&more);
        }
        table.add_row([
            Cell::new(row.name()),
            Cell::new(row.case.unwrap_or("nobody")),
            Cell::new(row.outcome.words()),
            Cell::new(others.join(", ")),
            Cell::new(row.millis),
        ]);
    }
    table.trim_fmt()
}

fn closing(matrix: &Matrix) -> String {
    let bad: Vec<_> = matrix.rows.iter().filter(|row| !row.ok).map(Row::name).collect();
    if bad.is_empty() {
        let caught = matrix.rows.iter().filter(|row| row.defect.is_some()).count();
        return format!(
            "\nThe service as it is passes every case, and each of {caught} defects is caught by the case that names it."
        );
    }
    format!(
        "\n{} of {} rows are not as they must be: {}. `payloop certify --demo-defect NAME{}` shows one of them.",
        bad.len(),
        matrix.rows.len(),
        bad.join(", "),
        seed_argument(matrix.seed),
    )
}

#[cfg(test)]
mod tests {
    use completion_service::Defect;

    use super::{Subject, subjects};

    #[track_caller]
    fn check(defects: &[Defect], expect: &[(Option<&str>, bool)]) {
        let seen: Vec<_> = subjects(defects.to_vec())
            .into_iter()
            .map(|Subject { defect, outbound, .. }| (defect.map(Defect::name), outbound))
            .collect();
        assert_eq!(seen, expect);
    }

    #[test]
    fn the_right_service_stands_on_every_platform_that_a_defect_stands_on() {
        check(&[Defect::Redirect301], &[(None, false), (Some("redirect-301"), false)]);
        check(
            &[Defect::OutboundOmitsUser, Defect::Redirect301],
            &[(None, false), (None, true), (Some("outbound-omits-user"), true), (Some("redirect-301"), false)],
        );
    }
}
