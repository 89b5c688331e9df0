//! `payloop certify`: one service, judged.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use contract_tests::histories::Given;
use contract_tests::model::{CASES, matches};
use contract_tests::report::timings;
use contract_tests::runner::PlanError;
use contract_tests::target::Span;
use contract_tests::{
    Edition, Exec, External, Known, Launcher, Level, Options, Profile, Ran, Report, RunError, RunVerdict, Setup,
};
use jiff::ToSpan as _;
use mock_platform::{DEFAULT_PORT_BASE, Ports, Seat};
use url::Url;

use crate::args::{Certify, DEFAULT_SEED};
use crate::authority::{self, Prepared};
use crate::bundled::Reserved;
use crate::embedded::{Build, Embedded};
use crate::exit_code::{Exit, Stop};
use crate::kept::Kept;
use crate::near::did_you_mean;
use crate::progress::{Lines, Progress};
use crate::worlds::{Fakes, More};
use crate::{bundled, output, screen, snapshots, up};

pub(crate) async fn run(args: &Certify) -> Result<Exit, Stop> {
    if let Some(missing) = args.later.missing() {
        return Err(Stop::usage(missing));
    }
    let Some(chosen) = Chosen::of(args)? else {
        screen::line("Nothing is red in that report: there is nothing to run again.");
        return Ok(Exit::Done);
    };
    let level = chosen.level;
    let edition = match &args.edition {
        Some(name) => Edition::named(name).map_err(Stop::usage)?,
        None => Edition::newest(),
    };
    let profile = match &args.profile {
        Some(path) => Profile::read(path).map_err(|error| Stop::usage(error.to_string()))?,
        None => default_profile(args, level)?,
    };
    let known = match &args.known {
        Some(path) => Known::read(path).map_err(|error| Stop::usage(error.to_string()))?,
        None => Known::default(),
    };
    if args.examples.is_some_and(|examples| examples > MOST_EXAMPLES) {
        return Err(Stop::usage(format!("--examples goes up to {MOST_EXAMPLES}; take other seeds for more")));
    }
    writable(args)?;
    let base = if args.service.is_some() || args.exec.is_some() { DEFAULT_PORT_BASE } else { 0 };
    let ports = Ports::from_base(args.port_base.unwrap_or(base));
    if args.secure.tls && args.service.is_some() && args.secure.tls_ca.is_none() {
        return Err(Stop::usage(
            "a service that runs already can only trust an authority that was there before it: start it with what `payloop env --tls --tls-ca ca.pem` \
             prints, and add --tls-ca ca.pem here",
        ));
    }
    let prepared = authority::prepare(&args.secure, &format!("ca-{}.pem", std::process::id()))?;
    let launcher = launcher(args, &profile, ports).await?;
    let kept = Kept::new(args, &profile);

    let examples = args.examples.unwrap_or_else(|| chosen.examples(args));
    let mut histories = kept.histories(args, examples)?;
    histories.extend(chosen.histories);
    let options = Options {
        examples,
        only_histories: chosen.cases.is_empty() && (!args.history.is_empty() || args.rerun_failed.is_some()),
        histories,
        history_folder: kept.folder(args),
        level,
        cases: chosen.cases,
        share: args.partition,
        edition,
        recorded: args.report_dir.is_some() || args.snapshot.is_some(),
        seed: chosen.seed,
        strict: args.strict,
        known,
        keep_going_on_config_error: args.keep_going_on_config_error,
        rerun_arguments: rerun_arguments(args),
        ..Options::default()
    };
    let to_stdout = args.print_known || args.json.as_deref() == Some(Path::new("-"));
    let progress = Progress::new(if to_stdout { Lines::Error } else { Lines::Out });
    let ran =
        certify_recorded(profile, launcher, ports, options, prepared.as_ref(), |event| progress.hear(event)).await?;
    if args.timings {
        progress.say(format_args!("\n{}", timings(&ran.report).trim_end()));
    }
    output::write(&ran.report, args.json.as_deref(), args.junit.as_deref())?;
    if let Some(folder) = &args.report_dir {
        let seal = output::write_folder(&ran, folder)?;
        let shown = folder.display();
        progress.say(format_args!(
            "\nReports and transcript are in {shown}; `payloop verify {shown}` makes every verdict again.\nSeal {seal}"
        ));
    }
    kept.keep(args, &ran.report)?;
    let differs = match &args.snapshot {
        Some(folder) => snapshots::keep(&ran, folder, args.accept, |line| progress.say(line))?,
        None => false,
    };
    if args.print_known {
        let last = ran.head.today.checked_add(KNOWN_FOR_DAYS.days()).unwrap_or(ran.head.today);
        screen::text(&Known::template(&ran.report, last));
    }
    Ok(match exit_of(&ran.report) {
        Exit::Done if differs => Exit::NotConformant,
        exit => exit,
    })
}

