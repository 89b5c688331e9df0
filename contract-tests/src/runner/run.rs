//! One run from start to report.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt as _;
use futures_util::stream::FuturesUnordered;
use jiff::tz::TimeZone;
use mock_core::World;
use mock_core::contract::Contract;
use mock_core::control::Control;
use mock_core::tls::{certificates, http_client_trusting};
use thiserror::Error;
use tokio::sync::Semaphore;
use url::Url;

use super::bench::{Bench, Options};
use super::context::Ctx;
use super::event::Event;
use super::judge::{Judged, judge};
use super::plan::{Item, LeftOut, Plan, PlanError, plan};
use crate::Endpoints;
use crate::invariants;
use crate::model::{CASES, Stop, Verdict};
use crate::preflight::{self, launch_problem};
use crate::report::{
    CaseReport, InvariantReport, Problem, Report, ServiceReport, SuiteReport, Summary, Unsupported, ambiguities,
};
use crate::target::{EnvError, Launcher, Profile, ProfileError, Scratch, environment};

/// The published contract of a completion service.
const CONTRACT: &str = include_str!("../../../fixtures/openapi/completion-service.yaml");

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

/// Runs cases against a service, tells `listener` what happens, and reports. The service is stopped afterwards if this run started it.
pub async fn run(setup: Setup, listener: impl Fn(&Event<'_>) + Send + Sync) -> Result<Report, RunError> {
    let Setup { endpoints, profile, launcher, options } = setup;
    let plan = plan(CASES, options.level, &options.cases, &profile.declares, launcher.managed())?;
    let base = launcher.base();
    let urls = profile.urls(&base)?;
    let env = environment(&endpoints, &profile, &base)?;
    // There as long as the run.
    let _scratch = Scratch::make(&profile, &base).map_err(RunError::Scratch)?;
    let control: Url = endpoints.control.url.parse().map_err(|_| RunError::Control(endpoints.control.url.clone()))?;
    let contract =
        Contract::shared("completion-service", CONTRACT).map_err(|error| RunError::Contract(error.to_string()))?;
    let own = World::builder().seed(options.seed).build();
    let http = client(&endpoints)?;
    let control = Control::over(http.clone(), &control);
    let bench = Arc::new(Bench { endpoints, control, http, profile, urls, launcher, options, own, contract });

    listener(&Event::Starting { service: &bench.profile.service.name });
    let mut problems = match bench.launcher.start(env).await {
        Ok(()) => preflight::check(&bench).await,
        Err(error) => vec![launch_problem(&error)],
    };
    let mut runner = Runner { bench: &bench, listener: &listener, total: plan.len(), done: Vec::new() };
    if problems.is_empty() || bench.options.keep_going_on_config_error {
        listener(&Event::Connected { cases: plan.len(), level: bench.options.level, seed: bench.options.seed });
        runner.play(&plan).await;
        problems.extend(crash(&bench));
    } else {
        listener(&Event::Misconfigured { problems: &problems });
        runner.skip(&plan);
    }
    let report = runner.report(&plan, problems);
    bench.launcher.stop().await;
    listener(&Event::Finished { report: &report });
    Ok(report)
}

/// The client of the run, which trusts the run's authority where there is one.
fn client(endpoints: &Endpoints) -> Result<reqwest::Client, RunError> {
    let Some(path) = &endpoints.ca_cert else { return Ok(mock_core::http_client()) };
    let failed = |why: String| RunError::Authority { path: path.display().to_string(), why };
    let pem = std::fs::read_to_string(path).map_err(|error| failed(error.to_string()))?;
    Ok(http_client_trusting(certificates(&pem).map_err(|error| failed(error.to_string()))?))
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
}

impl<L: Fn(&Event<'_>) + Send + Sync> Runner<'_, L> {
    /// Side by side what can be, then one after another what must.
    async fn play(&mut self, plan: &Plan) {
        let places = Arc::new(Semaphore::new(self.bench.options.jobs.max(1)));
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
                    let judged = play(bench, *item).await;
                    drop(place);
                    judged
                }
            })
            .collect();
        while let Some(judged) = running.next().await {
            self.finished(judged);
        }
        drop(running);
        for item in &plan.alone {
            (self.listener)(&Event::CaseStarted { name: &item.name() });
            let judged = play(self.bench, *item).await;
            self.finished(judged);
        }
    }

    fn finished(&mut self, judged: Judged) {
        self.done.push(judged);
        if let Some(judged) = self.done.last() {
            let event = Event::CaseFinished { case: &judged.report, done: self.done.len(), total: self.total };
            (self.listener)(&event);
        }
    }

    /// Nothing can be judged: every case says so.
    fn skip(&mut self, plan: &Plan) {
        for item in plan.parallel.iter().chain(&plan.alone) {
            let report = unplayed(self.bench, item, Verdict::ConfigError, "the service is not connected to the bench");
            self.done.push(Judged { report, unsupported: Vec::new() });
        }
    }

    fn report(self, plan: &Plan, problems: Vec<Problem>) -> Report {
        let bench = self.bench;
        let mut missing: BTreeMap<(String, String), usize> = BTreeMap::new();
        for key in self.done.iter().flat_map(|judged| judged.unsupported.iter()) {
            *missing.entry(key.clone()).or_default() += 1;
        }
        let mut cases: Vec<CaseReport> = self.done.into_iter().map(|judged| judged.report).collect();
        for (item, why) in &plan.left_out {
            let (verdict, reason) = match why {
                LeftOut::NotApplicable(reason) => (Verdict::NotApplicable, reason),
                LeftOut::NotTestable(reason) => (Verdict::NotTestable, reason),
            };
            cases.push(unplayed(bench, item, verdict, reason));
        }
        let place = |case: &CaseReport| CASES.iter().position(|known| known.id == case.id);
        cases.sort_by(|a, b| (place(a), &a.under).cmp(&(place(b), &b.under)));
        apply_known(bench, &mut cases);
        let millis = u64::try_from(bench.own.clock().elapsed().as_millis()).unwrap_or_default();
        let declares = &bench.profile.declares;
        let name_of = |value: serde_json::Value| value.as_str().unwrap_or_default().to_owned();
        Report {
            schema: crate::report::SCHEMA,
            suite: SuiteReport {
                version: env!("CARGO_PKG_VERSION").to_owned(),
                edition: "2026-1".to_owned(),
                seed: bench.options.seed,
                level: bench.options.level,
                strict: bench.options.strict,
            },
            service: ServiceReport {
                name: bench.profile.service.name.clone(),
                redirect_url: bench.urls.redirect.to_string(),
                notify_url: bench.urls.notify.to_string(),
                payable: declares.payable.name().to_owned(),
                finalize: name_of(serde_json::to_value(declares.finalize).unwrap_or_default()),
                platform: declares.platform.name().to_owned(),
            },
            summary: Summary::of(&cases, &problems, millis),
            problems,
            ambiguities: ambiguities(&cases),
            invariants: invariants_of(&cases),
            cases,
            unsupported: missing.into_iter().map(|((fake, what), times)| Unsupported { fake, what, times }).collect(),
        }
    }
}

