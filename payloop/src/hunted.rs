//! What a selftest of the generated histories has come to: a row for each service, and how it is told.

use comfy_table::{Cell as Field, Table, presets};
use completion_service::Defect;
use contract_tests::histories::{ENOUGH, FEW_STEPS, Finding, Hunted};
use contract_tests::report::explain_finding;
use contract_tests::{Report, RunVerdict, Verdict};
use serde::Serialize;

use crate::embedded::Build;

/// What came of all hunts.
#[derive(Debug, Serialize)]
pub(crate) struct Proof {
    schema: u32,
    seed: u64,
    /// How many examples have to be enough.
    examples: usize,
    /// In how many steps a defect has to be told.
    most_steps: usize,
    /// Whether all rows are as they must be.
    pub(crate) ok: bool,
    rows: Vec<Row>,
}

/// One service before generated histories.
#[derive(Debug, Serialize)]
pub(crate) struct Row {
    /// Which of the two services.
    service: &'static str,
    /// The defect; null for the service as it is.
    defect: Option<&'static str>,
    /// Whether no case notices the defect.
    only_histories: bool,
    /// Whether it went as it must.
    pub(crate) ok: bool,
    /// How many histories were played until it was found, or altogether.
    played: usize,
    /// What was found: in a right service the first of it, in a wrong one what is told in the fewest steps; null where nothing was.
    found: Option<Told>,
    /// The same for people, where it must not be.
    #[serde(skip)]
    pub(crate) explained: Option<String>,
    /// What went wrong instead, in a sentence.
    why: Option<String>,
    /// Real time in milliseconds.
    millis: u64,
}

/// A finding, in its shortest form.
#[derive(Debug, Serialize)]
struct Told {
    rule: String,
    verdict: Verdict,
    /// The number of the example that it came from.
    example: Option<usize>,
    /// How many steps that had, and how many are left of them.
    found_with: usize,
    steps: usize,
    /// How often smaller ones were played.
    replays: usize,
    /// How many of the last plays failed, as `3 of 3`.
    failed: String,
    script: String,
}

impl Told {
    fn of(finding: Finding) -> Self {
        Self {
            example: finding.example(),
            rule: finding.rule,
            verdict: finding.verdict,
            found_with: finding.found_with,
            steps: finding.steps,
            replays: finding.replays,
            failed: finding.failed,
            script: finding.script,
        }
    }
}

impl Proof {
    /// All rows, in their order.
    pub(crate) fn of(seed: u64, rows: Vec<Row>) -> Self {
        let ok = rows.iter().all(|row| row.ok);
        Self { schema: 1, seed, examples: ENOUGH, most_steps: FEW_STEPS, ok, rows }
    }
}

impl Row {
    /// How the hunt for a defect ended.
    pub(crate) fn of_wrong(build: Build, hunted: Hunted, millis: u64) -> Self {
        let ok = hunted.is_good();
        let why = match &hunted.found {
            None => Some("nothing was found that comes again".to_owned()),
            Some(finding) => (!ok).then(|| format!("told in {} steps, not in {FEW_STEPS}", finding.steps)),
        };
        let found = hunted.found.map(Told::of);
        Self { ok, played: hunted.played, found, why, ..Self::new(build, millis) }
    }

    /// How the right one came through.
    pub(crate) fn of_right(build: Build, report: &Report, millis: u64) -> Self {
        let histories = report.histories.clone().unwrap_or_default();
        let clean = histories.findings.is_empty() && report.verdict() == RunVerdict::Conformant;
        let rules: Vec<String> =
            histories.findings.iter().map(|finding| format!("{} {}", finding.family, finding.rule)).collect();
        let played = histories.families.first().map_or(0, |family| family.played);
        let why = (!clean).then(|| match rules.as_slice() {
            [] => format!("the run was {}", report.verdict().name()),
            rules => format!("WRONGLY BLAMED: {}", rules.join(", ")),
        });
        let explained = histories.findings.first().map(explain_finding);
        let found = histories.findings.into_iter().next().map(Told::of);
        Self { ok: clean && played == ENOUGH, played, found, explained, why, ..Self::new(build, millis) }
    }

    fn new(build: Build, millis: u64) -> Self {
        let defect = build.defect();
        Self {
            service: build.service(),
            defect: defect.map(Defect::name),
            only_histories: defect.is_some_and(Defect::is_for_histories),
            ok: false,
            played: 0,
            found: None,
            explained: None,
            why: None,
            millis,
        }
    }

