//! The fault plans in force, and how far each has been used up.

use std::sync::atomic::{AtomicBool, Ordering};

use parking_lot::Mutex;
use serde::{Deserialize, Serialize};

use super::plan::{Effect, Plan, When};

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
}

impl PlanStatus {
    /// Whether it will meet no more exchanges.
    pub fn is_spent(&self) -> bool {
        self.plan.times.is_some_and(|times| self.applied >= times)
    }
}

/// All fault plans of a world.
#[derive(Debug, Default)]
pub struct Faults {
    state: Mutex<State>,
    /// Lets the ordinary exchange pass without taking the lock.
    any: AtomicBool,
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
        state.plans.push(PlanStatus { id, plan, matched: 0, applied: 0 });
        self.any.store(true, Ordering::Release);
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
        body: &[u8],
    ) -> Option<(When, Effect)> {
        if !self.any.load(Ordering::Acquire) {
            return None;
        }
        let mut state = self.state.lock();
        for status in state.plans.iter_mut().filter(|status| !status.is_spent()) {
            if status.plan.matcher.matches(fake, operation, method, target, body) {
                status.matched += 1;
                if status.matched > status.plan.skip {
                    status.applied += 1;
                    return Some((status.plan.when, status.plan.effect.clone()));
                }
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::Faults;
    use crate::faults::{Effect, Matcher, Plan, When};

    #[test]
    fn a_plan_skips_strikes_and_heals() {
        let faults = Faults::default();
        let matcher = Matcher { fake: Some("dataverse".into()), text: Some("p-1".into()), ..Matcher::default() };
        faults.add(Plan { matcher, skip: 1, times: Some(2), when: When::AfterCommit, effect: Effect::Reset });
        let strike = |fake: &str, body: &str| faults.strike(fake, None, "POST", "/x", body.as_bytes()).is_some();
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
}
