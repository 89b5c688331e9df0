//! One run from start to report.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use futures_util::stream::FuturesUnordered;
use futures_util::{StreamExt as _, future};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use mock_core::World;
use mock_core::contract::Contract;
use mock_core::control::Control;
use mock_core::tls::{certificates, fresh_http_client_trusting, http_client_trusting};
use thiserror::Error;
use tokio::sync::Semaphore;
use url::Url;

use super::assemble::{Head, Tail, assemble};
use super::bench::{Bench, Options};
use super::context::Ctx;
use super::event::Event;
use super::gather::gather;
use super::judge::{Judged, judge};
use super::own_time::OwnTime;
use super::plan::{Item, LeftOut, Plan, PlanError, plan};
use super::record::Record;
use crate::Endpoints;
use crate::histories::{HistoriesReport, hunt};
use crate::invariants::Surroundings;
use crate::model::{CASES, Stop, Verdict};
use crate::preflight::{self, launch_problem};
use crate::report::{CaseReport, Problem, Report, ServiceReport, SuiteReport, Timings};
use crate::target::{EnvError, Finalize, Launcher, Profile, ProfileError, Scratch, Worlds, environment};

/// The published contract of a completion service.
pub(crate) const CONTRACT: &str = include_str!("../../../fixtures/openapi/completion-service.yaml");

/// Most cases at once in front of a service that works behind a queue.
const QUEUED_JOBS: usize = 16;

/// What a run needs.
pub struct Setup {
    /// Where the fakes answer. Their Stripe must deliver to the service's webhook endpoint already.
    pub endpoints: Endpoints,
    /// What the service declares.
    pub profile: Profile,
    /// How it is started.
    pub launcher: Arc<dyn Launcher>,
    /// What is asked of the run.
    pub options: Options,
    /// Who makes more worlds like this one. What is generated is then played in those, while cases wait.
    pub worlds: Option<Arc<dyn Worlds>>,
}

impl std::fmt::Debug for Setup {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Setup").field("options", &self.options).finish_non_exhaustive()
    }
}

