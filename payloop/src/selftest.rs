//! `payloop selftest`: a suite that never fails proves nothing, so here it must fail, once for every defect and at the right place.

use std::path::Path;
use std::sync::Arc;

use completion_service::{Defect, Story};
use contract_tests::histories::{Given, parse};
use contract_tests::{Level, Options, Profile};
use futures_util::StreamExt as _;
use futures_util::stream;
use mock_platform::Ports;
use owo_colors::OwoColorize as _;
use serde::Serialize;

use crate::agreement::{differences, told};
use crate::args::Selftest;
use crate::certify::{bundled_profile, certify, outbound_profile, queued_profile};
use crate::embedded::{Build, Embedded};
use crate::exit_code::{Exit, Stop};
use crate::matrix::{Matrix, Outcome, Row, closing, columns, columns_table, row, table};
use crate::other_answers::left_out;
use crate::subjects::{self, Subject};
use crate::{bundled, hunt, hunted, screen, unproven};

/// Runs of all cases at once: each has a platform, a service and a suite of its own.
const AT_ONCE: usize = 2;
/// Runs of one case at once: those mostly wait.
const CASES_AT_ONCE: usize = 8;
/// Cases that run side by side in each of them: their services must not starve each other, or a right one looks slow.
const JOBS: usize = 16;

/// What comes one group after the other, and how much of it at once.
type Groups = Vec<(usize, Vec<Subject>)>;

pub(crate) async fn run(args: &Selftest) -> Result<Exit, Stop> {
    let defects: Vec<Defect> = if args.defect.is_empty() {
        Defect::all().to_vec()
    } else {
        args.defect.iter().map(|name| bundled::defect(name)).collect::<Result<_, _>>().map_err(Stop::usage)?
    };
    let to_stdout = args.json.as_deref() == Some(Path::new("-"));
    let say = |text: &str| if to_stdout { screen::remark(text) } else { screen::line(text) };
    if args.histories {
        let named = if args.defect.is_empty() { &[] } else { &*defects };
        let proof = hunt::hunt(&hunt::stories_of(named)?, args.seed, say).await?;
        say(&format!("\n{}", hunted::table(&proof)));
        say(&hunted::closing(&proof));
        write(args, &proof)?;
        return Ok(if proof.ok { Exit::Done } else { Exit::NotConformant });
    }
    let runs = usize::from(args.runs);
    let groups = groups(args, &defects)?;
    say(&announcement(args, defects.len()));

    let mut matrix = Matrix {
        schema: 1,
        seed: args.seed,
        runs,
        ok: true,
        rows: Vec::new(),
        columns: std::collections::BTreeMap::new(),
        differences: Vec::new(),
    };
    for run in 1..=runs {
        if runs > 1 {
            say(&format!("\nRun {run} of {runs}"));
        }
        let rows = all_rows(&groups, args.seed, say).await?;
        matrix.ok &= rows.iter().all(|row| row.ok);
        if run == 1 {
            matrix.columns = columns(&rows);
            matrix.rows = rows;
        } else {
            let found = differences(&matrix.rows, run, &rows);
            for difference in &found {
                say(&format!("{} {}", "DIFFERS".red(), told(difference)));
            }
            matrix.ok &= found.is_empty();
            matrix.differences.extend(found);
        }
    }

    let all_cases = args.all_cases;
    if let Some(table) = table(matrix.rows.iter().filter(|row| !row.ok || (all_cases && row.defect.is_some()))) {
        say(&format!("\n{table}"));
    }
    if all_cases {
        say(&format!("\n{}", columns_table(&matrix)));
    }
    if matrix.rows.iter().any(|row| row.round.is_some()) {
        say(&format!("\n{}", left_out().trim_end()));
    }
    if args.defect.is_empty() && !args.switches {
        say(unproven::told().trim_end());
    }
    say(&closing(&matrix));
    write(args, &matrix)?;
    Ok(if matrix.ok { Exit::Done } else { Exit::NotConformant })
}

/// Whoever asks for one defect does not ask for all the rest.
fn groups(args: &Selftest, defects: &[Defect]) -> Result<Groups, Stop> {
    let at_once = if args.all_cases { AT_ONCE } else { CASES_AT_ONCE };
    let mut groups = Vec::new();
    if !args.switches {
        groups.push((AT_ONCE, subjects::right(defects, args.all_cases)));
        groups.push((at_once, subjects::wrong(defects, args.all_cases)));
    }
    if args.switches || args.defect.is_empty() {
        groups.push((AT_ONCE, subjects::under_other_answers(level_of_rounds(args))?));
    }
    Ok(groups)
}

