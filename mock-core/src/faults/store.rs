//! The fault plans in force, and how far each has been used up.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::sync::atomic::{AtomicBool, Ordering};

use parking_lot::Mutex;
use serde::{Deserialize, Serialize};
use tokio::sync::watch;

use super::plan::{Effect, Flaw, Plan, When};

/// A plan and how far it has come.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanStatus {
    /// Its number, for taking it away.
    pub id: u64,
    /// The plan.
    pub plan: Plan,
    /// How many exchanges matched so far.
    pub matched: u32,
    /// How many of them met the fault.
    pub applied: u32,
    /// A digest of the `Authorization` that a plan with `same_token` is bound to.
    #[serde(skip)]
    token: Option<u64>,
}

impl PlanStatus {
    /// Whether it will meet no more exchanges.
    pub fn is_spent(&self) -> bool {
        self.plan.times.is_some_and(|times| self.applied >= times)
    }

    /// Whether these credentials are the ones that the plan is about; the first ones it sees bind it.
    fn takes(&mut self, authorization: Option<&[u8]>) -> bool {
        if !self.plan.matcher.same_token {
            return true;
        }
        let Some(authorization) = authorization else { return false };
        let mut hasher = DefaultHasher::new();
        authorization.hash(&mut hasher);
        let token = hasher.finish();
        *self.token.get_or_insert(token) == token
    }
}

/// All fault plans of a world.
#[derive(Debug, Default)]
pub struct Faults {
    state: Mutex<State>,
    /// Lets the ordinary exchange pass without taking the lock.
    any: AtomicBool,
    /// How many plans about connections there have been.
    connections: watch::Sender<u64>,
}

#[derive(Clone, Debug, Default)]
struct State {
    next: u64,
    plans: Vec<PlanStatus>,
}

impl Faults {
    /// Puts a plan in force; its number takes it away again.
    pub fn add(&self, plan: Plan) -> u64 {
        let mut state = self.state.lock();
        state.next += 1;
        let id = state.next;
        let about_connections = matches!(plan.effect, Effect::Certificate { .. });
        state.plans.push(PlanStatus { id, plan, matched: 0, applied: 0, token: None });
        self.any.store(true, Ordering::Release);
        drop(state);
        if about_connections {
            self.connections.send_modify(|count| *count += 1);
        }
        id
    }

    /// Takes a plan away, and says how far it had come.
    pub fn remove(&self, id: u64) -> Option<PlanStatus> {
        let mut state = self.state.lock();
        let index = state.plans.iter().position(|status| status.id == id)?;
        let status = state.plans.remove(index);
        self.any.store(!state.plans.is_empty(), Ordering::Release);
        Some(status)
    }

    /// Takes every plan away.
    pub fn clear(&self) {
        self.state.lock().plans.clear();
        self.any.store(false, Ordering::Release);
    }

    /// Every plan, spent ones included, in the order they were added.
    pub fn all(&self) -> Vec<PlanStatus> {
        self.state.lock().plans.clone()
    }

    /// The fault that this exchange meets, if any. The oldest plan in force wins; counting happens here.
    pub fn strike(
        &self,
        fake: &str,
        operation: Option<&str>,
        method: &str,
        target: &str,
        authorization: Option<&[u8]>,
        body: &[u8],
    ) -> Option<(When, Effect)> {
        if !self.any.load(Ordering::Acquire) {
            return None;
        }
        let mut state = self.state.lock();
        let about_exchanges =
            |status: &&mut PlanStatus| !status.is_spent() && !matches!(status.plan.effect, Effect::Certificate { .. });
        for status in state.plans.iter_mut().filter(about_exchanges) {
            if status.plan.matcher.matches(fake, operation, method, target, body) && status.takes(authorization) {
                status.matched += 1;
                if status.matched > status.plan.skip {
                    status.applied += 1;
                    return Some((status.plan.when, status.plan.effect.clone()));
                }
            }
        }
        None
    }

