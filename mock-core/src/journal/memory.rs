//! What the journal holds: entries in the order they began, bounded in bytes, and which of them are not over.

use std::collections::{BTreeSet, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::entry::Entry;

/// What the journal holds.
#[derive(Debug, Default)]
pub(super) struct Memory {
    pub(super) first_seq: u64,
    pub(super) entries: VecDeque<Arc<Entry>>,
    /// When an exchange began or ended, in real time since the world was made, and its number; the control API's own left out.
    pub(super) touched: VecDeque<(Duration, u64)>,
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
                self.bytes = self.bytes.saturating_sub(oldest.weight());
                self.open.remove(&oldest.seq);
                self.first_seq += 1;
                self.dropped += 1;
                old.push(oldest);
            }
        }
        while self.touched.front().is_some_and(|(_, seq)| *seq < self.first_seq) {
            self.touched.pop_front();
        }
        old
    }

    /// For how long nothing about `subjects` (nothing at all when they are empty) has happened, or for as long as `enough` at least; `None` while
    /// something is open.
    pub(super) fn silence(&self, subjects: &BTreeSet<Uuid>, now: Duration, enough: Duration) -> Option<Duration> {
        let entry = |seq: &u64| self.index_of(*seq).and_then(|index| self.entries.get(index));
        let about_them =
            |entry: &Arc<Entry>| subjects.is_empty() || entry.subjects.iter().any(|id| subjects.contains(id));
        if self.open.iter().filter_map(entry).any(about_them) {
            return None;
        }
        for (touched, seq) in self.touched.iter().rev() {
            let silent = now.saturating_sub(*touched);
            if silent >= enough || entry(seq).is_some_and(about_them) {
                return Some(silent);
            }
        }
        Some(now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: Uuid = Uuid::from_u128(1);
    const OTHER: Uuid = Uuid::from_u128(2);

    /// What began or ended in the same milliseconds as their numbers: #1 and #3 about one, #2 about the other; #3 is not over.
    fn memory() -> Memory {
        let mut memory = Memory { first_seq: 1, ..Memory::default() };
        for (seq, subject) in [(1, ONE), (2, OTHER), (3, ONE)] {
            memory.entries.push_back(Arc::new(Entry { seq, subjects: vec![subject], ..Entry::empty() }));
            memory.touched.push_back((Duration::from_millis(seq), seq));
        }
        memory.open.insert(3);
        memory
    }

    #[track_caller]
    fn check(memory: &Memory, subjects: &[Uuid], enough: u64, expect: Option<u64>) {
        let subjects = subjects.iter().copied().collect();
        let silent = memory.silence(&subjects, Duration::from_millis(10), Duration::from_millis(enough));
        assert_eq!(silent, expect.map(Duration::from_millis));
    }

    #[test]
    fn silence_is_counted_from_the_last_change_of_what_is_meant() {
        let mut memory = memory();
        check(&memory, &[OTHER], 100, Some(8));
        check(&memory, &[ONE], 100, None);
        check(&memory, &[], 100, None);
        check(&memory, &[Uuid::max()], 100, Some(10));

        memory.open.clear();
        check(&memory, &[ONE], 100, Some(7));
        check(&memory, &[], 100, Some(7));
        // An exchange that began early may end late.
        memory.touched.push_back((Duration::from_millis(9), 1));
        check(&memory, &[ONE], 100, Some(1));
        check(&memory, &[OTHER], 100, Some(8));
    }

    #[test]
    fn nothing_older_than_enough_is_looked_at() {
        let mut memory = memory();
        memory.open.clear();
        check(&memory, &[OTHER], 7, Some(7));
        check(&memory, &[Uuid::max()], 8, Some(8));
    }

    #[test]
    fn what_was_let_go_is_no_change_of_anything() {
        let mut memory = memory();
        memory.open.clear();
        memory.bytes = memory.entries.iter().map(|entry| entry.weight()).sum();
        let last = memory.entries[2].weight();
        assert_eq!(memory.shrink_to(last).len(), 2);
        check(&memory, &[OTHER], 100, Some(10));
        assert_eq!(memory.touched, [(Duration::from_millis(3), 3)]);
    }
}