/// Plays and judges one case. A panic or an endless case is a fault of ours.
async fn play(bench: &Arc<Bench>, item: Item) -> Judged {
    let clock = bench.own.clock();
    let began = clock.elapsed();
    let ctx = Ctx::new(Arc::clone(bench), item);
    let limit = bench.options.case_limit;
    let task = tokio::spawn({
        let ctx = ctx.clone();
        async move { tokio::time::timeout(limit, (item.case.run)(ctx)).await }
    });
    let result = match task.await {
        Ok(Ok(result)) => result,
        Ok(Err(_)) => Err(Stop::Suite(format!("the case did not end within {} s", limit.as_secs()))),
        Err(error) => Err(Stop::Suite(panic_of(error))),
    };
    let millis = u64::try_from((clock.elapsed() - began).as_millis()).unwrap_or_default();
    let reading = tokio::time::timeout(limit.max(Duration::from_secs(10)), judge(&ctx, result, millis)).await;
    reading.unwrap_or_else(|_| Judged {
        report: unplayed(bench, &item, Verdict::SuiteError, "the fakes did not say what happened"),
        unsupported: Vec::new(),
    })
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
        under: item.under.map(|(switch, value)| format!("{switch}={value}")),
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
        rerun: bench.rerun(item.case.id),
    }
}

fn apply_known(bench: &Bench, cases: &mut [CaseReport]) {
    let today = bench.own.clock().wall().to_zoned(TimeZone::UTC).date();
    let failed: Vec<String> = cases
        .iter()
        .filter(|case| matches!(case.verdict, Verdict::Fail | Verdict::Warn))
        .map(|case| case.id.clone())
        .collect();
    for case in cases {
        if let Some(entry) = bench.options.known.entry(&case.id) {
            let (verdict, reason) = entry.apply(case.verdict, failed.contains(&case.id), today);
            case.verdict = verdict;
            case.reason = reason.or_else(|| case.reason.take());
        }
    }
}

fn invariants_of(cases: &[CaseReport]) -> Vec<InvariantReport> {
    invariants::ALL
        .iter()
        .map(|invariant| {
            let of_it = |case: &CaseReport| {
                case.checks
                    .iter()
                    .filter(|check| check.invariant.as_deref() == Some(invariant.id))
                    .cloned()
                    .collect::<Vec<_>>()
            };
            let all: Vec<_> = cases.iter().flat_map(of_it).collect();
            let broken_in =
                cases.iter().filter(|case| of_it(case).iter().any(|check| !check.ok)).map(CaseReport::name).collect();
            let verdict = if all.is_empty() { Verdict::NotTestable } else { super::judge::verdict_of(&all, false) };
            InvariantReport {
                id: invariant.id.to_owned(),
                title: invariant.title.to_owned(),
                verdict,
                judged: all.len(),
                broken_in,
            }
        })
        .collect()
}