    /// What is wrong with the certificate that a new connection of a fake finds, if anything. The oldest plan in force wins; counting happens
    /// here.
    pub fn strike_connection(&self, fake: &str) -> Option<Flaw> {
        if !self.any.load(Ordering::Acquire) {
            return None;
        }
        let mut state = self.state.lock();
        for status in state.plans.iter_mut().filter(|status| !status.is_spent()) {
            if let Some(flaw) = status.plan.flaw_for(fake) {
                status.matched += 1;
                if status.matched > status.plan.skip {
                    status.applied += 1;
                    return Some(flaw);
                }
            }
        }
        None
    }

    /// Told of each plan about connections.
    pub(crate) fn connections(&self) -> watch::Receiver<u64> {
        self.connections.subscribe()
    }

    /// Whether a plan in force is about connections of this fake.
    pub(crate) fn await_connections(&self, fake: &str) -> bool {
        let state = self.state.lock();
        state.plans.iter().any(|status| !status.is_spent() && status.plan.flaw_for(fake).is_some())
    }
}

#[cfg(test)]
mod tests {
    use super::Faults;
    use crate::faults::{Effect, Flaw, Matcher, Plan, PlanError, When};

    #[test]
    fn a_plan_skips_strikes_and_heals() {
        let faults = Faults::default();
        let matcher = Matcher { fake: Some("dataverse".into()), text: Some("p-1".into()), ..Matcher::default() };
        faults.add(Plan { matcher, skip: 1, times: Some(2), when: When::AfterCommit, effect: Effect::Reset });
        let strike = |fake: &str, body: &str| faults.strike(fake, None, "POST", "/x", None, body.as_bytes()).is_some();
        let struck = [
            strike("stripe", "p-1"),
            strike("dataverse", "p-1"),
            strike("dataverse", "p-2"),
            strike("dataverse", "p-1"),
            strike("dataverse", "p-1"),
            strike("dataverse", "p-1"),
        ];
        assert_eq!(struck, [false, false, false, true, true, false]);
        assert!(faults.all()[0].is_spent());
    }

    #[test]
    fn a_revoked_token_is_refused_and_a_fresh_one_is_not() {
        let faults = Faults::default();
        let matcher = Matcher { same_token: true, text: Some("p-1".into()), ..Matcher::default() };
        faults.add(Plan { matcher, skip: 0, times: None, when: When::BeforeCommit, effect: Effect::Reset });
        let strike = |token: Option<&str>, body: &str| {
            faults.strike("dataverse", None, "GET", "/x", token.map(str::as_bytes), body.as_bytes()).is_some()
        };
        let struck = [
            strike(Some("Bearer b"), "p-2"),
            strike(None, "p-1"),
            strike(Some("Bearer a"), "p-1"),
            strike(Some("Bearer b"), "p-1"),
            strike(Some("Bearer a"), "p-1"),
        ];
        assert_eq!(struck, [false, false, true, false, true]);
    }

    #[test]
    fn a_plan_about_connections_meets_no_exchange_and_the_other_way_round() {
        let faults = Faults::default();
        let matcher = Matcher { fake: Some("dataverse".into()), ..Matcher::default() };
        let effect = Effect::Certificate { flaw: Flaw::Expired };
        let plan = Plan { matcher, skip: 1, times: Some(1), when: When::BeforeCommit, effect };
        faults.add(plan.clone());
        faults.add(Plan { effect: Effect::Reset, times: None, ..plan.clone() });
        assert!(faults.strike("dataverse", None, "GET", "/x", None, b"").is_none(), "the reset skips one");
        assert!(faults.strike("dataverse", None, "GET", "/x", None, b"").is_some());
        assert!(faults.await_connections("dataverse") && !faults.await_connections("stripe"));
        let found = ["stripe", "dataverse", "dataverse", "dataverse"].map(|fake| faults.strike_connection(fake));
        assert_eq!(found, [None, None, Some(Flaw::Expired), None]);
        assert!(!faults.await_connections("dataverse"));
        let about_requests = Matcher { method: Some("GET".into()), ..plan.matcher.clone() };
        assert_eq!(Plan { matcher: about_requests, ..plan.clone() }.check(), Err(PlanError::Condition));
        assert_eq!(Plan { when: When::AfterCommit, ..plan.clone() }.check(), Err(PlanError::When));
        assert_eq!(plan.check(), Ok(()));
    }
}
