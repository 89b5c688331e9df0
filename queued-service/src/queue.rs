//! One lane for each purchase: its events are worked on one at a time, in the order in which they came. A lane wakes with its first event
//! and ends after its last; nothing polls.

use std::collections::{BTreeMap, VecDeque};
use std::io;
use std::sync::{Arc, Weak};
use std::time::Duration;

use parking_lot::Mutex;
use tokio::sync::{Mutex as Turn, OwnedMutexGuard, Semaphore};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use uuid::Uuid;

use crate::app::App;
use crate::store::Job;
use crate::time;
use crate::trouble::Trouble;
use crate::worker;

/// How many events are worked on at once, over all lanes.
const AT_ONCE: usize = 32;

/// The lanes, and the right to touch a purchase.
#[derive(Debug)]
pub(crate) struct Queue {
    lanes: Mutex<BTreeMap<Uuid, VecDeque<Job>>>,
    turns: Mutex<BTreeMap<Uuid, Weak<Turn<()>>>>,
    hands: Semaphore,
    pub(crate) tasks: TaskTracker,
    /// Nothing new is begun any more.
    pub(crate) stop: CancellationToken,
    /// What is going on is left where it stands.
    pub(crate) kill: CancellationToken,
}

impl Default for Queue {
    fn default() -> Self {
        Self {
            lanes: Mutex::default(),
            turns: Mutex::default(),
            hands: Semaphore::new(AT_ONCE),
            tasks: TaskTracker::new(),
            stop: CancellationToken::new(),
            kill: CancellationToken::new(),
        }
    }
}

impl Queue {
    /// Waits for the turn at a purchase: visits and the work on events never overlap there.
    pub(crate) async fn turn(&self, purchase: Uuid) -> OwnedMutexGuard<()> {
        let turn = {
            let mut turns = self.turns.lock();
            if let Some(turn) = turns.get(&purchase).and_then(Weak::upgrade) {
                turn
            } else {
                if turns.len() > 1_000 {
                    turns.retain(|_, turn| turn.strong_count() > 0);
                }
                let turn = Arc::new(Turn::default());
                turns.insert(purchase, Arc::downgrade(&turn));
                turn
            }
        };
        turn.lock_owned().await
    }

    /// The event to work on next; a lane without one is gone.
    fn next(&self, purchase: Uuid) -> Option<Job> {
        let mut lanes = self.lanes.lock();
        let next = lanes.get(&purchase)?.front().cloned();
        if next.is_none() {
            lanes.remove(&purchase);
        }
        next
    }

    /// Takes the first event of a lane out, or puts it back as it is now.
    fn replace(&self, purchase: Uuid, with: Option<Job>) {
        if let Some(lane) = self.lanes.lock().get_mut(&purchase) {
            lane.pop_front();
            lane.extend(with.iter().cloned());
            lane.rotate_right(with.iter().len());
        }
    }
}

/// Writes an event down and wakes its lane. Once this is done, Stripe may be told that it arrived.
pub(crate) async fn take(app: &Arc<App>, job: Job) -> io::Result<()> {
    let kept = {
        let (app, job) = (Arc::clone(app), job.clone());
        tokio::task::spawn_blocking(move || app.store.keep(&job))
    };
    kept.await.map_err(io::Error::other)??;
    put(app, job);
    Ok(())
}

/// Puts an event that is written down into its lane. One that waits there already is not taken twice.
pub(crate) fn put(app: &Arc<App>, job: Job) {
    let purchase = job.purchase;
    let mut lanes = app.queue.lanes.lock();
    let asleep = !lanes.contains_key(&purchase);
    let lane = lanes.entry(purchase).or_default();
    if lane.iter().all(|known| known.event != job.event) {
        lane.push_back(job);
    }
    drop(lanes);
    if asleep {
        app.queue.tasks.spawn(work_off(Arc::clone(app), purchase));
    }
}

/// Works a lane off. Whatever stops it leaves the files of what is not done.
async fn work_off(app: Arc<App>, purchase: Uuid) {
    let queue = &app.queue;
    while let Some(job) = queue.next(purchase) {
        let ready = async {
            tokio::time::sleep(job.due.saturating_sub(time::now())).await;
            // Never closed.
            let hand = queue.hands.acquire().await.ok();
            (hand, queue.turn(purchase).await)
        };
        let held = tokio::select! {
            biased;
            () = queue.stop.cancelled() => return,
            held = ready => held,
        };
        let result = tokio::select! {
            biased;
            () = queue.kill.cancelled() => return,
            result = worker::work(&app, &job) => result,
        };
        drop(held);
        match result {
            Ok(end) => {
                end.log(&job);
                if let Err(error) = app.store.done(&job) {
                    // It will be worked on once more after a restart, and found done.
                    tracing::error!(event = job.event, %error, "the event cannot be removed");
                }
                queue.replace(purchase, None);
            }
            Err(trouble) => queue.replace(purchase, Some(postponed(&app, job, &trouble))),
        }
    }
}

/// The event as it is tried again, on disk too: a restart is no reason to come back sooner than asked.
fn postponed(app: &App, job: Job, trouble: &Trouble) -> Job {
    let tries = job.tries.saturating_add(1);
    let pause = trouble.pause(tries).min(Duration::from_secs(24 * 3_600));
    let job = Job { tries, due: time::now() + pause, ..job };
    let millis = u64::try_from(pause.as_millis()).unwrap_or(u64::MAX);
    tracing::warn!(event = job.event, purchase = %job.purchase, tries, millis, %trouble, "the event waits");
    if let Err(error) = app.store.postpone(&job) {
        tracing::error!(event = job.event, %error, "the wait is not written down");
    }
    job
}
