//! The world: the one thing handed to every fake. Clock, ids, scheduler, journal, faults, switches and secrets live here and nowhere else.

use std::any::Any;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Weak};
use std::time::Duration;

use arc_swap::ArcSwap;
use jiff::{SignedDuration, Timestamp};
use parking_lot::Mutex;
use serde::{Deserialize, Serialize};
use url::Url;

use crate::clock::{Clock, ClockMode};
use crate::faults::Faults;
use crate::ids::{Drawn, Ids};
use crate::journal::Journal;
use crate::outbound::Outbound;
use crate::redact::Secrets;
use crate::scheduler::{Agenda, Scheduler};
use crate::switches::Switches;

/// The journal's bound unless told otherwise: 64 MiB, about 25,000 exchanges. A process that serves for days stays that small, and
/// memory that is used again costs less than memory that is new.
const JOURNAL_BYTES: usize = 64 * 1024 * 1024;

/// State of a fake that takes part in snapshot, restore and reset.
pub trait Stateful: Send + Sync {
    /// The fake's name.
    fn name(&self) -> &'static str;
    /// A copy of the state.
    fn snapshot(&self) -> Arc<dyn Any + Send + Sync>;
    /// Goes back to a copy that [`Stateful::snapshot`] of the same fake made; anything else changes nothing.
    fn restore(&self, snapshot: &(dyn Any + Send + Sync));
    /// Goes back to the state after the start.
    fn reset(&self);
}

/// Where the faces of a world can be reached. It is read all the time and hardly ever changes: readers share no lock.
#[derive(Debug, Default)]
pub struct Places {
    urls: ArcSwap<BTreeMap<&'static str, Place>>,
}

#[derive(Clone, Debug)]
struct Place {
    url: Url,
    base: Arc<str>,
}

impl Places {
    /// Says where a face listens.
    pub fn set(&self, name: &'static str, url: Url) {
        let place = Place { base: url.as_str().trim_end_matches('/').into(), url };
        self.urls.rcu(|urls| {
            let mut urls = BTreeMap::clone(urls);
            urls.insert(name, place.clone());
            urls
        });
    }

    /// Where a face listens, once it does.
    pub fn url(&self, name: &str) -> Option<Url> {
        self.urls.load().get(name).map(|place| place.url.clone())
    }

    /// The same as text without a trailing slash, for building URLs by hand.
    pub fn base(&self, name: &str) -> Option<Arc<str>> {
        self.urls.load().get(name).map(|place| Arc::clone(&place.base))
    }

    /// Every face that listens.
    pub fn all(&self) -> BTreeMap<&'static str, Url> {
        self.urls.load().iter().map(|(name, place)| (*name, place.url.clone())).collect()
    }
}

/// How a world is made.
#[derive(Clone, Debug)]
pub struct WorldBuilder {
    seed: u64,
    mode: ClockMode,
    start_at: Option<Timestamp>,
    journal_bytes: usize,
}

/// What an advance of the clock did.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Advanced {
    /// The world's time afterwards.
    pub now: Timestamp,
    /// How many pieces of work fell due on the way.
    pub fired: usize,
}

/// A world. Clones are handles to the same one.
#[derive(Clone)]
pub struct World(Arc<Inner>);

struct Inner {
    clock: Arc<Clock>,
    ids: Ids,
    scheduler: Scheduler,
    journal: Arc<Journal>,
    faults: Faults,
    switches: Switches,
    secrets: Secrets,
    places: Places,
    outbound: Outbound,
    states: Mutex<Vec<Arc<dyn Stateful>>>,
    snapshots: Mutex<Vec<Arc<Snapshot>>>,
    /// Held while the clock is advanced, and by the driver while it takes work: work fires in one order.
    advancing: tokio::sync::Mutex<()>,
    driven: AtomicBool,
    guard: AtomicBool,
    warming: Mutex<Vec<Box<dyn Fn() + Send + Sync>>>,
}

