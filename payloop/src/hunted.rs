//! `payloop selftest --histories`: whether generated histories find what they should, with nothing but the generator.

use std::cell::Cell;
use std::sync::Arc;

use comfy_table::{Cell as Field, Table, presets};
use completion_service::{Defect, STORIES, Story};
use contract_tests::histories::{ENOUGH, FEW_STEPS, Hunted, hunt_for};
use contract_tests::{Level, Options, Report, RunVerdict, Verdict};
use futures_util::StreamExt as _;
use futures_util::stream;
use mock_platform::Ports;
use owo_colors::OwoColorize as _;
use serde::Serialize;

use crate::certify::certify;
use crate::embedded::{Build, Embedded};
use crate::exit_code::Stop;
use crate::near::did_you_mean;
use crate::selftest::profile_of;

/// Hunts at once: each has a few worlds, and most of a history is waiting.
const AT_ONCE: usize = 2;

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
struct Row {
    /// Which of the two services.
    service: &'static str,
    /// The defect; null for the service as it is.
    defect: Option<&'static str>,
    /// Whether no case notices the defect.
    only_histories: bool,
    /// Whether it went as it must.
    ok: bool,
    /// How many histories were played until it was found, or altogether.
    played: usize,
    /// What was found; null where nothing was.
    found: Option<Told>,
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

/// The stories of these defects; all of them when none is named.
pub(crate) fn stories_of(defects: &[Defect]) -> Result<Vec<Story>, Stop> {
    if defects.is_empty() {
        return Ok(STORIES.to_vec());
    }
    let story = |defect: &Defect| {
        Story::of(*defect).ok_or_else(|| {
            let names: Vec<&str> = STORIES.iter().map(|story| story.defect.name()).collect();
            let near = did_you_mean(defect.name(), names.iter().copied());
            Stop::usage(format!(
                "histories are not held to find {}, since it does not show in the order of things{near}\nThose that they must find: {}",
                defect.name(),
                names.join(", ")
            ))
        })
    };
    defects.iter().map(story).collect()
}

/// Hunts each, and tells each as it is over.
pub(crate) async fn hunt(stories: &[Story], seed: u64, say: impl Fn(&str)) -> Result<Proof, Stop> {
    say(&format!(
        "Two right services before {ENOUGH} generated histories each, and the first of them with each of {} defects: found by nothing else, in at most \
         {FEW_STEPS} steps.\n",
        stories.len()
    ));
    let right = [Build::Synchronous(None), Build::Queued];
    let wrong = stories.iter().map(|story| Build::Synchronous(Some(story.defect)));
    let builds: Vec<Build> = right.into_iter().chain(wrong).collect();
    let running = builds.iter().enumerate().map(|(number, build)| async move { (number, row(*build, seed).await) });
    let mut running = stream::iter(running).buffer_unordered(AT_ONCE);
    let mut rows = Vec::new();
    while let Some((number, row)) = running.next().await {
        let row = row?;
        let mark = if row.ok { "ok  ".green().to_string() } else { "FAIL".red().to_string() };
        say(&format!("{:>4}/{} {mark} {}", rows.len() + 1, builds.len(), row.line()));
        rows.push((number, row));
    }
    rows.sort_by_key(|(number, _)| *number);
    let rows: Vec<Row> = rows.into_iter().map(|(_, row)| row).collect();
    let ok = rows.iter().all(|row| row.ok);
    Ok(Proof { schema: 1, seed, examples: ENOUGH, most_steps: FEW_STEPS, ok, rows })
}

async fn row(build: Build, seed: u64) -> Result<Row, Stop> {
    let millis = Cell::new(0);
    let play = async |options: Options| -> Result<Report, Stop> {
        let launcher = Embedded::new(build).await.map_err(|error| Stop::configuration(error.to_string()))?;
        let profile = profile_of(build, false, Level::Core)?;
        let report = certify(profile, Arc::new(launcher), Ports::Free, options, None, |_| {}).await?;
        millis.set(millis.get() + report.summary.millis);
        Ok(report)
    };
    if build.defect().is_some() {
        let hunted = hunt_for(seed, play).await?;
        return Ok(Row::of_wrong(build, hunted, millis.get()));
    }
    let options = Options { seed, examples: ENOUGH, only_histories: true, strict: true, ..Options::default() };
    let report = play(options).await?;
    Ok(Row::of_right(build, &report, millis.get()))
}

impl Row {
    fn of_wrong(build: Build, hunted: Hunted, millis: u64) -> Self {
        let ok = hunted.is_good();
        let why = match &hunted.found {
            None => Some("nothing was found that comes again".to_owned()),
            Some(finding) => (!ok).then(|| format!("told in {} steps, not in {FEW_STEPS}", finding.steps)),
        };
        let found = hunted.found.map(|finding| Told {
            example: finding.example(),
            rule: finding.rule,
            verdict: finding.verdict,
            found_with: finding.found_with,
            steps: finding.steps,
            replays: finding.replays,
            failed: finding.failed,
            script: finding.script,
        });
        Self { ok, played: hunted.played, found, why, ..Self::new(build, millis) }
    }

