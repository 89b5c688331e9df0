//! What an operator does to the world: time, faults, silence.

use std::sync::Arc;
use std::time::Duration;

use mock_core::control::dto::EntryView;
use mock_core::faults::{Effect, Matcher, Plan};
use mock_core::journal::Direction;
use uuid::Uuid;

use super::again::LOOK;
use crate::check::http::{Outcome, outcome};
use crate::check::journal::{event_type, is_call_to};
use crate::model::Stop;
use crate::runner::Ctx;
use crate::target::Finalize;

/// How long a queue may take to come round to an event when nothing is wrong.
const TAKEN_UP: Duration = Duration::from_secs(1);

/// Most connections to a service that are kept open.
const MOST_KEPT: usize = 64;

/// How long a service may take to become ready, or not to, when it lacks a secret.
const REFUSAL_LIMIT: Duration = Duration::from_secs(10);

impl Ctx {
    /// Moves the world's clock. Only cases that run alone may do this.
    pub async fn advance(&self, by: &str) -> Result<(), Stop> {
        if !self.item().case.needs.alone {
            return Err(Stop::suite("the case moves the clock but does not say that it runs alone"));
        }
        self.step(format!("moved the clock by {by}"));
        self.control().advance(by).await?;
        Ok(())
    }

    /// Waits until nothing about this case's purchases is open and nothing has happened for the profile's settle time.
    pub async fn settle(&self) -> Result<(), Stop> {
        let subjects = self.subjects();
        if subjects.is_empty() {
            return Ok(());
        }
        let budgets = &self.profile().budgets;
        let limit = budgets.webhook.0 * 2 + budgets.settle.0;
        let mut quiet = self.control().quiet(&subjects, budgets.settle.0, limit).await?;
        if self.profile().declares.finalize == Finalize::Queued && self.until_taken_up(&subjects).await? {
            quiet = self.control().quiet(&subjects, budgets.settle.0, limit).await?;
        }
        if !quiet {
            self.should(
                "the service comes to rest",
                format!("nothing open, and silence for {}", budgets.settle),
                format!("still busy after {} s", limit.as_secs()),
                false,
            );
        }
        Ok(())
    }

    /// Behind a queue, silence may be the one before the work: waits a little for the first call after the last acknowledged event about a
    /// session. Says whether it was waited for.
    async fn until_taken_up(&self, subjects: &[Uuid]) -> Result<bool, Stop> {
        let began = self.moment();
        loop {
            let mut waits = false;
            for subject in subjects {
                waits |= is_left_lying(&self.journal(*subject).await?);
            }
            let waited = self.moment().saturating_sub(began);
            if !waits || waited >= TAKEN_UP {
                return Ok(!waited.is_zero());
            }
            tokio::time::sleep(LOOK).await;
        }
    }

    /// Makes every answer of Dataverse about one text (a purchase id) late by so many milliseconds. The number takes it away again.
    pub async fn slow_dataverse(&self, text: &str, millis: u64) -> Result<u64, Stop> {
        self.step(format!("made Dataverse answer {millis} ms late"));
        let matcher = Matcher { fake: Some("dataverse".to_owned()), text: Some(text.to_owned()), ..Matcher::default() };
        let plan = Plan {
            matcher,
            skip: 0,
            times: None,
            when: mock_core::faults::When::BeforeCommit,
            effect: Effect::Delay { millis },
        };
        Ok(self.control().add_fault(&plan).await?)
    }

    /// Takes a fault away.
    pub async fn heal(&self, fault: u64) -> Result<(), Stop> {
        self.control().remove_fault(fault).await?;
        Ok(())
    }
}

impl Ctx {
    /// Stops the service and starts it again. Only managed cases that run alone may do this.
    pub async fn restart(&self) -> Result<(), Stop> {
        let needs = self.item().case.needs;
        if !(needs.alone && needs.managed) {
            return Err(Stop::suite("the case restarts the service but does not say that it runs alone and managed"));
        }
        self.step("restarted the service");
        let restarted = self.bench().launcher.restart().await;
        let seen = restarted.as_ref().err().map_or_else(|| "it did".to_owned(), ToString::to_string);
        self.require("the service comes up again", "ready after a restart", seen, restarted.is_ok())?;
        self.drop_kept_connections().await;
        Ok(())
    }

    /// Connections that were kept open belong to the service as it was before: whoever used one of them next would find it broken, and blame the
    /// service. A call that is answered shows that none is left; nobody else calls meanwhile.
    async fn drop_kept_connections(&self) {
        let base = self.bench().launcher.base();
        for client in [mock_core::http_client(), self.bench().http.clone()] {
            for _ in 0..MOST_KEPT {
                if client.head(base.clone()).timeout(TAKEN_UP).send().await.is_ok() {
                    break;
                }
            }
        }
    }

    /// Stops the service and starts it without the secret that Stripe signs with: every variable that holds it is left out, or is there and
    /// empty. Answers why it did not start; that is a good sign. Follow it with [`Ctx::start_as_before`].
    pub async fn start_without_secret(&self, blank: bool) -> Result<Option<String>, Stop> {
        let needs = self.item().case.needs;
        if !(needs.alone && needs.managed) {
            return Err(Stop::suite("the case restarts the service but does not say that it runs alone and managed"));
        }
        let secret = self.webhook_secret().to_owned();
        let mut env = self.bench().env.clone();
        let holders: Vec<String> =
            env.iter().filter(|(_, value)| value.contains(&secret)).map(|(name, _)| name.clone()).collect();
        for name in &holders {
            if blank {
                env.insert(name.clone(), String::new())
            } else {
                env.remove(name)
            };
        }
        let how = if blank { "empty" } else { "left out" };
        self.step(format!("restarted the service with {} {how}", holders.join(" and ")));
        let launcher = &self.bench().launcher;
        launcher.stop().await;
        let why = match tokio::time::timeout(REFUSAL_LIMIT, launcher.start(env)).await {
            Ok(Ok(())) => return Ok(None),
            Ok(Err(error)) => error.to_string(),
            Err(_) => format!("it was not ready after {} s", REFUSAL_LIMIT.as_secs()),
        };
        launcher.stop().await;
        Ok(Some(why))
    }

    /// Starts the service again as it was before.
    pub async fn start_as_before(&self) -> Result<(), Stop> {
        self.step("restarted the service as it was before");
        let bench = self.bench();
        bench.launcher.stop().await;
        let started = bench.launcher.start(bench.env.clone()).await;
        let seen = started.as_ref().err().map_or_else(|| "it did".to_owned(), ToString::to_string);
        self.require("the service comes up again with its secret", "ready after a restart", seen, started.is_ok())?;
        self.drop_kept_connections().await;
        Ok(())
    }
}

/// Whether the last event about a session was acknowledged, and nothing was asked of Stripe or Dataverse since.
fn is_left_lying(entries: &[Arc<EntryView>]) -> bool {
    let told = entries.iter().rfind(|entry| {
        entry.direction == Direction::Outbound
            && entry.status.is_some_and(|status| outcome(status) == Outcome::Success)
            && event_type(entry).is_some_and(|kind| kind.starts_with("checkout.session."))
    });
    told.is_some_and(|told| {
        let since = |entry: &&Arc<EntryView>| entry.seq > told.seq;
        !entries.iter().filter(since).any(|entry| is_call_to(entry, "stripe") || is_call_to(entry, "dataverse"))
    })
}
