//! `payloop selftest`: a suite that never fails proves nothing, so here it must fail, once for every defect and at the right place.

use std::path::Path;
use std::sync::Arc;

use completion_service::Defect;
use contract_tests::model::find;
use contract_tests::{Level, Options};
use futures_util::StreamExt as _;
use futures_util::stream;
use mock_platform::Ports;
use owo_colors::OwoColorize as _;

use crate::args::Selftest;
use crate::certify::{bundled_profile, certify, outbound_profile, queued_profile};
use crate::embedded::{Build, Embedded};
use crate::exit_code::{Exit, Stop};
use crate::matrix::{Matrix, Row, closing, row, table};
use crate::other_answers::{Answers, left_out, rounds};
use crate::{bundled, other_answers, screen};

/// Runs at once: each has a platform, a service and a suite of its own.
const AT_ONCE: usize = 2;
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
    if matrix.rows.iter().any(|row| row.round.is_some()) {
        say(&format!("\n{}", left_out().trim_end()));
    }
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
