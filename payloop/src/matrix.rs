//! The kill matrix: a row for each service that met the suite, and how it is told.

use std::collections::BTreeMap;

use comfy_table::{Cell, Table, presets};
use completion_service::Defect;
use contract_tests::{Report, Verdict};
use serde::Serialize;

use crate::certify::seed_argument;
use crate::embedded::Build;
use crate::other_answers::Answers;

/// The other right service.
const QUEUED: &str = "queued-service";

/// One service against the suite.
#[derive(Debug, Serialize)]
pub(crate) struct Row {
    /// Which of the two services.
    pub(crate) service: &'static str,
    /// The defect; null for the service as it is.
    pub(crate) defect: Option<&'static str>,
    /// What the service declares to stand in front of.
    pub(crate) platform: &'static str,
    /// Which round of other answers to open questions it is, if it is one.
    pub(crate) round: Option<usize>,
    /// The answers that are not the defaults, by the ids of their questions.
    pub(crate) answers: Answers,
    /// Of these, the ones under each of which alone the service fails too; only looked for when a round goes wrong.
    pub(crate) answers_to_blame: Vec<String>,
    /// The case that must notice; null for the service as it is.
    pub(crate) case: Option<&'static str>,
    /// Whether it went as it must.
    pub(crate) ok: bool,
    /// What happened, in a few words.
    pub(crate) outcome: Outcome,
    /// Every case that did not pass, with its verdict.
    pub(crate) noticed_by: BTreeMap<String, Verdict>,
    /// Real time of the run in milliseconds.
    pub(crate) millis: u64,
}

/// What happened, in a few words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Outcome {
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
    pub(crate) const fn words(self) -> &'static str {
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

/// All rows.
#[derive(Debug, Serialize)]
pub(crate) struct Matrix {
    pub(crate) schema: u32,
    pub(crate) seed: u64,
    pub(crate) ok: bool,
    pub(crate) rows: Vec<Row>,
}

/// What came of a run.
pub(crate) fn row(build: Build, platform: &'static str, report: &Report) -> Row {
    let defect = build.defect();
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
        service: if build == Build::Queued { QUEUED } else { "completion-service" },
        defect: defect.map(Defect::name),
        platform,
        round: None,
        answers: Answers::new(),
        answers_to_blame: Vec::new(),
        case: defect.map(Defect::killed_by),
        ok: matches!(outcome, Outcome::Clean | Outcome::Caught),
        outcome,
        noticed_by,
        millis: report.summary.millis,
    }
}

impl Row {
    /// What it is called on the terminal.
    pub(crate) fn name(&self) -> String {
        let name = match (self.defect, self.platform) {
            (Some(defect), _) => defect.to_owned(),
            (None, _) if self.service == QUEUED => "(queued)".to_owned(),
            (None, "real-time") => "(none)".to_owned(),
            (None, platform) => format!("(none, {platform})"),
        };
        self.round.map_or(name.clone(), |nth| format!("{name} other answers {nth}"))
    }
}

/// All of it, one line for each row.
pub(crate) fn table(matrix: &Matrix) -> String {
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

/// The last words.
pub(crate) fn closing(matrix: &Matrix) -> String {
    let bad: Vec<_> = matrix.rows.iter().filter(|row| !row.ok).map(Row::name).collect();
    if bad.is_empty() && matrix.rows.iter().all(|row| row.round.is_some()) {
        return "\nBoth right services pass the cases of core, however the open questions are answered.".to_owned();
    }
    if bad.is_empty() {
        let caught = matrix.rows.iter().filter(|row| row.defect.is_some()).count();
        return format!(
            "\nBoth right services pass every case, and each of {caught} defects is caught by the case that names it."
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