/// How long the template of known failures accepts them.
const KNOWN_FOR_DAYS: i64 = 90;

/// What the run is asked to play.
struct Chosen {
    level: Level,
    seed: u64,
    cases: Vec<String>,
    /// Histories of that report.
    histories: Vec<Given>,
}

impl Chosen {
    /// As the command line says; nothing when the report whose red cases it names has none.
    fn of(args: &Certify) -> Result<Option<Self>, Stop> {
        let Some(path) = &args.rerun_failed else {
            return Ok(Some(Self {
                level: match &args.level {
                    Some(level) => level.parse().map_err(Stop::usage)?,
                    None => level_of(&args.case),
                },
                seed: args.seed,
                cases: args.case.clone(),
                histories: Vec::new(),
            }));
        };
        let report = output::read(path)?;
        let mut cases: Vec<String> =
            report.cases.iter().filter(|case| case.verdict.is_red()).map(|case| case.id.clone()).collect();
        cases.dedup();
        let histories = Kept::of_report(&report, path)?;
        let (level, seed) = (report.suite.level, report.suite.seed);
        let any = !cases.is_empty() || !histories.is_empty();
        Ok(any.then_some(Self { level, seed, cases, histories }))
    }

    /// How many examples are drawn where nobody says: a whole run at the highest level has time for some.
    fn examples(&self, args: &Certify) -> usize {
        let whole = self.cases.is_empty() && args.history.is_empty() && args.rerun_failed.is_none();
        if whole && self.level == Level::Secure { USUAL_EXAMPLES } else { 0 }
    }
}

/// The level that the named cases need: the lowest that has one of each pattern, so that no name is without a case.
fn level_of(patterns: &[String]) -> Level {
    let lowest = |pattern: &String| {
        let meant = CASES.iter().filter(|case| matches(pattern, case.id));
        meant.map(|case| case.level).min()
    };
    patterns.iter().filter_map(lowest).max().unwrap_or(Level::Core)
}

