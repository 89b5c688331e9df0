//! Service protection limits: how much one user may ask for within a sliding window (facts/dataverse.md 12). Off unless switched on.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use http::StatusCode;
use jiff::{SignedDuration, Timestamp};
use parking_lot::{Mutex, RwLock};
use serde::{Deserialize, Serialize};
use thiserror::Error;
use uuid::Uuid;

use crate::fault::{Code, Fault};

/// The limits for each user. The default is what the service documents.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ProtectionLimits {
    /// Requests within the window.
    pub requests: u32,
    /// Seconds of execution within the window, all requests together.
    pub execution_seconds: u32,
    /// Requests at the same time.
    pub concurrent: u32,
    /// Length of the window in seconds, by the world's clock.
    pub window_seconds: u32,
}

impl Default for ProtectionLimits {
    fn default() -> Self {
        Self { requests: 6000, execution_seconds: 1200, concurrent: 52, window_seconds: 300 }
    }
}

/// A limit that a user has come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub(crate) enum Exceeded {
    #[error("Number of requests exceeded the limit of {limit} over time window of {window} seconds.")]
    Requests { limit: u32, window: u32, retry_after: u32 },
    #[error(
        "Combined execution time of incoming requests exceeded limit of {milliseconds} milliseconds over time window of {window} seconds. Decrease number of concurrent requests or reduce the duration of requests and try again later."
    )]
    Execution { milliseconds: u64, window: u32, retry_after: u32 },
    #[error("Number of concurrent requests exceeded the limit of {limit}.")]
    Concurrent { limit: u32 },
}

impl From<Exceeded> for Fault {
    fn from(exceeded: Exceeded) -> Self {
        let (code, retry_after) = match exceeded {
            Exceeded::Requests { retry_after, .. } => (Code::TOO_MANY_REQUESTS, retry_after),
            Exceeded::Execution { retry_after, .. } => (Code::TOO_MUCH_TIME, retry_after),
            Exceeded::Concurrent { .. } => (Code::TOO_MANY_AT_ONCE, 1),
        };
        Self { retry_after: Some(retry_after), ..Self::new(StatusCode::TOO_MANY_REQUESTS, code, exceeded.to_string()) }
    }
}

/// What one user has used.
#[derive(Debug, Clone, Default)]
struct Meter {
    /// Requests of the window: when each came, and how long it took (zero while it lasts).
    calls: VecDeque<(Timestamp, SignedDuration)>,
    /// Requests that are being answered.
    open: u32,
}

/// What is left for a user after a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Left {
    /// Requests.
    pub(crate) requests: u32,
    /// Execution time in hundredths of a second.
    pub(crate) hundredths: u64,
}

impl Meter {
    fn forget(&mut self, limits: &ProtectionLimits, now: Timestamp) {
        let window = SignedDuration::from_secs(i64::from(limits.window_seconds));
        while self.calls.front().is_some_and(|(at, _)| now.duration_since(*at) >= window) {
            self.calls.pop_front();
        }
    }

    /// Seconds until the call at a place has left the window.
    fn until_gone(&self, limits: &ProtectionLimits, place: usize, now: Timestamp) -> u32 {
        let at = self.calls.get(place).or(self.calls.back()).map_or(now, |(at, _)| *at);
        let age = u32::try_from(now.duration_since(at).as_secs()).unwrap_or_default();
        limits.window_seconds.saturating_sub(age).max(1)
    }

    fn took(&self) -> SignedDuration {
        self.calls.iter().fold(SignedDuration::ZERO, |sum, (_, took)| sum.saturating_add(*took))
    }

    /// Lets a request in, or says which limit it has come to.
    fn enter(&mut self, limits: &ProtectionLimits, now: Timestamp) -> Result<(), Exceeded> {
        self.forget(limits, now);
        if self.open >= limits.concurrent {
            return Err(Exceeded::Concurrent { limit: limits.concurrent });
        }
        let most = usize::try_from(limits.requests).unwrap_or(usize::MAX);
        if self.calls.len() >= most {
            let retry_after = self.until_gone(limits, self.calls.len() - most, now);
            return Err(Exceeded::Requests { limit: limits.requests, window: limits.window_seconds, retry_after });
        }
        let budget = SignedDuration::from_secs(i64::from(limits.execution_seconds));
        let mut over = self.took();
        if over >= budget {
            // When enough of the oldest calls are gone, there is time again.
            let mut place = 0;
            for (at, (_, took)) in self.calls.iter().enumerate() {
                over = over.saturating_sub(*took);
                place = at;
                if over < budget {
                    break;
                }
            }
            let retry_after = self.until_gone(limits, place, now);
            let milliseconds = u64::from(limits.execution_seconds) * 1000;
            return Err(Exceeded::Execution { milliseconds, window: limits.window_seconds, retry_after });
        }
        self.open += 1;
        self.calls.push_back((now, SignedDuration::ZERO));
        Ok(())
    }

    /// A request that came at that time was answered. Its time counts for the youngest call of the same moment.
    fn leave(&mut self, limits: &ProtectionLimits, came: Timestamp, took: SignedDuration) -> Left {
        self.open = self.open.saturating_sub(1);
        if let Some(call) = self.calls.iter_mut().rev().find(|(at, so_far)| *at == came && so_far.is_zero()) {
            call.1 = took;
        }
        let used = u32::try_from(self.calls.len()).unwrap_or(u32::MAX);
        let budget = SignedDuration::from_secs(i64::from(limits.execution_seconds));
        let left = budget.saturating_sub(self.took()).as_millis() / 10;
        Left { requests: limits.requests.saturating_sub(used), hundredths: u64::try_from(left).unwrap_or_default() }
    }
}

