//! Remembers idempotency keys and their answers, for a day of the world's time, within bounds.

use std::collections::VecDeque;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::sync::Arc;

use bytes::Bytes;
use dashmap::DashMap;
use dashmap::mapref::entry::Entry;
use http::StatusCode;
use jiff::Timestamp;
use mock_core::form::FormTree;
use parking_lot::Mutex;

use crate::domain::idempotency::{Decision, REMEMBERED, Seen, decide};

/// Most keys kept; the oldest go first.
const MOST: usize = 100_000;

/// An answer as it was given.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) body: Bytes,
    /// The first request's id.
    pub(crate) request: String,
}

#[derive(Clone, Debug)]
struct Kept {
    seen: Seen,
    answer: Option<Answer>,
}

/// The keys of one account.
#[derive(Debug, Default)]
pub(crate) struct Keys {
    kept: DashMap<String, Kept>,
    /// In the order of first use, for forgetting.
    order: Mutex<VecDeque<(Timestamp, String)>>,
}

/// What a request with a key is to do.
pub(crate) enum Turn {
    /// Carry it out, then give the answer to the claim.
    Claimed(Claim),
    /// Answer this, as before.
    Replay(Answer),
    /// Refuse.
    Refused(Decision),
}

/// The right to carry out the first request with a key. Dropped without an answer, the key is free again.
pub(crate) struct Claim {
    keys: Arc<Keys>,
    key: String,
    done: bool,
}

impl Keys {
    /// Decides what a request is, and claims the key when it is the first. One step: of many at once, one is the first.
    pub(crate) fn turn(self: &Arc<Self>, key: &str, path: &str, form: &FormTree, now: Timestamp) -> Turn {
        self.forget(now);
        let parameters = digest(form);
        let claim = || Claim { keys: Arc::clone(self), key: key.to_owned(), done: false };
        let seen = Seen { path: path.to_owned(), parameters, at: now, in_flight: true };
        match self.kept.entry(key.to_owned()) {
            Entry::Vacant(entry) => {
                entry.insert(Kept { seen, answer: None });
            }
            Entry::Occupied(mut entry) => {
                let decision = decide(Some(&entry.get().seen), path, parameters, now);
                match (decision, &entry.get().answer) {
                    (Decision::Replay, Some(answer)) => return Turn::Replay(answer.clone()),
                    (Decision::First, _) => {
                        entry.insert(Kept { seen, answer: None });
                    }
                    (decision, _) => return Turn::Refused(decision),
                }
            }
        }
        self.order.lock().push_back((now, key.to_owned()));
        Turn::Claimed(claim())
    }

    /// Forgets everything.
    pub(crate) fn clear(&self) {
        self.order.lock().clear();
        self.kept.clear();
    }

    fn forget(&self, now: Timestamp) {
        let mut stale = Vec::new();
        {
            let mut order = self.order.lock();
            while order.front().is_some_and(|(at, _)| order.len() >= MOST || now.duration_since(*at) >= REMEMBERED) {
                stale.extend(order.pop_front());
            }
        }
        for (at, key) in stale {
            self.kept.remove_if(&key, |_, kept| kept.seen.at == at && kept.answer.is_some());
        }
    }
}

impl Claim {
    /// Remembers the answer for repeats.
    pub(crate) fn keep(mut self, answer: Answer) {
        self.done = true;
        if let Some(mut kept) = self.keys.kept.get_mut(&self.key) {
            kept.seen.in_flight = false;
            kept.answer = Some(answer);
        }
    }
}

impl Drop for Claim {
    fn drop(&mut self) {
        if !self.done {
            self.keys.kept.remove(&self.key);
        }
    }
}

/// A digest of the parameters that does not depend on their order.
fn digest(form: &FormTree) -> u64 {
    let mut leaves = form.leaves();
    leaves.sort_unstable();
    let mut hasher = DefaultHasher::new();
    leaves.hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use bytes::Bytes;
    use http::StatusCode;
    use jiff::{SignedDuration, Timestamp};
    use mock_core::form;

    use super::{Answer, Keys, Turn};
    use crate::domain::idempotency::Decision;

    fn turn(keys: &Arc<Keys>, body: &str, hours: i64) -> Turn {
        let now = Timestamp::UNIX_EPOCH + SignedDuration::from_hours(hours);
        keys.turn("k", "/v1/prices", &form::parse(body.as_bytes()).unwrap(), now)
    }

    fn answer() -> Answer {
        Answer { status: StatusCode::OK, body: Bytes::from_static(b"{}"), request: "req_1".into() }
    }

    #[test]
    fn a_repeat_in_another_order_is_replayed() {
        let keys = Arc::new(Keys::default());
        let Turn::Claimed(claim) = turn(&keys, "a=1&b=2", 0) else { panic!("not the first") };
        assert!(matches!(turn(&keys, "a=1&b=2", 0), Turn::Refused(Decision::InFlight)));
        claim.keep(answer());
        assert!(matches!(turn(&keys, "b=2&a=1", 1), Turn::Replay(_)));
        assert!(matches!(turn(&keys, "a=1", 1), Turn::Refused(Decision::OtherParameters)));
    }

    #[test]
    fn an_abandoned_claim_frees_the_key() {
        let keys = Arc::new(Keys::default());
        let Turn::Claimed(claim) = turn(&keys, "a=1", 0) else { panic!("not the first") };
        drop(claim);
        assert!(matches!(turn(&keys, "a=2", 0), Turn::Claimed(_)));
    }

    #[test]
    fn keys_are_forgotten_after_a_day() {
        let keys = Arc::new(Keys::default());
        let Turn::Claimed(claim) = turn(&keys, "a=1", 0) else { panic!("not the first") };
        claim.keep(answer());
        assert!(matches!(turn(&keys, "a=2", 24), Turn::Claimed(_)));
    }
}
