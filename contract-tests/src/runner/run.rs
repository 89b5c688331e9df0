//! One run from start to report.

use std::sync::Arc;

use futures_util::stream::FuturesUnordered;
use futures_util::{StreamExt as _, future};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use tokio::sync::Semaphore;

use super::assemble::{Head, Tail, assemble};
use super::bench::Bench;
use super::event::Event;
use super::judge::Judged;
use super::plan::{LeftOut, Plan, plan};
use super::play::{Played, play, unplayed};
use super::record::Record;
use super::setup::{Connected, RunError, Setup, connect};
use crate::histories::{Generated, Hunt, hunt};
use crate::model::{CASES, Verdict};
use crate::preflight::{self, launch_problem};
use crate::report::{CaseReport, Problem, Report, ServiceReport, SuiteReport, Timings};
use crate::target::Finalize;

/// Most cases at once in front of a service that works behind a queue.
const QUEUED_JOBS: usize = 16;

/// A run: its report, and what that was made from.
#[derive(Clone, Debug)]
pub struct Ran {
    /// The report.
    pub report: Report,
    /// What is known of the run before its first case.
    pub head: Head,
    /// What its cases did and saw; empty unless [`Options::recorded`](super::bench::Options::recorded) asks for it.
    pub records: Vec<Record>,
    /// The cases that were not judged.
    pub left_out: Vec<CaseReport>,
    /// What was generated did and saw; nothing unless [`Options::recorded`](super::bench::Options::recorded) asks for it and something was to be generated.
    pub generated: Option<Generated>,
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
    histories: Option<Hunt>,
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
        if let Some(Hunt { report, .. }) = &self.histories {
            listener(&Event::HistoriesFinished { histories: report });
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
        let tail = Tail { problems, timings: self.timings, millis: self.now() };
        let (histories, generated) = self.histories.map_or((None, None), |hunted| (Some(hunted.report), hunted.record));
        let report = assemble(&head, self.done, self.left_out.clone(), tail.clone(), histories);
        let (secrets, places) = (self.bench.sought.secrets().to_vec(), self.bench.places());
        Ran { report, head, records: self.records, left_out: self.left_out, generated, tail, places, secrets }
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