/// The limiter of an organization.
#[derive(Debug, Clone)]
pub(crate) struct Protection(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    first: Option<ProtectionLimits>,
    limits: RwLock<Option<ProtectionLimits>>,
    meters: Mutex<BTreeMap<Uuid, Meter>>,
}

/// A request that was let in.
#[derive(Debug)]
pub(crate) struct Entered {
    protection: Protection,
    limits: ProtectionLimits,
    user: Uuid,
    came: Timestamp,
    open: bool,
}

impl Protection {
    pub(crate) fn new(limits: Option<ProtectionLimits>) -> Self {
        Self(Arc::new(Inner { first: limits, limits: RwLock::new(limits), meters: Mutex::default() }))
    }

    /// The limits that hold now; `None` while there are none.
    pub(crate) fn limits(&self) -> Option<ProtectionLimits> {
        *self.0.limits.read()
    }

    /// Sets other limits, or takes them away. What was used before counts no more.
    pub(crate) fn set(&self, limits: Option<ProtectionLimits>) {
        *self.0.limits.write() = limits;
        self.0.meters.lock().clear();
    }

    /// Back to the configuration.
    pub(crate) fn reset(&self) {
        self.set(self.0.first);
    }

    /// Lets a request of a user in; `None` while there are no limits.
    pub(crate) fn enter(&self, user: Uuid, now: Timestamp) -> Result<Option<Entered>, Exceeded> {
        let Some(limits) = self.limits() else { return Ok(None) };
        self.0.meters.lock().entry(user).or_default().enter(&limits, now)?;
        Ok(Some(Entered { protection: self.clone(), limits, user, came: now, open: true }))
    }
}

impl Entered {
    /// The request was answered after that time.
    pub(crate) fn leave(mut self, took: SignedDuration) -> Left {
        self.close(took)
    }

    fn close(&mut self, took: SignedDuration) -> Left {
        self.open = false;
        self.protection.0.meters.lock().entry(self.user).or_default().leave(&self.limits, self.came, took)
    }
}

impl Drop for Entered {
    fn drop(&mut self) {
        // A handler that broke must not count as open for ever.
        if self.open {
            self.close(SignedDuration::ZERO);
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::{SignedDuration, Timestamp};
    use proptest::prelude::*;

    use super::{Exceeded, Left, Meter, ProtectionLimits};

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(1_000_000 + second).unwrap()
    }

    const LIMITS: ProtectionLimits =
        ProtectionLimits { requests: 3, execution_seconds: 10, concurrent: 2, window_seconds: 60 };

    fn call(meter: &mut Meter, second: i64, took: i64) -> Result<Left, Exceeded> {
        meter.enter(&LIMITS, at(second))?;
        Ok(meter.leave(&LIMITS, at(second), SignedDuration::from_secs(took)))
    }

    #[test]
    fn requests_within_a_sliding_window() {
        let mut meter = Meter::default();
        assert_eq!(call(&mut meter, 0, 0), Ok(Left { requests: 2, hundredths: 1000 }));
        assert!(call(&mut meter, 20, 0).is_ok());
        assert!(call(&mut meter, 40, 0).is_ok());
        let exceeded = |retry_after| Err(Exceeded::Requests { limit: 3, window: 60, retry_after });
        assert_eq!(call(&mut meter, 41, 0), exceeded(19));
        assert_eq!(call(&mut meter, 59, 0), exceeded(1));
        assert!(call(&mut meter, 60, 0).is_ok(), "the first has left the window");
        assert_eq!(call(&mut meter, 61, 0), exceeded(19));
    }

    #[test]
    fn execution_time_within_the_window() {
        let mut meter = Meter::default();
        assert_eq!(call(&mut meter, 0, 4), Ok(Left { requests: 2, hundredths: 600 }));
        assert_eq!(call(&mut meter, 30, 7), Ok(Left { requests: 1, hundredths: 0 }));
        let exceeded = Exceeded::Execution { milliseconds: 10_000, window: 60, retry_after: 29 };
        assert_eq!(call(&mut meter, 31, 0), Err(exceeded));
        assert!(call(&mut meter, 60, 0).is_ok(), "four seconds have left the window");
    }

    #[test]
    fn requests_at_the_same_time() {
        let mut meter = Meter::default();
        meter.enter(&LIMITS, at(0)).unwrap();
        meter.enter(&LIMITS, at(0)).unwrap();
        assert_eq!(meter.enter(&LIMITS, at(0)), Err(Exceeded::Concurrent { limit: 2 }));
        meter.leave(&LIMITS, at(0), SignedDuration::ZERO);
        assert_eq!(meter.enter(&LIMITS, at(0)), Ok(()));
    }

    proptest! {
        /// Against a naive count: who is let in has fewer than the limit within the last window.
        #[test]
        fn no_more_are_let_in_than_the_window_allows(gaps in prop::collection::vec(0..40i64, 1..40)) {
            let mut meter = Meter::default();
            let (mut now, mut admitted) = (0, Vec::<i64>::new());
            for gap in gaps {
                now += gap;
                let recent = admitted.iter().filter(|then| now - **then < 60).count();
                match call(&mut meter, now, 0) {
                    Ok(left) => {
                        prop_assert!(recent < 3);
                        prop_assert_eq!(usize::try_from(left.requests).unwrap(), 2 - recent);
                        admitted.push(now);
                    }
                    Err(Exceeded::Requests { retry_after, .. }) => {
                        prop_assert_eq!(recent, 3);
                        let then = now + i64::from(retry_after);
                        prop_assert!(admitted.iter().filter(|at| then - **at < 60).count() < 3, "waiting that long helps");
                    }
                    Err(other) => prop_assert!(false, "{other}"),
                }
            }
        }
    }
}