/// Starts the fakes for this service, runs the suite, and stops the fakes.
pub(crate) async fn certify(
    profile: Profile,
    launcher: Arc<dyn Launcher>,
    ports: Ports,
    options: Options,
    tls: Option<&Prepared>,
    listener: impl Fn(&contract_tests::Event<'_>) + Send + Sync,
) -> Result<Report, Stop> {
    Ok(certify_recorded(profile, launcher, ports, options, tls, listener).await?.report)
}

/// As [`certify`], and gives back what the verdicts were made from.
async fn certify_recorded(
    profile: Profile,
    launcher: Arc<dyn Launcher>,
    ports: Ports,
    options: Options,
    tls: Option<&Prepared>,
    listener: impl Fn(&contract_tests::Event<'_>) + Send + Sync,
) -> Result<Ran, Stop> {
    let result = on_platform(profile, launcher, ports, options, tls, async |setup| {
        contract_tests::run_recorded(setup, listener).await
    })
    .await?;
    result.map_err(run_failure)
}

/// Starts the fakes for this service, lets `play` have them, and stops them.
pub(crate) async fn on_platform<T>(
    profile: Profile,
    launcher: Arc<dyn Launcher>,
    ports: Ports,
    options: Options,
    tls: Option<&Prepared>,
    play: impl AsyncFnOnce(Setup) -> T,
) -> Result<T, Stop> {
    let fakes = Fakes { profile, seed: options.seed, tls: tls.map(|prepared| prepared.tls.clone()) };
    let (platform, endpoints) = fakes.start(&launcher.base(), ports).await?;
    // Here as long as the run.
    let _certificate = tls.map(Prepared::publish).transpose()?;
    let worlds = More::of(&fakes, &launcher);
    let played = play(Setup { endpoints, profile: fakes.profile, launcher, options, worlds }).await;
    platform.stop().await;
    Ok(played)
}

/// Why there was no run, for the shell.
pub(crate) fn run_failure(error: RunError) -> Stop {
    match error {
        RunError::Plan(PlanError::NoSuchCase { ref pattern }) => {
            let near = did_you_mean(pattern, CASES.iter().map(|case| case.id));
            Stop::usage(format!("no case is called {pattern:?}{near}\n`payloop list` shows all of them"))
        }
        RunError::Plan(_)
        | RunError::Profile(_)
        | RunError::Env(_)
        | RunError::Scratch(_)
        | RunError::Authority { .. } => Stop::usage(error.to_string()),
        RunError::Control(_) | RunError::Contract(_) => Stop::suite(error.to_string()),
    }
}

/// The exit code that a report stands for.
pub(crate) fn exit_of(report: &Report) -> Exit {
    match report.verdict() {
        RunVerdict::Conformant => Exit::Done,
        RunVerdict::NotConformant => Exit::NotConformant,
        RunVerdict::ConfigError => Exit::Configuration,
        RunVerdict::SuiteError => Exit::SuiteError,
    }
}

/// The profile of the bundled service for a run at this level.
pub(crate) fn bundled_profile(level: Level) -> Profile {
    let mut profile = Profile::default();
    "completion-service (bundled)".clone_into(&mut profile.service.name);
    profile.service.ready_path = Some("/healthz".to_owned());
    // It runs in this process: what it has not begun by then, it never will.
    profile.budgets.settle = Span(Duration::from_millis(100));
    // It asks again sooner than it would by itself: what is broken on purpose does not get better by waiting.
    profile.env.insert("BACKOFF_MS".to_owned(), "50".to_owned());
    if level > Level::Core {
        // Less than it waits for others by itself, and well within the budgets: the cases that count on it are over sooner. A program that is
        // not optimised is an order of magnitude slower, and so is everything that it waits for.
        let (call, answer) = if cfg!(debug_assertions) { ("5000", "7000") } else { ("2000", "3000") };
        profile.env.insert("CALL_TIMEOUT_MS".to_owned(), call.to_owned());
        profile.env.insert("ANSWER_WITHIN_MS".to_owned(), answer.to_owned());
    }
    profile
}

/// The profile of the bundled service in front of outbound marketing.
pub(crate) fn outbound_profile() -> Result<Profile, Stop> {
    let text = include_str!("../../fixtures/profiles/outbound.toml");
    Profile::parse("fixtures/profiles/outbound.toml", text).map_err(|error| Stop::suite(error.to_string()))
}

/// The profile of the other right service, which is built in another way.
pub(crate) fn queued_profile() -> Result<Profile, Stop> {
    let text = include_str!("../../fixtures/profiles/queued.toml");
    let mut profile =
        Profile::parse("fixtures/profiles/queued.toml", text).map_err(|error| Stop::suite(error.to_string()))?;
    // It runs in this process too; but between two steps of its work it is silent, and on a busy machine not for a moment only.
    profile.budgets.settle = Span(Duration::from_millis(250));
    Ok(profile)
}

fn default_profile(args: &Certify, level: Level) -> Result<Profile, Stop> {
    if args.service.is_some() || args.exec.is_some() {
        return Ok(Profile::default());
    }
    let mut profile = match &args.demo_defect {
        // It shows there only.
        Some(name) if bundled::defect(name).map_err(Stop::usage)?.is_outbound() => outbound_profile()?,
        _ => bundled_profile(level),
    };
    if let Some(name) = &args.demo_defect {
        profile.service.name = format!("completion-service with the defect {name}");
        // The port of the sample has no health check, as the sample has none.
        profile.service.ready_path = None;
    }
    Ok(profile)
}

/// How many are drawn at the highest level.
const USUAL_EXAMPLES: usize = 256;
/// The most that can be asked for.
const MOST_EXAMPLES: usize = 20_000;

async fn launcher(args: &Certify, profile: &Profile, ports: Ports) -> Result<Arc<dyn Launcher>, Stop> {
    if let Some(other) = other_service(args.service.as_ref(), args.exec.as_deref(), profile, ports).await? {
        return Ok(other);
    }
    let defect = args.demo_defect.as_deref().map(bundled::defect).transpose().map_err(Stop::usage)?;
    let embedded =
        Embedded::new(Build::Synchronous(defect)).await.map_err(|error| Stop::configuration(error.to_string()))?;
    Ok(Arc::new(embedded))
}

/// A service that is not ours: one that runs already, or one to be started by a command.
pub(crate) async fn other_service(
    service: Option<&Url>,
    exec: Option<&str>,
    profile: &Profile,
    ports: Ports,
) -> Result<Option<Arc<dyn Launcher>>, Stop> {
    if let Some(url) = service {
        if !matches!(url.scheme(), "http" | "https") {
            return Err(Stop::usage(format!("--service {url} is no http(s) URL; write http://127.0.0.1:7202")));
        }
        return Ok(Some(Arc::new(External::new(url.clone()))));
    }
    if let Some(command) = exec {
        let port = port_for_service(ports).await?;
        let exec = Exec::new(command, port, profile.service.ready_path.clone())
            .map_err(|error| Stop::usage(error.to_string()))?;
        return Ok(Some(Arc::new(exec)));
    }
    Ok(None)
}

/// The port that a started service is told to take: the one behind the fakes', or one that is free right now.
async fn port_for_service(ports: Ports) -> Result<u16, Stop> {
    let wanted = ports.address(Seat::Service).map_or(0, |address| address.port());
    let reserved = Reserved::port(wanted).await.map_err(|error| up::busy("the service", wanted, &error))?;
    // Given back at once: from here on it is the service's to take.
    Ok(reserved.address().port())
}

fn rerun_arguments(args: &Certify) -> String {
    let mut words = Vec::new();
    if let Some(path) = &args.profile {
        words.push(format!("--profile {}", path.display()));
    }
    if let Some(base) = args.port_base {
        words.push(format!("--port-base {base}"));
    }
    if args.secure.tls {
        words.push("--tls".to_owned());
    }
    if let Some(path) = &args.secure.tls_ca {
        words.push(format!("--tls-ca {}", path.display()));
    }
    words.extend(args.secure.tls_host.iter().map(|name| format!("--tls-host '{name}'")));
    words.join(" ")
}

/// A report that cannot be written is told before the run, not after it.
fn writable(args: &Certify) -> Result<(), Stop> {
    for (what, folder) in [("report", &args.report_dir), ("snapshot", &args.snapshot)] {
        let Some(folder) = folder else { continue };
        std::fs::create_dir_all(folder)
            .map_err(|error| Stop::usage(format!("failed to make the {what} folder {}: {error}", folder.display())))?;
    }
    output::writable([&args.junit, &args.json].into_iter().flatten().map(AsRef::as_ref))
}

/// The seed is named in a command only when it is not the usual one.
pub(crate) fn seed_argument(seed: u64) -> String {
    if seed == DEFAULT_SEED { String::new() } else { format!(" --seed {seed}") }
}