    fn of_right(build: Build, report: &Report, millis: u64) -> Self {
        let histories = report.histories.clone().unwrap_or_default();
        let clean = histories.findings.is_empty() && report.verdict() == RunVerdict::Conformant;
        let rules: Vec<String> =
            histories.findings.iter().map(|finding| format!("{} {}", finding.family, finding.rule)).collect();
        let played = histories.families.first().map_or(0, |family| family.played);
        let why = (!clean).then(|| match rules.as_slice() {
            [] => format!("the run was {}", report.verdict().name()),
            rules => format!("WRONGLY BLAMED: {}", rules.join(", ")),
        });
        Self { ok: clean && played == ENOUGH, played, why, ..Self::new(build, millis) }
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
            why: None,
            millis,
        }
    }

    fn name(&self) -> &'static str {
        self.defect.unwrap_or(self.service)
    }

    /// The row as it is told when it is over.
    fn line(&self) -> String {
        let seconds = format!("{}.{} s", self.millis / 1_000, self.millis % 1_000 / 100);
        let what = match (&self.why, &self.found) {
            (Some(why), _) => why.clone(),
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
        return format!(
            "\nBoth right services survive {ENOUGH} histories, and each of {} defects is found by drawing and told in at most {FEW_STEPS} steps; {alone} of them \
             no case notices.",
            wrong.len()
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

    fn proof(rows: Vec<Row>) -> Proof {
        let ok = rows.iter().all(|row| row.ok);
        Proof { schema: 1, seed: 1, examples: ENOUGH, most_steps: FEW_STEPS, ok, rows }
    }

    #[test]
    fn a_row_tells_who_was_found_by_what() {
        let clean = Row { ok: true, played: ENOUGH, ..Row::new(Build::Queued, 9_000) };
        insta::assert_snapshot!(hunted(3).line(), @"counts-debits                INV-2 in 3 steps                          1.2 s");
        insta::assert_snapshot!(clean.line(), @"queued-service               clean in 256 histories                    9.0 s");
        let proof = proof(vec![clean, hunted(3)]);
        insta::assert_snapshot!(table(&proof), @r"
        defect         rule   example  steps  replays  failed  no case notices it
        counts-debits  INV-2  42       3      31       3 of 3  yes
        ");
        assert!(closing(&proof).contains("each of 1 defects is found by drawing"), "{}", closing(&proof));
    }

    #[test]
    fn what_was_not_found_is_named() {
        let none = Row::of_wrong(Build::Synchronous(Some(Defect::CountsDebits)), Hunted::default(), 0);
        assert!(!none.ok && none.why.is_some());
        let proof = proof(vec![none, hunted(3)]);
        assert!(table(&proof).contains("NOT FOUND"));
        assert_eq!(closing(&proof), "\n1 of 2 rows are not as they must be: counts-debits.");
    }

    #[test]
    fn only_what_shows_in_the_order_of_things_is_hunted() {
        let named = |defects: &[Defect]| stories_of(defects).map(|stories| stories.len());
        assert_eq!(named(&[]).ok(), Some(STORIES.len()));
        assert_eq!(named(&[Defect::CountsDebits]).ok(), Some(1));
        let refused = named(&[Defect::Redirect301]).expect_err("it has no story").message;
        assert!(refused.contains("redirect-301") && refused.contains("counts-debits"), "{refused}");
    }
}
