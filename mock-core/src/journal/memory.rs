//! What the journal holds: entries in the order they began, bounded in bytes, and which of them are not over.

use std::collections::{BTreeSet, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::entry::Entry;

/// What the journal holds.
#[derive(Debug, Default)]
pub(super) struct Memory {
    pub(super) first_seq: u64,
    pub(super) entries: VecDeque<Arc<Entry>>,
    /// When each entry last changed, in real time since the world began; parallel to `entries`.
    pub(super) touched: VecDeque<Duration>,
    pub(super) bytes: usize,
    pub(super) dropped: u64,
    /// Numbers of exchanges that are not over, the control API's own left out.
    pub(super) open: BTreeSet<u64>,
}

/// How full the journal is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Summary {
    /// Entries held now.
    pub held: usize,
    /// Entries dropped because memory is bounded, oldest first.
    pub dropped: u64,
    /// Bytes held now.
    pub bytes: usize,
    /// The bound in bytes.
    pub most_bytes: usize,
    /// The number of the newest entry; 0 when there is none.
    pub last_seq: u64,
}

impl Memory {
    /// Where the entry with this number stands, or will; `None` when it was let go.
    pub(super) fn index_of(&self, seq: u64) -> Option<usize> {
        seq.checked_sub(self.first_seq).and_then(|index| usize::try_from(index).ok())
    }

    pub(super) fn summary(&self, most_bytes: usize) -> Summary {
        Summary {
            held: self.entries.len(),
            dropped: self.dropped,
            bytes: self.bytes,
            most_bytes,
            last_seq: self.first_seq + self.entries.len() as u64 - 1,
        }
    }

    /// Lets the oldest go until the rest fits.
    pub(super) fn shrink_to(&mut self, most_bytes: usize) -> Vec<Arc<Entry>> {
        let mut old = Vec::new();
        while self.bytes > most_bytes && self.entries.len() > 1 {
            if let Some(oldest) = self.entries.pop_front() {
                self.touched.pop_front();
                self.bytes = self.bytes.saturating_sub(oldest.weight());
                self.open.remove(&oldest.seq);
                self.first_seq += 1;
                self.dropped += 1;
                old.push(oldest);
            }
        }
        old
    }
}
