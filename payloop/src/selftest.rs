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
use crate::certify::{bundled_profile, certify, outbound_profile, queued_profile, seed_argument};
use crate::embedded::{Build, Embedded};
use crate::exit_code::{Exit, Stop};
use crate::other_answers::{Answers, rounds};
use crate::{bundled, other_answers, screen};

/// Runs at once: each has a platform, a service and a suite of its own.
const AT_ONCE: usize = 2;
/// The other right service.
const QUEUED: &str = "queued-service";
/// Cases that run side by side in each of them: their services must not starve each other, or a right one looks slow.
const JOBS: usize = 16;

/// A service, the event platform that it stands in front of, and how open questions are answered there.
#[derive(Clone, Debug)]
struct Subject {
    build: Build,
    outbound: bool,
    /// The highest level whose cases it meets.
    level: Level,
    /// Which round of other answers, and what it answers.
    round: Option<(usize, Answers)>,
}

impl Subject {
    fn new(build: Build, outbound: bool, level: Level) -> Self {
        Self { build, outbound, level, round: None }
    }
}

/// One service against the suite.
#[derive(Debug, Serialize)]
struct Row {
    /// Which of the two services.
    service: &'static str,
    /// The defect; null for the service as it is.
    defect: Option<&'static str>,
    /// What the service declares to stand in front of.
    platform: &'static str,
    /// Which round of other answers to open questions it is, if it is one.
    round: Option<usize>,
    /// The answers that are not the defaults, by the ids of their questions.
    answers: Answers,
    /// Of these, the ones under each of which alone the service fails too; only looked for when a round goes wrong.
    answers_to_blame: Vec<String>,
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
    let subjects = if args.switches {
        say("Two right services under every other answer to every open question, against the cases of core.\n");
        under_other_answers()?
    } else {
        let wrong = defects.len();
        say(&format!(
            "Two right services, and the first of them with each of {wrong} defects, against the cases of their levels.\n"
        ));
        // Whoever asks for one defect does not ask for all that.
        let others = if args.defect.is_empty() { under_other_answers()? } else { Vec::new() };
        subjects(defects).into_iter().chain(others).collect()
    };

    let seed = args.seed;
    let mut rows = Vec::new();
    let mut runs = stream::iter(subjects.into_iter().map(|subject| judge(subject, seed))).buffered(AT_ONCE);
    while let Some(row) = runs.next().await {
        let row = row?;
        let name = row.name();
        let mark = if row.ok { "ok  ".green().to_string() } else { "FAIL".red().to_string() };
        say(&format!("{mark} {name}: {}", row.outcome.words()));
        if !row.answers_to_blame.is_empty() {
            say(&format!("     also with this answer alone: {}", row.answers_to_blame.join(", ")));
        }
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

/// The right services, on each platform that is needed, and each defect on the one that it shows on. A defect meets the cases of its own level
/// and those before it; the right services meet all that any of them meets.
fn subjects(defects: Vec<Defect>) -> Vec<Subject> {
    let highest = |outbound: bool| {
        let there = defects.iter().copied().filter(|defect| defect.is_outbound() == outbound);
        there.map(level_of).max()
    };
    let real_time = Some(highest(false).unwrap_or_default()).map(|level| (false, level));
    let right = [real_time, highest(true).map(|level| (true, level))].into_iter().flatten();
    let mut all: Vec<Subject> =
        right.map(|(outbound, level)| Subject::new(Build::Synchronous(None), outbound, level)).collect();
    // It knows real-time journeys alone.
    all.insert(1, Subject::new(Build::Queued, false, highest(false).unwrap_or_default()));
    let wrong = |it: Defect| Subject::new(Build::Synchronous(Some(it)), it.is_outbound(), level_of(it));
    all.extend(defects.into_iter().map(wrong));
    all
}

/// The right services, each in every round of other answers.
fn under_other_answers() -> Result<Vec<Subject>, Stop> {
    let switches = mock_platform::switches().map_err(|error| Stop::suite(error.to_string()))?;
    let rounds = rounds(&switches);
    let services = [(Build::Synchronous(None), false), (Build::Queued, false), (Build::Synchronous(None), true)];
    let in_each = |(build, outbound)| {
        let numbered = rounds.iter().cloned().enumerate();
        numbered.map(move |(nth, answers)| Subject {
            round: Some((nth + 1, answers)),
            ..Subject::new(build, outbound, other_answers::LEVEL)
        })
    };
    Ok(services.into_iter().flat_map(in_each).collect())
}

/// The level of the case that must notice a defect.
fn level_of(defect: Defect) -> Level {
    find(defect.killed_by()).map_or(Level::Core, |case| case.level)
}

async fn judge(subject: Subject, seed: u64) -> Result<Row, Stop> {
    let mut row = play(&subject, seed).await?;
    if let (false, Some((_, answers))) = (row.ok, &subject.round) {
        for (id, value) in answers {
            let alone = Subject { round: Some((0, [(id.clone(), value.clone())].into())), ..subject.clone() };
            if !play(&alone, seed).await?.ok {
                row.answers_to_blame.push(format!("{id}={value}"));
            }
        }
    }
    Ok(row)
}

async fn play(subject: &Subject, seed: u64) -> Result<Row, Stop> {
    let Subject { build, outbound, level, ref round } = *subject;
    let launcher = Embedded::new(build).await.map_err(|error| Stop::configuration(error.to_string()))?;
    let mut profile = match build {
        Build::Queued => queued_profile()?,
        Build::Synchronous(_) if outbound => outbound_profile()?,
        Build::Synchronous(_) => bundled_profile(level),
    };
    profile.service.ready_path = None;
    if let Some((_, answers)) = round {
        profile.switches.clone_from(answers);
    }
    let options = Options { seed, level, jobs: JOBS, strict: build.defect().is_none(), ..Options::default() };
    let platform = profile.declares.platform.name();
    let report = certify(profile, Arc::new(launcher), Ports::Free, options, None, |_| {}).await?;
    let (nth, answers) = round.clone().unzip();
    Ok(Row { round: nth, answers: answers.unwrap_or_default(), ..row(build, platform, &report) })
}

fn row(build: Build, platform: &'static str, report: &Report) -> Row {
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
    fn name(&self) -> String {
        let name = match (self.defect, self.platform) {
            (Some(defect), _) => defect.to_owned(),
            (None, _) if self.service == QUEUED => "(queued)".to_owned(),
            (None, "real-time") => "(none)".to_owned(),
            (None, platform) => format!("(none, {platform})"),
        };
        self.round.map_or(name.clone(), |nth| format!("{name} other answers {nth}"))
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

#[cfg(test)]
mod tests {
    use completion_service::Defect;

    use super::{Build, Subject, subjects};

    #[track_caller]
    fn check(defects: &[Defect], expect: &[(Option<&str>, bool)]) {
        let seen: Vec<_> = subjects(defects.to_vec())
            .into_iter()
            .map(|Subject { build, outbound, .. }| match build {
                Build::Queued => (Some("queued"), outbound),
                Build::Synchronous(defect) => (defect.map(Defect::name), outbound),
            })
            .collect();
        assert_eq!(seen, expect);
    }

    #[test]
    fn the_right_services_stand_on_every_platform_that_a_defect_stands_on() {
        check(&[Defect::Redirect301], &[(None, false), (Some("queued"), false), (Some("redirect-301"), false)]);
        check(
            &[Defect::OutboundOmitsUser, Defect::Redirect301],
            &[
                (None, false),
                (Some("queued"), false),
                (None, true),
                (Some("outbound-omits-user"), true),
                (Some("redirect-301"), false),
            ],
        );
    }
}
