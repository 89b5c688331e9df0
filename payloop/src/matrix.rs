//! The kill matrix: a row for each service that met the suite, a column for each case, and how it is told.

use std::collections::{BTreeMap, BTreeSet};

use comfy_table::{Cell, Table, presets};
use completion_service::Defect;
use contract_tests::histories::HistoriesReport;
use contract_tests::{Report, Verdict};
use serde::Serialize;

use crate::agreement::Difference;
use crate::catalogue::HISTORIES;
use crate::certify::seed_argument;
use crate::embedded::Build;
use crate::other_answers::Answers;

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
    /// The case that must notice, or `H-T` where only histories do; null for the service as it is.
    pub(crate) case: Option<&'static str>,
    /// How many cases it met, each counted once for every answer that it runs under: all of its level, or the one that must notice. A story counts as one.
    pub(crate) met: usize,
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
    /// No case did, as its catalogue says, and its story did.
    OnlyHistories,
    /// Only other cases did, or any where none should.
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
            Self::OnlyHistories => "only histories find it",
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
    /// How many whole runs there were.
    pub(crate) runs: usize,
    /// Whether every row of every run is as it must be, and all runs say the same.
    pub(crate) ok: bool,
    /// The rows of the first run.
    pub(crate) rows: Vec<Row>,
    /// The columns: each case, by its id, with the defects that it noticed in the first run.
    pub(crate) columns: BTreeMap<String, BTreeSet<&'static str>>,
    /// What later runs say otherwise.
    pub(crate) differences: Vec<Difference>,
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
    for finding in report.histories.iter().flat_map(|histories| &histories.findings) {
        noticed_by.insert(format!("{} {}", finding.family, finding.rule), finding.verdict);
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
        Some(defect)
            if defect.is_for_histories() && !noticed_by.is_empty() && noticed_by.keys().all(is_of_histories) =>
        {
            Outcome::OnlyHistories
        }
        Some(_) if noticed_by.is_empty() => Outcome::Survived,
        Some(_) => Outcome::CaughtElsewhere,
    };
    Row {
        service: build.service(),
        defect: defect.map(Defect::name),
        platform,
        round: None,
        answers: Answers::new(),
        answers_to_blame: Vec::new(),
        case: defect.map(Defect::killed_by),
        met: report.cases.len() + report.histories.as_ref().map_or(0, HistoriesReport::played),
        ok: matches!(outcome, Outcome::Clean | Outcome::Caught | Outcome::OnlyHistories),
        outcome,
        noticed_by,
        millis: report.summary.millis,
    }
}

/// Whether generated histories noticed it, and no case.
fn is_of_histories(name: &String) -> bool {
    name.split(' ').next() == Some(HISTORIES)
}

impl Row {
    /// What it is called on the terminal.
    pub(crate) fn name(&self) -> String {
        let name = match (self.defect, self.platform) {
            (Some(defect), _) => defect.to_owned(),
            (None, _) if self.service == Build::Queued.service() => "(queued)".to_owned(),
            (None, "real-time") => "(none)".to_owned(),
            (None, platform) => format!("(none, {platform})"),
        };
        self.round.map_or(name.clone(), |nth| format!("{name} other answers {nth}"))
    }

    /// The row as it is told when it is over.
    pub(crate) fn line(&self) -> String {
        let case = self.case.unwrap_or("nobody");
        let seconds = format!("{}.{} s", self.millis / 1_000, self.millis % 1_000 / 100);
        format!("{:<32} {case:<7} {:<22} {seconds:>7}", self.name(), self.outcome.words())
    }
}

/// Each case with the defects that it noticed.
pub(crate) fn columns(rows: &[Row]) -> BTreeMap<String, BTreeSet<&'static str>> {
    let mut columns: BTreeMap<String, BTreeSet<&'static str>> = BTreeMap::new();
    for row in rows {
        let Some(defect) = row.defect else { continue };
        for name in row.noticed_by.keys() {
            let case = name.split(' ').next().unwrap_or_default();
            columns.entry(case.to_owned()).or_default().insert(defect);
        }
    }
    columns
}

