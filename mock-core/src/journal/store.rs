//! The journal itself: exchanges begin and end in it, and whoever waits for a change is told.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use parking_lot::Mutex;
use tokio::sync::{broadcast, watch};
use uuid::Uuid;

use super::entry::{Answer, CONTROL, Entry};
use super::memory::{Memory, Summary};
use super::query::Filter;
use crate::clock::Clock;
use crate::patience;

/// How many finished entries a live listener may lag behind before it is told to read again.
const LIVE_BACKLOG: usize = 1024;

/// Every exchange of a world.
#[derive(Debug)]
pub struct Journal {
    clock: Arc<Clock>,
    memory: Mutex<Memory>,
    changes: watch::Sender<u64>,
    live: broadcast::Sender<Arc<Entry>>,
    most_bytes: usize,
}

/// What somebody who looked at the journal saw, all at one moment.
#[derive(Clone, Debug)]
pub struct Look {
    /// Entries, oldest first.
    pub entries: Vec<Arc<Entry>>,
    /// How full the journal was.
    pub summary: Summary,
    /// Numbers of exchanges that were not over, whomever they are about; the control API's own left out.
    pub open: Vec<u64>,
}

/// An exchange that has begun and is not over.
#[derive(Debug)]
pub struct Open {
    /// The entry so far, without an answer.
    pub entry: Entry,
    began: Duration,
    journal: Arc<Journal>,
    over: bool,
}

impl Journal {
    pub(crate) fn new(clock: Arc<Clock>, most_bytes: usize) -> Arc<Self> {
        Arc::new(Self {
            clock,
            memory: Mutex::new(Memory { first_seq: 1, ..Memory::default() }),
            changes: watch::Sender::new(0),
            live: broadcast::Sender::new(LIVE_BACKLOG),
            most_bytes,
        })
    }

    /// Records that an exchange begins. `entry.seq` and its times are set here.
    pub fn begin(self: &Arc<Self>, mut entry: Entry) -> Open {
        let elapsed = self.clock.elapsed();
        entry.at = self.clock.now_at(elapsed);
        entry.wall = self.clock.wall_at(elapsed);
        let began = Duration::try_from(elapsed).unwrap_or_default();
        // Copied and weighed while nobody waits for the memory.
        let mut kept = Arc::new(entry.clone());
        let weight = entry.weight();
        let counts = entry.fake != CONTROL;
        let old = {
            let mut memory = patience::lock(&self.memory);
            entry.seq = memory.first_seq + memory.entries.len() as u64;
            if counts {
                memory.open.insert(entry.seq);
                memory.touched.push_back((began, entry.seq));
            }
            if let Some(kept) = Arc::get_mut(&mut kept) {
                kept.seq = entry.seq;
            }
            memory.bytes += weight;
            memory.entries.push_back(kept);
            memory.shrink_to(self.most_bytes)
        };
        drop(old);
        self.tell();
        Open { entry, began, journal: Arc::clone(self), over: false }
    }

    /// The entries that `filter` lets through, oldest first.
    pub fn find(&self, filter: &Filter) -> Vec<Arc<Entry>> {
        self.look(filter).entries
    }

    /// The entries that `filter` lets through, and what somebody needs who wants to ask later for no more than what has changed: the newest
    /// number ([`Filter::after`]), and what was open ([`Filter::again`]).
    pub fn look(&self, filter: &Filter) -> Look {
        let mut look = {
            let memory = patience::lock(&self.memory);
            let skip = memory.index_of(filter.after.unwrap_or(0).saturating_add(1)).unwrap_or(0);
            let again = filter.again.iter().flat_map(|numbers| &numbers.0);
            let again = again.filter_map(|seq| memory.index_of(*seq)).filter(|index| *index < skip);
            let again: BTreeSet<usize> = again.collect();
            let entries = again.into_iter().filter_map(|index| memory.entries.get(index));
            Look {
                entries: entries.chain(memory.entries.iter().skip(skip)).cloned().collect(),
                summary: memory.summary(self.most_bytes),
                open: memory.open.iter().copied().collect(),
            }
        };
        look.entries = filter.apply(look.entries);
        look
    }

    /// One entry by its number, unless it was dropped.
    pub fn get(&self, seq: u64) -> Option<Arc<Entry>> {
        let memory = patience::lock(&self.memory);
        memory.entries.get(memory.index_of(seq)?).cloned()
    }