struct Snapshot {
    advanced: SignedDuration,
    ids: Drawn,
    agenda: Agenda,
    states: Vec<(&'static str, Arc<dyn Any + Send + Sync>)>,
}

impl WorldBuilder {
    /// The seed of every id and of all chance.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// Whether time follows real time or stands still.
    #[must_use]
    pub fn clock(mut self, mode: ClockMode) -> Self {
        self.mode = mode;
        self
    }

    /// The world's time at the start; real time unless set.
    #[must_use]
    pub fn start_at(mut self, at: Timestamp) -> Self {
        self.start_at = Some(at);
        self
    }

    /// The journal's bound in bytes.
    #[must_use]
    pub fn journal_bytes(mut self, bytes: usize) -> Self {
        self.journal_bytes = bytes;
        self
    }

    /// Makes the world.
    pub fn build(self) -> World {
        let clock = Arc::new(Clock::new(self.mode, self.start_at));
        let journal = Journal::new(Arc::clone(&clock), self.journal_bytes);
        World(Arc::new(Inner {
            ids: Ids::new(self.seed),
            scheduler: Scheduler::new(),
            faults: Faults::default(),
            switches: Switches::default(),
            secrets: Secrets::default(),
            places: Places::default(),
            outbound: Outbound::new(Arc::clone(&journal)),
            states: Mutex::default(),
            snapshots: Mutex::default(),
            advancing: tokio::sync::Mutex::new(()),
            driven: AtomicBool::new(false),
            guard: AtomicBool::new(true),
            warming: Mutex::default(),
            clock,
            journal,
        }))
    }
}

impl World {
    /// A world with seed 1 that follows real time, unless told otherwise.
    pub fn builder() -> WorldBuilder {
        WorldBuilder { seed: 1, mode: ClockMode::Real, start_at: None, journal_bytes: JOURNAL_BYTES }
    }

    /// Time.
    pub fn clock(&self) -> &Clock {
        &self.0.clock
    }

    /// Ids and chance.
    pub fn ids(&self) -> &Ids {
        &self.0.ids
    }

    /// Work that falls due.
    pub fn scheduler(&self) -> &Scheduler {
        &self.0.scheduler
    }

    /// Every exchange.
    pub fn journal(&self) -> &Arc<Journal> {
        &self.0.journal
    }

    /// Fault plans.
    pub fn faults(&self) -> &Faults {
        &self.0.faults
    }

    /// Ambiguity switches.
    pub fn switches(&self) -> &Switches {
        &self.0.switches
    }

    /// Secrets handed out.
    pub fn secrets(&self) -> &Secrets {
        &self.0.secrets
    }

    /// Where the faces listen.
    pub fn places(&self) -> &Places {
        &self.0.places
    }

    /// The way out.
    pub fn outbound(&self) -> &Outbound {
        &self.0.outbound
    }

    /// Whether exchanges are held against their contracts; on unless switched off.
    pub fn guard_is_on(&self) -> bool {
        self.0.guard.load(Ordering::Acquire)
    }

    /// Switches the contract guard.
    pub fn set_guard(&self, on: bool) {
        self.0.guard.store(on, Ordering::Release);
    }

    /// Does what would otherwise be done by the first exchange of each operation: parses contracts, compiles their schemas. It takes
    /// a while and blocks; call it on a thread of its own once everything listens.
    pub fn warm(&self) {
        let warming = std::mem::take(&mut *self.0.warming.lock());
        for warm in warming {
            warm();
        }
    }

    pub(crate) fn to_warm(&self, warm: impl Fn() + Send + Sync + 'static) {
        self.0.warming.lock().push(Box::new(warm));
    }

    /// Takes a fake's state into snapshot, restore and reset.
    pub fn register_state(&self, state: Arc<dyn Stateful>) {
        self.0.states.lock().push(state);
    }

    /// Starts firing due work as the world's time passes; a second call changes nothing. Needs a tokio runtime.
    pub fn start(&self) {
        if !self.0.driven.swap(true, Ordering::AcqRel) {
            tokio::spawn(drive(Arc::downgrade(&self.0)));
        }
    }