/// Why there was no run at all: a mistake in what was asked for, not in the service.
#[derive(Debug, Error)]
pub enum RunError {
    /// The patterns mean nothing.
    #[error(transparent)]
    Plan(#[from] PlanError),
    /// The profile does not work out.
    #[error(transparent)]
    Profile(#[from] ProfileError),
    /// Its templates do not.
    #[error(transparent)]
    Env(#[from] EnvError),
    /// The control API's address is no URL.
    #[error("the control API's address {0:?} is not a URL")]
    Control(String),
    /// The file with the authority of the run cannot be used.
    #[error("failed to read the certificate authority {path}: {why}")]
    Authority {
        /// The file.
        path: String,
        /// What is wrong with it.
        why: String,
    },
    /// The folder for what the service keeps cannot be made.
    #[error("failed to make the folder {{scratch}} of the profile's [env]: {0}")]
    Scratch(std::io::Error),
    /// The contract does not compile. A fault of ours.
    #[error("the contract of a completion service does not compile: {0}")]
    Contract(String),
}

/// A run: its report, and what that was made from.
#[derive(Clone, Debug)]
pub struct Ran {
    /// The report.
    pub report: Report,
    /// What is known of the run before its first case.
    pub head: Head,
    /// What its cases did and saw; empty unless [`Options::recorded`] asks for it.
    pub records: Vec<Record>,
    /// The cases that were not judged.
    pub left_out: Vec<CaseReport>,
    /// What is known of it after its last case.
    pub tail: Tail,
    /// The addresses of the service and the fakes, with a name for each: they differ from run to run.
    pub places: Vec<(&'static str, String)>,
    /// Every secret that the run handed out, by the name that the journal masks it with.
    pub secrets: Vec<(&'static str, String)>,
}

/// Runs cases against a service, tells `listener` what happens, and reports. The service is stopped afterwards if this run started it.
pub async fn run(setup: Setup, listener: impl Fn(&Event<'_>) + Send + Sync) -> Result<Report, RunError> {
    Ok(run_recorded(setup, listener).await?.report)
}

/// As [`run`], and gives back what the verdicts were made from.
pub async fn run_recorded(setup: Setup, listener: impl Fn(&Event<'_>) + Send + Sync) -> Result<Ran, RunError> {
    let managed = setup.launcher.managed();
    let options = &setup.options;
    // Histories alone are divided as they are drawn.
    let (cases, share) = if options.only_histories { (&[][..], None) } else { (CASES, options.share) };
    let plan = plan(cases, options.level, &options.cases, share, &setup.profile.declares, managed)?;
    let Connected { bench, env, scratch: _scratch } = connect(setup)?;
    let mut runner = Runner {
        bench: &bench,
        listener: &listener,
        total: plan.len(),
        done: Vec::new(),
        records: Vec::new(),
        left_out: Vec::new(),
        timings: Timings::default(),
        histories: None,
    };

    listener(&Event::Starting { service: &bench.profile.service.name });
    let began = runner.now();
    let started = bench.launcher.start(env).await;
    runner.timings.start = runner.now() - began;
    let mut problems = match started {
        Ok(()) => preflight::check(&bench).await,
        Err(error) => vec![launch_problem(&error)],
    };
    runner.timings.preflight = runner.now() - began - runner.timings.start;
    if problems.is_empty() || bench.options.keep_going_on_config_error {
        listener(&Event::Connected { cases: plan.len(), level: bench.options.level, seed: bench.options.seed });
        runner.everything(&plan).await;
        problems.extend(crash(&bench));
    } else {
        listener(&Event::Misconfigured { problems: &problems });
        runner.skip(&plan);
    }
    let ran = runner.end(&plan, problems);
    bench.launcher.stop().await;
    listener(&Event::Finished { report: &ran.report });
    Ok(ran)
}

/// A bench whose service has yet to be started.
pub(crate) struct Connected {
    pub(crate) bench: Arc<Bench>,
    /// The environment that the service is to be started with.
    pub(crate) env: BTreeMap<String, String>,
    /// The folder for what the service keeps, there as long as this is.
    pub(crate) scratch: Scratch,
}

/// The bench of a run.
pub(crate) fn connect(setup: Setup) -> Result<Connected, RunError> {
    let Setup { endpoints, profile, launcher, options, worlds } = setup;
    let base = launcher.base();
    let urls = profile.urls(&base)?;
    let env = environment(&endpoints, &profile, &base)?;
    let scratch = Scratch::make(&profile, &base).map_err(RunError::Scratch)?;
    let control: Url = endpoints.control.url.parse().map_err(|_| RunError::Control(endpoints.control.url.clone()))?;
    let contract =
        Contract::shared("completion-service", CONTRACT).map_err(|error| RunError::Contract(error.to_string()))?;
    let own = World::builder().seed(options.seed).build();
    let http = client(&endpoints, mock_core::http_client, http_client_trusting)?;
    let visitors = client(&endpoints, mock_core::fresh_http_client, fresh_http_client_trusting)?;
    let strangers = client(&endpoints, mock_core::separate_http_client, http_client_trusting)?;
    let control = Control::over(http.clone(), &control);
    let bench = Bench {
        endpoints,
        control,
        http,
        visitors,
        strangers,
        profile,
        urls,
        launcher,
        worlds,
        env: env.clone(),
        options,
        own,
        contract,
    };
    Ok(Connected { bench: Arc::new(bench), env, scratch })
}

/// A client that trusts the run's authority where there is one, and is a `plain` one otherwise.
fn client(
    endpoints: &Endpoints,
    plain: fn() -> reqwest::Client,
    trusting: fn(Vec<reqwest::Certificate>) -> reqwest::Client,
) -> Result<reqwest::Client, RunError> {
    let Some(path) = &endpoints.ca_cert else { return Ok(plain()) };
    let failed = |why: String| RunError::Authority { path: path.display().to_string(), why };
    let pem = std::fs::read_to_string(path).map_err(|error| failed(error.to_string()))?;
    Ok(trusting(certificates(&pem).map_err(|error| failed(error.to_string()))?))
}

/// A service that ended by itself while it was judged; every case after that tells little.
fn crash(bench: &Bench) -> Option<Problem> {
    let how = bench.launcher.ended()?;
    Some(Problem {
        name: Problem::SERVICE_ENDED.to_owned(),
        seen: format!("the service ended by itself during the run ({how})"),
        cause: "it crashed, or it was stopped by somebody else".to_owned(),
        cure: "see its last output below; cases that ran after its end failed for want of an answer".to_owned(),
        evidence: bench.launcher.output().lines().map(str::to_owned).collect(),
    })
}

struct Runner<'r, L> {
    bench: &'r Arc<Bench>,
    listener: &'r L,
    total: usize,
    done: Vec<Judged>,
    records: Vec<Record>,
    left_out: Vec<CaseReport>,
    timings: Timings,
    histories: Option<HistoriesReport>,
}

impl<L: Fn(&Event<'_>) + Send + Sync> Runner<'_, L> {
    /// Milliseconds since the run began.
    fn now(&self) -> u64 {
        u64::try_from(self.bench.own.clock().elapsed().as_millis()).unwrap_or_default()
    }

    /// Side by side what can be, then one after another what must. What is generated comes last and has the service for itself, or has worlds of
    /// its own and fills the time in which cases wait.
    async fn everything(&mut self, plan: &Plan) {
        let (bench, listener) = (self.bench, self.listener);
        let options = &bench.options;
        if options.examples == 0 && options.histories.is_empty() {
            self.side_by_side(plan).await;
            return self.alone(plan).await;
        }
        let started = Event::HistoriesStarted { examples: options.examples };
        let cases = async {
            self.side_by_side(plan).await;
            self.alone(plan).await;
            listener(&started);
        };
        let histories = if bench.worlds.is_some() {
            future::join(hunt(bench), cases).await.0
        } else {
            cases.await;
            hunt(bench).await
        };
        self.histories = histories;
        if let Some(histories) = &self.histories {
            listener(&Event::HistoriesFinished { histories });
        }
    }

    async fn side_by_side(&mut self, plan: &Plan) {
        let began = self.now();
        // What works after its answer has to get its turn, or its silence is taken for the end.
        let most = if self.bench.profile.declares.finalize == Finalize::Queued { QUEUED_JOBS } else { usize::MAX };
        let places = Arc::new(Semaphore::new(self.bench.options.jobs.clamp(1, most)));
        let listener = self.listener;
        let bench = self.bench;
        let mut running: FuturesUnordered<_> = plan
            .parallel
            .iter()
            .map(|item| {
                let places = Arc::clone(&places);
                async move {
                    // The semaphore is never closed, so a place always comes.
                    let place = places.acquire_owned().await;
                    listener(&Event::CaseStarted { name: &item.name() });
                    let played = play(bench, *item).await;
                    drop(place);
                    played
                }
            })
            .collect();
        while let Some(played) = running.next().await {
            self.finished(played);
        }
        drop(running);
        self.timings.side_by_side = self.now() - began;
    }

    async fn alone(&mut self, plan: &Plan) {
        let began = self.now();
        for item in &plan.alone {
            (self.listener)(&Event::CaseStarted { name: &item.name() });
            let played = play(self.bench, *item).await;
            self.finished(played);
        }
        self.timings.alone = self.now() - began;
    }

    fn finished(&mut self, played: Played) {
        match played {
            Played::Judged(judged, record) => {
                self.done.push(*judged);
                self.records.extend(record.map(|record| *record));
                if let Some(judged) = self.done.last() {
                    self.tell(&judged.report);
                }
            }
            Played::Unread(report) => {
                self.tell(&report);
                self.left_out.push(*report);
            }
        }
    }

    /// What is accepted is told as that at once; whether an acceptance is stale shows when all cases are over.
    fn tell(&self, case: &CaseReport) {
        let done = self.done.len() + self.left_out.len();
        let mut case = case.clone();
        if let Some(entry) = self.bench.options.known.entry(&case.id)
            && matches!(case.verdict, Verdict::Fail | Verdict::Warn)
        {
            let (verdict, reason) = entry.apply(case.verdict, true, today(self.bench));
            case.verdict = verdict;
            case.reason = reason;
        }
        (self.listener)(&Event::CaseFinished { case: &case, done, total: self.total });
    }

    /// Nothing can be judged: every case says so.
    fn skip(&mut self, plan: &Plan) {
        for item in plan.parallel.iter().chain(&plan.alone) {
            let why = "the service is not connected to the bench";
            self.left_out.push(unplayed(self.bench, item, Verdict::ConfigError, why));
        }
    }

    fn end(mut self, plan: &Plan, problems: Vec<Problem>) -> Ran {
        for (item, why) in &plan.left_out {
            let (verdict, reason) = match why {
                LeftOut::NotApplicable(reason) => (Verdict::NotApplicable, reason),
                LeftOut::NotTestable(reason) => (Verdict::NotTestable, reason),
            };
            self.left_out.push(unplayed(self.bench, item, verdict, reason));
        }
        let head = head(self.bench);
        let tail = Tail { problems, timings: self.timings, millis: self.now(), histories: self.histories };
        let report = assemble(&head, self.done, self.left_out.clone(), tail.clone());
        let (secrets, places) = (self.bench.secrets(), self.bench.places());
        Ran { report, head, records: self.records, left_out: self.left_out, tail, places, secrets }
    }
}

fn head(bench: &Bench) -> Head {
    let declares = &bench.profile.declares;
    let name_of = |value: serde_json::Value| value.as_str().unwrap_or_default().to_owned();
    Head {
        suite: SuiteReport {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            edition: bench.options.edition.name.clone(),
            seed: bench.options.seed,
            level: bench.options.level,
            strict: bench.options.strict,
            partition: bench.options.share.map(|share| share.to_string()),
        },
        service: ServiceReport {
            name: bench.profile.service.name.clone(),
            redirect_url: bench.urls.redirect.to_string(),
            notify_url: bench.urls.notify.to_string(),
            payable: declares.payable.name().to_owned(),
            finalize: name_of(serde_json::to_value(declares.finalize).unwrap_or_default()),
            platform: declares.platform.name().to_owned(),
        },
        profile: bench.profile.clone(),
        known: bench.options.known.clone(),
        today: today(bench),
    }
}

/// The day of the run (UTC), in real time.
fn today(bench: &Bench) -> Date {
    bench.own.clock().wall().to_zoned(TimeZone::UTC).date()
}

/// What came of one case.
enum Played {
    /// Its verdict, and its record if that is kept.
    Judged(Box<Judged>, Option<Box<Record>>),
    /// The fakes did not say what happened.
    Unread(Box<CaseReport>),
}

/// Plays and judges one case. A panic or an endless case is a fault of ours.
async fn play(bench: &Arc<Bench>, item: Item) -> Played {
    let clock = bench.own.clock();
    let began = clock.elapsed();
    let ctx = Ctx::new(Arc::clone(bench), item);
    let limit = bench.options.case_limit;
    let own_time = OwnTime::default();
    let worked = {
        let world = bench.own.clone();
        move || world.clock().worked()
    };
    let task = tokio::spawn({
        let future = own_time.of(worked.clone(), (item.case.run)(ctx.clone()));
        async move { tokio::time::timeout(limit, future).await }
    });
    let result = match task.await {
        Ok(Ok(result)) => result,
        Ok(Err(_)) => Err(Stop::Suite(format!("the case did not end within {} s", limit.as_secs()))),
        Err(error) => Err(Stop::Suite(panic_of(error))),
    };
    let millis = u64::try_from((clock.elapsed() - began).as_millis()).unwrap_or_default();
    let reading = own_time.of(worked.clone(), gather(&ctx, result, millis));
    let Ok(mut record) = tokio::time::timeout(limit.max(Duration::from_secs(10)), reading).await else {
        let why = "the fakes did not say what happened";
        return Played::Unread(Box::new(unplayed(bench, &item, Verdict::SuiteError, why)));
    };
    let secrets = bench.secrets();
    let service = bench.urls.redirect.origin().ascii_serialization();
    let around =
        Surroundings { profile: &bench.profile, level: bench.options.level, service: &service, secrets: &secrets };
    let mut judged = own_time.during(worked, || {
        judge(item.case, &record, &around, &bench.contract, bench.urls.redirect.path(), bench.options.strict)
    });
    record.own_micros = own_time.micros();
    judged.report.own_micros = record.own_micros;
    Played::Judged(Box::new(judged), bench.options.recorded.then(|| Box::new(record)))
}

fn panic_of(error: tokio::task::JoinError) -> String {
    if !error.is_panic() {
        return "the case was stopped".to_owned();
    }
    let panic = error.into_panic();
    let text = panic.downcast_ref::<String>().map(String::as_str).or_else(|| panic.downcast_ref::<&str>().copied());
    format!("the case panicked: {}", text.unwrap_or("no message"))
}

fn unplayed(bench: &Bench, item: &Item, verdict: Verdict, reason: &str) -> CaseReport {
    CaseReport {
        id: item.case.id.to_owned(),
        under: item.under(),
        title: item.case.title.to_owned(),
        level: item.case.level,
        strength: item.case.strength,
        verdict,
        clause: item.case.clause.to_owned(),
        sources: item.case.sources.iter().map(|source| (*source).to_owned()).collect(),
        reason: Some(reason.to_owned()),
        checks: Vec::new(),
        steps: Vec::new(),
        evidence: Vec::new(),
        millis: 0,
        own_micros: 0,
        unscored: false,
        rerun: bench.rerun(item.case.id),
    }
}