    /// How full it is.
    pub fn summary(&self) -> Summary {
        patience::lock(&self.memory).summary(self.most_bytes)
    }

    /// Forgets everything; numbers go on.
    pub fn clear(&self) {
        let mut memory = patience::lock(&self.memory);
        memory.first_seq += memory.entries.len() as u64;
        memory.entries.clear();
        memory.touched.clear();
        memory.open.clear();
        memory.bytes = 0;
    }

    /// Finished entries as they come.
    pub fn follow(&self) -> broadcast::Receiver<Arc<Entry>> {
        self.live.subscribe()
    }

    /// A signal that changes whenever an exchange begins or ends.
    pub fn changes(&self) -> watch::Receiver<u64> {
        self.changes.subscribe()
    }

    /// Waits until no exchange about `subjects` is open and none has begun or ended for `settle`; all exchanges count when `subjects`
    /// is empty. The control API's own exchanges never count. False when `limit` passed first.
    pub async fn quiet(&self, subjects: &[Uuid], settle: Duration, limit: Duration) -> bool {
        let subjects: BTreeSet<Uuid> = subjects.iter().copied().collect();
        let mut changes = self.changes();
        let began = self.elapsed();
        loop {
            changes.mark_unchanged();
            let now = self.elapsed();
            let remaining = match patience::lock(&self.memory).silence(&subjects, now, settle) {
                Some(silent) if silent >= settle => return true,
                // The settle time counts from the asking too: what the caller just caused may not have arrived yet.
                Some(silent) => settle.saturating_sub(silent.min(now.saturating_sub(began))),
                None => limit,
            };
            let left = limit.saturating_sub(now.saturating_sub(began));
            if left.is_zero() {
                return false;
            }
            let wait = remaining.min(left).max(Duration::from_millis(1));
            // Whichever comes first; both lead to another look.
            drop(tokio::time::timeout(wait, changes.changed()).await);
        }
    }

    fn elapsed(&self) -> Duration {
        Duration::try_from(self.clock.elapsed()).unwrap_or_default()
    }

    /// Wakes whoever waits for a change; mostly nobody does. Who comes later looks at the entries first.
    fn tell(&self) {
        if self.changes.receiver_count() > 0 {
            self.changes.send_modify(|change| *change += 1);
        }
    }

    /// Keeps how an exchange ended, so long after the world was made.
    fn end(&self, entry: Entry, touched: Duration) {
        let entry = Arc::new(entry);
        let weight = entry.weight();
        // What is let go is taken apart while nobody waits for the memory.
        let mut old = Vec::new();
        {
            let mut memory = patience::lock(&self.memory);
            memory.open.remove(&entry.seq);
            if let Some(index) = memory.index_of(entry.seq)
                && index < memory.entries.len()
            {
                memory.bytes = memory.bytes.saturating_sub(memory.entries[index].weight()) + weight;
                if entry.fake != CONTROL {
                    memory.touched.push_back((touched, entry.seq));
                }
                let before = std::mem::replace(&mut memory.entries[index], Arc::clone(&entry));
                old = memory.shrink_to(self.most_bytes);
                old.push(before);
            }
        }
        drop(old);
        self.tell();
        // Nobody listening is fine.
        drop(self.live.send(entry));
    }
}

impl Open {
    /// Records the answer.
    pub fn answered(mut self, answer: Answer) {
        self.entry.answer = Some(answer);
        self.finish();
    }

    /// Records that there was no answer, and why.
    pub fn failed(mut self, why: impl Into<String>) {
        self.entry.failure = Some(why.into());
        self.finish();
    }

    /// When it began, in the world's time.
    pub fn at(&self) -> Timestamp {
        self.entry.at
    }

    fn finish(&mut self) {
        self.over = true;
        let ended = self.journal.elapsed();
        let took = ended.saturating_sub(self.began);
        self.entry.micros = Some(u64::try_from(took.as_micros()).unwrap_or(u64::MAX));
        let entry = std::mem::replace(&mut self.entry, Entry::empty());
        self.journal.end(entry, ended);
    }
}

impl Drop for Open {
    /// An exchange whose handling was dropped (the client went away) must not stay open for ever: quiescence would never come.
    fn drop(&mut self) {
        if !self.over {
            self.entry.failure = Some("the client went away before the answer".to_owned());
            self.finish();
        }
    }
}
