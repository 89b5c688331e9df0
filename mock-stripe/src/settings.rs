//! What an account has chosen for itself, and the gate that counts its calls.

use std::sync::atomic::{AtomicBool, Ordering};

use jiff::Timestamp;
use parking_lot::Mutex;

use crate::config::Config;
use crate::domain::rate::{Ask, Buckets, RateLimits, Reason};

/// What an account has chosen for itself. It is part of the state, so a snapshot holds it and a reset undoes it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Settings {
    /// The version of answers and events for which no other is asked.
    pub(crate) api_version: String,
    /// How many calls are let in; all when not set.
    pub(crate) rate_limits: Option<RateLimits>,
}

impl Settings {
    /// As the account is opened.
    pub(crate) fn of(config: &Config) -> Self {
        Self { api_version: config.api_version.clone(), rate_limits: config.rate_limits }
    }
}

/// The gate. What it counted is no state: it begins anew when the limits change.
#[derive(Debug, Default)]
pub(crate) struct Gate {
    /// Whether it counts at all, so that an account without limits takes no lock.
    counts: AtomicBool,
    inner: Mutex<(Option<RateLimits>, Buckets)>,
}

impl Gate {
    /// Counts by these limits from now on.
    pub(crate) fn set(&self, limits: Option<RateLimits>) {
        *self.inner.lock() = (limits, Buckets::default());
        self.counts.store(limits.is_some(), Ordering::Release);
    }

    /// Lets a call in, or says which limit is used up. The time is only read where somebody counts.
    pub(crate) fn admit(&self, ask: &Ask<'_>, now: impl FnOnce() -> Timestamp) -> Result<(), Reason> {
        if !self.counts.load(Ordering::Acquire) {
            return Ok(());
        }
        let (limits, buckets) = &mut *self.inner.lock();
        limits.as_ref().map_or(Ok(()), |limits| buckets.admit(limits, ask, now()))
    }
}