    /// Moves the world's time forward by `by` (a negative span counts as none) and fires everything that falls due on the way, in
    /// order, each piece finished before the next begins.
    pub async fn advance(&self, by: SignedDuration) -> Advanced {
        let _one_at_a_time = self.0.advancing.lock().await;
        let start = self.clock().now();
        let target = start.saturating_add(by.max(SignedDuration::ZERO)).unwrap_or(Timestamp::MAX);
        let mut fired = 0;
        while let Some(job) = self.scheduler().take_due(target) {
            self.0.clock.move_to(job.due);
            if let Some(run) = self.scheduler().run(job) {
                run.await;
                fired += 1;
            }
        }
        self.0.clock.move_to(target);
        self.scheduler().changed.notify_one();
        Advanced { now: self.clock().now(), fired }
    }

    /// Remembers the state of every fake, the clock, the ids and the agenda; the number brings it back.
    pub fn snapshot(&self) -> usize {
        let states = self.0.states.lock().iter().map(|state| (state.name(), state.snapshot())).collect();
        let snapshot = Snapshot {
            advanced: self.clock().advanced(),
            ids: self.ids().snapshot(),
            agenda: self.scheduler().snapshot(),
            states,
        };
        let mut snapshots = self.0.snapshots.lock();
        snapshots.push(Arc::new(snapshot));
        snapshots.len()
    }

    /// Goes back to a snapshot; false when there is none of this number. The journal keeps what happened.
    pub fn restore(&self, number: usize) -> bool {
        let snapshot = number.checked_sub(1).and_then(|index| self.0.snapshots.lock().get(index).cloned());
        let Some(snapshot) = snapshot else { return false };
        self.0.clock.set_advanced(snapshot.advanced);
        self.ids().restore(snapshot.ids.clone());
        for state in self.0.states.lock().iter() {
            if let Some((_, copy)) = snapshot.states.iter().find(|(name, _)| *name == state.name()) {
                state.restore(copy.as_ref());
            }
        }
        self.scheduler().restore(snapshot.agenda.clone());
        true
    }

    /// Puts every fake back to its start, empties agenda, faults, switches and journal. Time is not turned back.
    pub fn reset(&self) {
        self.scheduler().restore(Agenda::default());
        self.ids().restore(Drawn::default());
        self.faults().clear();
        self.switches().reset();
        for state in self.0.states.lock().iter() {
            state.reset();
        }
        self.journal().clear();
    }
}

impl fmt::Debug for World {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("World")
            .field("seed", &self.ids().seed())
            .field("now", &self.clock().now())
            .finish_non_exhaustive()
    }
}

/// Fires due work until the world is gone. Pieces due at the same moment run side by side: a webhook endpoint that is slow for one
/// purchase does not hold up another.
async fn drive(world: Weak<Inner>) {
    loop {
        let Some(inner) = world.upgrade() else { return };
        let world_now = World(Arc::clone(&inner));
        {
            let _one_at_a_time = inner.advancing.lock().await;
            while let Some(job) = inner.scheduler.take_due(inner.clock.now()) {
                if let Some(run) = inner.scheduler.run(job) {
                    tokio::spawn(run);
                }
            }
        }
        let next = inner.scheduler.next_due().filter(|_| inner.clock.mode() == ClockMode::Real);
        let pause = next.map_or(LONGEST_PAUSE, |due| {
            Duration::try_from(due.duration_since(world_now.clock().now())).unwrap_or(Duration::ZERO).min(LONGEST_PAUSE)
        });
        // Time out or be told of new work; both lead to another look.
        // Whoever waits holds nothing, so that a world which nobody has any more ends at once.
        let changed = Arc::clone(&inner.scheduler.changed);
        drop((inner, world_now));
        drop(tokio::time::timeout(pause, changed.notified()).await);
    }
}

/// The driver has nothing to wait for any more.
impl Drop for Inner {
    fn drop(&mut self) {
        self.scheduler.changed.notify_one();
    }
}

/// How long the driver may look away.
const LONGEST_PAUSE: Duration = Duration::from_secs(5);