    fn name(&self) -> &'static str {
        self.defect.unwrap_or(self.service)
    }

    /// The row as it is told when it is over.
    pub(crate) fn line(&self) -> String {
        let seconds = format!("{}.{} s", self.millis / 1_000, self.millis % 1_000 / 100);
        let what = match (&self.why, &self.found) {
            (Some(why), _) => why.clone(),
            (None, Some(found)) if found.steps == 1 => format!("{} in one step", found.rule),
            (None, Some(found)) => format!("{} in {} steps", found.rule, found.steps),
            (None, None) => format!("clean in {} histories", self.played),
        };
        format!("{:<28} {what:<38} {seconds:>8}", self.name())
    }
}

/// Who was found by what.
pub(crate) fn table(proof: &Proof) -> String {
    let mut table = Table::new();
    let head = ["defect", "rule", "example", "steps", "replays", "failed", "no case notices it"];
    table.load_style(presets::NOTHING).set_header(head);
    for row in proof.rows.iter().filter(|row| row.defect.is_some()) {
        let found = row.found.as_ref();
        let number = |number: Option<usize>| number.map_or_else(|| "-".to_owned(), |number| number.to_string());
        table.add_row([
            Field::new(row.name()),
            Field::new(found.map_or("NOT FOUND", |found| &*found.rule)),
            Field::new(number(found.and_then(|found| found.example))),
            Field::new(number(found.map(|found| found.steps))),
            Field::new(number(found.map(|found| found.replays))),
            Field::new(found.map_or("-", |found| &*found.failed)),
            Field::new(if row.only_histories { "yes" } else { "" }),
        ]);
    }
    table.trim_fmt()
}

/// The last words.
pub(crate) fn closing(proof: &Proof) -> String {
    let bad: Vec<&str> = proof.rows.iter().filter(|row| !row.ok).map(Row::name).collect();
    let wrong: Vec<&Row> = proof.rows.iter().filter(|row| row.defect.is_some()).collect();
    if bad.is_empty() {
        let alone = wrong.iter().filter(|row| row.only_histories).count();
        let found = match wrong.len() {
            1 => "the one defect".to_owned(),
            more => format!("each of {more} defects"),
        };
        return format!(
            "\nBoth right services survive {ENOUGH} histories, and {found} is found by drawing and told in at most {FEW_STEPS} steps; {alone} of them no case \
             notices."
        );
    }
    format!("\n{} of {} rows are not as they must be: {}.", bad.len(), proof.rows.len(), bad.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hunted(steps: usize) -> Row {
        let found = Told {
            rule: "INV-2".to_owned(),
            verdict: Verdict::Fail,
            example: Some(42),
            found_with: 11,
            steps,
            replays: 31,
            failed: "3 of 3".to_owned(),
            script: "debit A\nresend A\nbank-pays A\n".to_owned(),
        };
        let build = Build::Synchronous(Some(Defect::CountsDebits));
        Row { ok: steps <= FEW_STEPS, played: 64, found: Some(found), ..Row::new(build, 1_234) }
    }

    #[test]
    fn a_row_tells_who_was_found_by_what() {
        let clean = Row { ok: true, played: ENOUGH, ..Row::new(Build::Queued, 9_000) };
        insta::assert_snapshot!(hunted(3).line(), @"counts-debits                INV-2 in 3 steps                          1.2 s");
        insta::assert_snapshot!(clean.line(), @"queued-service               clean in 256 histories                    9.0 s");
        let proof = Proof::of(1, vec![clean, hunted(3)]);
        insta::assert_snapshot!(table(&proof), @r"
        defect         rule   example  steps  replays  failed  no case notices it
        counts-debits  INV-2  42       3      31       3 of 3  yes
        ");
        assert!(closing(&proof).contains("the one defect is found by drawing"), "{}", closing(&proof));
    }

    #[test]
    fn what_was_not_found_is_named() {
        let none = Row::of_wrong(Build::Synchronous(Some(Defect::CountsDebits)), Hunted::default(), 0);
        assert!(!none.ok && none.why.is_some());
        let proof = Proof::of(1, vec![none, hunted(3)]);
        assert!(table(&proof).contains("NOT FOUND"));
        assert_eq!(closing(&proof), "\n1 of 2 rows are not as they must be: counts-debits.");
    }
}
