//! Trouble on purpose: which of the service's calls meet which fault. Plans name a purchase, so that cases beside this one meet nothing.

use std::collections::BTreeMap;

use mock_core::control::dto::EntryView;
use mock_core::faults::{Effect, Matcher, Plan, When};
use uuid::Uuid;

use super::again::LOOK;
use crate::check::journal::FINALIZE;
use crate::model::Stop;
use crate::runner::Ctx;
use crate::target::Protocol;

/// A fault in the making. It lasts until it is healed, unless [`Trouble::times`] says otherwise.
#[derive(Clone, Debug, PartialEq)]
pub struct Trouble {
    what: String,
    only: Vec<String>,
    plan: Plan,
}

/// A fault in force.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fault(u64);

impl Trouble {
    fn with(fake: &str, what: impl Into<String>, effect: Effect) -> Self {
        let matcher = Matcher { fake: Some(fake.to_owned()), ..Matcher::default() };
        Self {
            what: what.into(),
            only: Vec::new(),
            plan: Plan { matcher, skip: 0, times: None, when: When::BeforeCommit, effect },
        }
    }

    /// Calls to Dataverse meet this.
    pub fn dataverse(effect: Effect) -> Self {
        Self::with("dataverse", "Dataverse", effect)
    }

    /// Calls to the token endpoint meet this. They name no purchase: only for cases that run alone.
    pub fn tokens(effect: Effect) -> Self {
        Self::with("entra", "the token endpoint", effect)
    }

    /// Calls to Stripe meet this.
    pub fn stripe(effect: Effect) -> Self {
        Self::with("stripe", "Stripe", effect)
    }

    /// Only calls in which this id stands.
    #[must_use]
    pub fn about(mut self, id: Uuid) -> Self {
        self.what = format!("{} about {id}", self.what);
        self.plan.matcher.text = Some(id.to_string());
        self
    }

    /// Only calls in which this text stands.
    #[must_use]
    pub fn naming(mut self, text: &str) -> Self {
        self.what = format!("{} about {text}", self.what);
        self.plan.matcher.text = Some(text.to_owned());
        self
    }

    /// Only calls that read.
    #[must_use]
    pub fn on_reads(mut self, protocol: Protocol) -> Self {
        self.only.push("reads".to_owned());
        // The organization service is asked everything by POST; what reads and what writes cannot be told apart by its address.
        self.plan.matcher.method = (protocol == Protocol::WebApi).then(|| "GET".to_owned());
        self
    }

    /// Only finalize calls.
    #[must_use]
    pub fn on_finalize(mut self, protocol: Protocol) -> Self {
        self.only.push("finalize".to_owned());
        self.plan.matcher.path = (protocol == Protocol::WebApi).then(|| FINALIZE.to_owned());
        self
    }

    /// Only calls that make or change something.
    #[must_use]
    pub fn on_writes(mut self) -> Self {
        self.plan.matcher.method = Some("POST".to_owned());
        self
    }

    /// Only calls whose target holds this.
    #[must_use]
    pub fn at(mut self, path: &str) -> Self {
        self.only.push(path.to_owned());
        self.plan.matcher.path = Some(path.to_owned());
        self
    }

    /// Only calls with the token that the first of them carried: to the service it has been revoked.
    #[must_use]
    pub fn for_the_same_token(mut self) -> Self {
        self.only.push("with the token in use".to_owned());
        self.plan.matcher.same_token = true;
        self
    }

    /// Lets so many calls pass first.
    #[must_use]
    pub fn after(mut self, skip: u32) -> Self {
        self.plan.skip = skip;
        self
    }

    /// Strikes so often.
    #[must_use]
    pub fn times(mut self, times: u32) -> Self {
        self.plan.times = Some(times);
        self
    }

    /// The fake does its work; only the answer is lost.
    #[must_use]
    pub fn losing_the_answer(mut self) -> Self {
        self.only.push("after its work is done".to_owned());
        self.plan.when = When::AfterCommit;
        self
    }
}

/// An answer with this status, in the fake's own words.
pub fn status(status: u16) -> Effect {
    Effect::Answer { status, code: None, message: None, headers: BTreeMap::new(), body: None }
}

/// An answer with this status and error code.
pub fn coded(status: u16, code: &str) -> Effect {
    Effect::Answer { status, code: Some(code.to_owned()), message: None, headers: BTreeMap::new(), body: None }
}

/// An answer with this status and exactly this body.
pub fn saying(status: u16, kind: &str, body: &str) -> Effect {
    let headers = BTreeMap::from([("content-type".to_owned(), kind.to_owned())]);
    Effect::Answer { status, code: None, message: None, headers, body: Some(body.to_owned()) }
}

/// The same answer with one more header.
#[must_use]
pub fn with_header(mut effect: Effect, name: &str, value: &str) -> Effect {
    if let Effect::Answer { headers, .. } = &mut effect {
        headers.insert(name.to_owned(), value.to_owned());
    }
    effect
}

impl Ctx {
    /// Puts a fault in force.
    pub async fn trouble(&self, trouble: Trouble) -> Result<Fault, Stop> {
        let Trouble { what, only, plan } = trouble;
        if plan.matcher.text.is_none() && !self.item().case.needs.alone {
            return Err(Stop::suite("the case breaks a whole fake but does not say that it runs alone"));
        }
        let often = match plan.times {
            None => String::new(),
            Some(1) => " once".to_owned(),
            Some(times) => format!(" {times} times"),
        };
        let calls = if plan.matcher.text.is_some() { "calls to" } else { "all calls to" };
        let only = if only.is_empty() { String::new() } else { format!(" (only {})", only.join(", ")) };
        self.step(format!("broke {calls} {what}{only}: {}{often}", plan.effect.describe()));
        Ok(Fault(self.control().add_fault(&plan).await?))
    }

    /// Takes a fault away, and says how many calls met it.
    pub async fn healed(&self, fault: Fault) -> Result<u32, Stop> {
        let met = self.control().remove_fault(fault.0).await?.applied;
        self.step(format!(
            "healed it; {} had met it",
            match met {
                1 => "one call".to_owned(),
                met => format!("{met} calls"),
            }
        ));
        Ok(met)
    }

    /// How many calls have met a fault so far.
    pub async fn met(&self, fault: Fault) -> Result<u32, Stop> {
        let faults: mock_core::control::dto::FaultsView = self.control().get("/v1/faults").await?;
        Ok(faults.plans.iter().find(|status| status.id == fault.0).map_or(0, |status| status.applied))
    }

    /// Waits until a call meets a fault: as long as a request to the service may take, and not when whatever would make the call is `over`. A
    /// service that never makes it is judged by what it did instead.
    pub async fn until_met(&self, fault: Fault, over: impl Fn() -> bool) -> Result<(), Stop> {
        let budgets = &self.profile().budgets;
        let (began, limit) = (self.moment(), budgets.redirect.0.max(budgets.webhook.0));
        while self.met(fault).await? == 0 && !over() && self.moment().saturating_sub(began) < limit {
            tokio::time::sleep(LOOK).await;
        }
        Ok(())
    }
}

/// Whether this call met a fault.
pub fn is_struck(entry: &EntryView) -> bool {
    entry.fault.is_some()
}