/// Whoever asks for the rounds alone gets all there is; beside everything else, the cases whose whole loop hangs on every answer.
fn level_of_rounds(args: &Selftest) -> Level {
    if args.switches { Level::Secure } else { Level::Core }
}

fn announcement(args: &Selftest, defects: usize) -> String {
    if args.switches {
        return "Two right services under every other answer to every open question, against every case.\n".to_owned();
    }
    let against = if args.all_cases { "the cases of its level" } else { "the case that must notice" };
    format!(
        "Two right services against every case, and the first of them with each of {defects} defects against {against}.\n"
    )
}

/// One whole run: every row, told as it comes.
async fn all_rows(groups: &Groups, seed: u64, say: impl Fn(&str)) -> Result<Vec<Row>, Stop> {
    let total: usize = groups.iter().map(|(_, subjects)| subjects.len()).sum();
    let mut all = Vec::new();
    for (at_once, subjects) in groups {
        let numbered = subjects.iter().enumerate();
        let running = numbered.map(|(number, subject)| async move { (number, judge(subject, seed).await) });
        let mut running = stream::iter(running).buffer_unordered(*at_once);
        let mut rows = Vec::new();
        while let Some((number, row)) = running.next().await {
            let row = row?;
            let mark = if row.ok { "ok  ".green().to_string() } else { "FAIL".red().to_string() };
            say(&format!("{:>4}/{total} {mark} {}", all.len() + rows.len() + 1, row.line().trim_end()));
            if !row.answers_to_blame.is_empty() {
                say(&format!("     also with this answer alone: {}", row.answers_to_blame.join(", ")));
            }
            rows.push((number, row));
        }
        rows.sort_by_key(|(number, _)| *number);
        all.extend(rows.into_iter().map(|(_, row)| row));
    }
    Ok(all)
}

fn write(args: &Selftest, what: &impl Serialize) -> Result<(), Stop> {
    let Some(path) = &args.json else { return Ok(()) };
    let json = format!("{:#}\n", serde_json::to_value(what).map_err(|error| Stop::suite(error.to_string()))?);
    if path == Path::new("-") {
        screen::text(&json);
        return Ok(());
    }
    std::fs::write(path, json).map_err(|error| Stop::usage(format!("failed to write {}: {error}", path.display())))
}

async fn judge(subject: &Subject, seed: u64) -> Result<Row, Stop> {
    let mut row = play(subject, seed).await?;
    if matches!(row.outcome, Outcome::Survived) && subject.only.is_some() && subject.stories.is_empty() {
        // Whether anybody notices.
        row = play(&subject.before_all(), seed).await?;
        if row.outcome == Outcome::Caught {
            // Only in company of others, which is not what a case promises.
            (row.outcome, row.ok) = (Outcome::CaughtElsewhere, false);
        }
    }
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
    let Subject { build, outbound, level, only, ref round, ref stories } = *subject;
    let launcher = Embedded::new(build).await.map_err(|error| Stop::configuration(error.to_string()))?;
    let mut profile = profile_of(build, outbound, level)?;
    if let Some((_, answers)) = round {
        profile.switches.clone_from(answers);
    }
    // The story of a defect that no case notices stands in the place of that case.
    let only_histories = only.is_some() && !stories.is_empty();
    let options = Options {
        seed,
        level,
        cases: only.filter(|_| !only_histories).map(str::to_owned).into_iter().collect(),
        histories: given(stories)?,
        only_histories,
        jobs: JOBS,
        strict: build.defect().is_none(),
        ..Options::default()
    };
    let platform = profile.declares.platform.name();
    let report = certify(profile, Arc::new(launcher), Ports::Free, options, None, |_| {}).await?;
    let (nth, answers) = round.clone().unzip();
    Ok(Row { round: nth, answers: answers.unwrap_or_default(), ..row(build, platform, &report) })
}

/// The profile of a service that runs in this process.
pub(crate) fn profile_of(build: Build, outbound: bool, level: Level) -> Result<Profile, Stop> {
    let mut profile = match build {
        Build::Queued => queued_profile()?,
        Build::Synchronous(_) if outbound => outbound_profile()?,
        Build::Synchronous(_) => bundled_profile(level),
    };
    profile.service.ready_path = None;
    Ok(profile)
}

/// Stories as histories that were given.
fn given(stories: &[Story]) -> Result<Vec<Given>, Stop> {
    let mut all = Vec::new();
    for story in stories {
        let titled = parse(story.script).map_err(|error| Stop::suite(error.to_string()))?;
        all.extend(titled.into_iter().map(|titled| Given { file: story.defect.name().to_owned(), titled }));
    }
    Ok(all)
}