/// These rows, with who noticed; nothing when there are none.
pub(crate) fn table<'r>(rows: impl Iterator<Item = &'r Row>) -> Option<String> {
    const MOST: usize = 6;
    let mut table = Table::new();
    table.load_style(presets::NOTHING).set_header(["defect", "must be caught by", "was", "noticed by", "ms"]);
    for row in rows {
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
    (table.row_count() > 0).then(|| table.trim_fmt())
}

/// The columns: how many defects each case noticed, and the first few.
pub(crate) fn columns_table(matrix: &Matrix) -> String {
    const MOST: usize = 4;
    let mut table = Table::new();
    table.load_style(presets::NOTHING).set_header(["case", "noticed", "defects"]);
    for (case, defects) in &matrix.columns {
        let mut some: Vec<_> = defects.iter().copied().take(MOST).collect();
        if defects.len() > MOST {
            some.push("…");
        }
        table.add_row([Cell::new(case), Cell::new(defects.len()), Cell::new(some.join(", "))]);
    }
    table.trim_fmt()
}

/// The last words.
pub(crate) fn closing(matrix: &Matrix) -> String {
    let bad: Vec<_> = matrix.rows.iter().filter(|row| !row.ok).map(Row::name).collect();
    let agree = match (matrix.runs, matrix.differences.is_empty()) {
        (1, _) => String::new(),
        (runs, true) => format!(" All {runs} runs agree."),
        (runs, false) => format!(" But {runs} runs do not agree."),
    };
    if bad.is_empty() && matrix.rows.iter().all(|row| row.round.is_some()) {
        return format!("\nBoth right services pass the cases, however the open questions are answered.{agree}");
    }
    if bad.is_empty() {
        let came_to = |outcome: Outcome| matrix.rows.iter().filter(|row| row.outcome == outcome).count();
        let caught = match came_to(Outcome::Caught) {
            0 => String::new(),
            1 => ", and the one defect is caught by the case that names it".to_owned(),
            caught => format!(", and each of {caught} defects is caught by the case that names it"),
        };
        let unnoticed = match came_to(Outcome::OnlyHistories) {
            0 => String::new(),
            1 => " One defect no case notices, as its entry says: only histories find it.".to_owned(),
            more => format!(" {more} defects no case notices, as their entries say: only histories find them."),
        };
        return format!("\nBoth right services pass every case{caught}.{unnoticed}{agree}");
    }
    format!(
        "\n{} of {} rows are not as they must be: {}. `payloop certify --demo-defect NAME{}` shows one of them.{agree}",
        bad.len(),
        matrix.rows.len(),
        bad.join(", "),
        seed_argument(matrix.seed),
    )
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// A row of the first service, with a defect and its case or without.
    pub(crate) fn a_row(defect: Option<(&'static str, &'static str)>, noticed: &[(&str, Verdict)]) -> Row {
        let outcome = match (defect, noticed.is_empty()) {
            (None, true) => Outcome::Clean,
            (None, false) => Outcome::Blamed,
            (Some(_), true) => Outcome::Survived,
            (Some(_), false) => Outcome::Caught,
        };
        Row {
            service: "completion-service",
            defect: defect.map(|(name, _)| name),
            platform: "real-time",
            round: None,
            answers: Answers::new(),
            answers_to_blame: Vec::new(),
            case: defect.map(|(_, case)| case),
            met: 1,
            ok: matches!(outcome, Outcome::Clean | Outcome::Caught),
            outcome,
            noticed_by: noticed.iter().map(|(name, verdict)| ((*name).to_owned(), *verdict)).collect(),
            millis: 1_234,
        }
    }

    #[test]
    fn columns_say_which_defects_a_case_noticed() {
        let rows = [
            a_row(None, &[("C-R01", Verdict::Fail)]),
            a_row(Some(("first", "C-R01")), &[("C-R01", Verdict::Fail), ("C-R11 [AMB-4=400]", Verdict::Fail)]),
            a_row(
                Some(("second", "C-R11")),
                &[("C-R11 [AMB-4=400]", Verdict::Fail), ("C-R11 [AMB-4=404]", Verdict::Warn)],
            ),
        ];
        let columns = columns(&rows);
        let seen: Vec<(&str, Vec<&str>)> =
            columns.iter().map(|(case, defects)| (case.as_str(), defects.iter().copied().collect())).collect();
        assert_eq!(seen, [("C-R01", vec!["first"]), ("C-R11", vec!["first", "second"])]);
    }

    #[test]
    fn the_last_words_tell_what_cases_notice_from_what_only_histories_find() {
        let caught = || a_row(Some(("redirect-301", "C-R02")), &[("C-R02", Verdict::Fail)]);
        let only = || Row {
            outcome: Outcome::OnlyHistories,
            ..a_row(Some(("counts-debits", HISTORIES)), &[("H-T INV-2", Verdict::Fail)])
        };
        let words = |rows: Vec<Row>| {
            let (columns, differences) = (BTreeMap::new(), Vec::new());
            closing(&Matrix { schema: 1, seed: 1, runs: 1, ok: true, rows, columns, differences })
        };
        insta::assert_snapshot!(words(vec![caught(), only()]), @"
        Both right services pass every case, and the one defect is caught by the case that names it. One defect no case notices, as its entry says: only histories find it.
        ");
        assert!(
            words(vec![only(), only()])
                .ends_with("every case. 2 defects no case notices, as their entries say: only histories find them.")
        );
    }

    #[test]
    fn a_row_fits_in_a_line() {
        let row = a_row(Some(("redirect-301", "C-R02")), &[("C-R02", Verdict::Fail)]);
        assert_eq!(row.line(), "redirect-301                     C-R02   caught                   1.2 s");
    }
}
