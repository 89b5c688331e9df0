//! The only reader of system time: a clock that follows real time or stands still, and can be moved forward.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Instant;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// How the world's time passes between calls to [`crate::World::advance`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ClockMode {
    /// The world's time follows real time, plus whatever it was advanced by.
    #[default]
    Real,
    /// The world's time stands still until it is advanced.
    Manual,
}

/// The world's time (UTC), and beside it the real time.
///
/// Two clocks, because a service under test lives in real time while timeouts, expiries and retries must not be waited for:
/// [`Clock::now`] is what the fakes decide by, [`Clock::wall`] is what they stamp on anything that the service compares with its own
/// clock (a webhook signature, the lifetime of a token).
#[derive(Debug)]
pub struct Clock {
    mode: ClockMode,
    started_wall: Timestamp,
    started: Instant,
    start_offset_nanos: i64,
    advanced_nanos: AtomicI64,
}

impl Clock {
    pub(crate) fn new(mode: ClockMode, start_at: Option<Timestamp>) -> Self {
        #[expect(clippy::disallowed_methods, reason = "this is the one place that reads system time")]
        let (started_wall, started) = (Timestamp::now(), Instant::now());
        let start_offset_nanos = start_at.map_or(0, |at| clamp_nanos(at.duration_since(started_wall)));
        Self { mode, started_wall, started, start_offset_nanos, advanced_nanos: AtomicI64::new(0) }
    }

    /// Whether the world's time follows real time or stands still.
    pub fn mode(&self) -> ClockMode {
        self.mode
    }

    /// The world's time.
    pub fn now(&self) -> Timestamp {
        self.now_at(self.elapsed())
    }

    /// The world's time, as it is so long after the world was made if nobody advances it meanwhile.
    pub(crate) fn now_at(&self, elapsed: SignedDuration) -> Timestamp {
        let base = match self.mode {
            ClockMode::Real => self.wall_at(elapsed),
            ClockMode::Manual => self.started_wall,
        };
        let offset = self.start_offset_nanos.saturating_add(self.advanced_nanos.load(Ordering::Acquire));
        base.saturating_add(SignedDuration::from_nanos(offset)).unwrap_or(Timestamp::MAX)
    }

    /// Real time. It is monotonic within a run: a step of the machine's clock does not show.
    pub fn wall(&self) -> Timestamp {
        self.wall_at(self.elapsed())
    }

    /// Real time so long after the world was made.
    pub(crate) fn wall_at(&self, elapsed: SignedDuration) -> Timestamp {
        self.started_wall.saturating_add(elapsed).unwrap_or(Timestamp::MAX)
    }

    /// Real time since the world was made.
    pub fn elapsed(&self) -> SignedDuration {
        SignedDuration::try_from(self.started.elapsed()).unwrap_or(SignedDuration::MAX)
    }

    /// How long the thread that asks has computed so far, by the operating system's count: what it waited for, and what others computed in
    /// its place, is not in it. Where the system does not count that, it is the real time since the world was made.
    pub fn worked(&self) -> SignedDuration {
        #[cfg(unix)]
        {
            let time = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
            SignedDuration::new(time.tv_sec, i32::try_from(time.tv_nsec).unwrap_or_default())
        }
        #[cfg(not(unix))]
        self.elapsed()
    }

    /// How far the world's time was moved so far.
    pub fn advanced(&self) -> SignedDuration {
        SignedDuration::from_nanos(self.advanced_nanos.load(Ordering::Acquire))
    }

    /// Moves the world's time to `target`, never backwards.
    pub(crate) fn move_to(&self, target: Timestamp) {
        let gap = clamp_nanos(target.duration_since(self.now()));
        if gap > 0 {
            self.advanced_nanos.fetch_add(gap, Ordering::AcqRel);
        }
    }

    pub(crate) fn set_advanced(&self, advanced: SignedDuration) {
        self.advanced_nanos.store(clamp_nanos(advanced), Ordering::Release);
    }
}

/// A signed duration as nanoseconds; about 292 years either way is more than any run needs.
fn clamp_nanos(duration: SignedDuration) -> i64 {
    i64::try_from(duration.as_nanos()).unwrap_or(if duration.is_negative() { i64::MIN / 4 } else { i64::MAX / 4 })
}
