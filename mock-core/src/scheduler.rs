//! Work that falls due at a time of the world: ordered by (due time, sequence), fired by the clock's driver or by an advance.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use futures_util::future::BoxFuture;
use jiff::Timestamp;
use parking_lot::{Mutex, RwLock};
use serde::Serialize;
use tokio::sync::Notify;

/// Names one piece of scheduled work.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct JobId(u64);

/// One piece of scheduled work. It is data, not code, so that it can be listed, snapshotted and restored; the code is the handler that
/// was registered for its kind.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Job {
    /// Its name, for cancelling.
    pub id: JobId,
    /// When it falls due, in the world's time.
    pub due: Timestamp,
    /// Which handler takes it, such as `stripe.delivery`.
    pub kind: &'static str,
    /// What it is about, such as the id of a delivery.
    pub subject: String,
}

type Handler = Arc<dyn Fn(Job) -> BoxFuture<'static, ()> + Send + Sync>;

/// The agenda of a world.
pub struct Scheduler {
    agenda: Mutex<Agenda>,
    handlers: RwLock<BTreeMap<&'static str, Handler>>,
    pub(crate) changed: Arc<Notify>,
}

#[derive(Clone, Default)]
pub(crate) struct Agenda {
    next: u64,
    jobs: BTreeMap<(Timestamp, JobId), Job>,
    /// When each job falls due, so that it is found by its name alone.
    due: BTreeMap<JobId, Timestamp>,
}

impl Scheduler {
    pub(crate) fn new() -> Self {
        Self { agenda: Mutex::default(), handlers: RwLock::default(), changed: Arc::default() }
    }

    /// Puts work on the agenda. Work that is already due runs at once, on the driver's next turn.
    pub fn at(&self, due: Timestamp, kind: &'static str, subject: impl Into<String>) -> JobId {
        let (id, soonest) = {
            let mut agenda = self.agenda.lock();
            agenda.next += 1;
            let id = JobId(agenda.next);
            agenda.jobs.insert((due, id), Job { id, due, kind, subject: subject.into() });
            agenda.due.insert(id, due);
            (id, agenda.jobs.keys().next() == Some(&(due, id)))
        };
        // The driver sleeps until the soonest work is due; what comes after that need not wake it.
        if soonest {
            self.changed.notify_one();
        }
        id
    }

    /// Takes work off the agenda; false when it has run or was cancelled before.
    pub fn cancel(&self, id: JobId) -> bool {
        let mut agenda = self.agenda.lock();
        let due = agenda.due.remove(&id);
        due.is_some_and(|due| agenda.jobs.remove(&(due, id)).is_some())
    }

    /// Says what runs when work of this kind falls due. Registering a kind again replaces the handler.
    pub fn on(&self, kind: &'static str, handler: impl Fn(Job) -> BoxFuture<'static, ()> + Send + Sync + 'static) {
        self.handlers.write().insert(kind, Arc::new(handler));
    }

    /// All work that has not run yet, soonest first.
    pub fn pending(&self) -> Vec<Job> {
        self.agenda.lock().jobs.values().cloned().collect()
    }

    /// When the next work falls due.
    pub fn next_due(&self) -> Option<Timestamp> {
        self.agenda.lock().jobs.keys().next().map(|(due, _)| *due)
    }

    /// Takes the soonest work that is due by `limit`.
    pub(crate) fn take_due(&self, limit: Timestamp) -> Option<Job> {
        let mut agenda = self.agenda.lock();
        let entry = agenda.jobs.first_entry().filter(|entry| entry.key().0 <= limit)?;
        let job = entry.remove();
        agenda.due.remove(&job.id);
        Some(job)
    }

    /// The running of one job; `None` when nobody registered for its kind.
    pub(crate) fn run(&self, job: Job) -> Option<BoxFuture<'static, ()>> {
        let handler = self.handlers.read().get(job.kind).cloned()?;
        Some(handler(job))
    }

    pub(crate) fn snapshot(&self) -> Agenda {
        self.agenda.lock().clone()
    }

    pub(crate) fn restore(&self, agenda: Agenda) {
        *self.agenda.lock() = agenda;
        self.changed.notify_one();
    }
}

impl fmt::Debug for Scheduler {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Scheduler").field("pending", &self.pending()).finish_non_exhaustive()
    }
}
