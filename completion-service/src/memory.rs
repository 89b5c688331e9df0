//! What one process remembers to be kind to others: who is at work on a purchase, which link it was given, which payment
//! completed it. Nothing here is needed to be right; Stripe and Dataverse hold the truth, and a restart may forget it all.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use parking_lot::Mutex;
use tokio::sync::OwnedMutexGuard;
use uuid::Uuid;

/// Entries kept before the oldest is dropped.
const MOST: usize = 10_000;

/// Lets one piece of work at a time touch a purchase. Holds an entry only while someone works or waits.
#[derive(Debug, Default)]
pub(crate) struct Turns(Mutex<BTreeMap<Uuid, Arc<tokio::sync::Mutex<()>>>>);

/// The right to work on one purchase, until dropped.
#[derive(Debug)]
pub(crate) struct Turn {
    turns: Arc<Turns>,
    purchase: Uuid,
    held: Option<OwnedMutexGuard<()>>,
}

impl Turns {
    /// Waits for the turn of `purchase`.
    pub(crate) async fn take(self: &Arc<Self>, purchase: Uuid) -> Turn {
        let lock = Arc::clone(self.0.lock().entry(purchase).or_default());
        let mut turn = Turn { turns: Arc::clone(self), purchase, held: None };
        turn.held = Some(lock.lock_owned().await);
        turn
    }

    #[cfg(test)]
    fn len(&self) -> usize {
        self.0.lock().len()
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        drop(self.held.take());
        let mut locks = self.turns.0.lock();
        // New holders clone under this lock: a count of one means that nobody works or waits.
        if locks.get(&self.purchase).is_some_and(|lock| Arc::strong_count(lock) == 1) {
            locks.remove(&self.purchase);
        }
    }
}

/// The latest fact per key, bounded in number.
#[derive(Debug)]
pub(crate) struct Recent<K, T>(Mutex<Entries<K, T>>);

#[derive(Debug)]
struct Entries<K, T> {
    facts: BTreeMap<K, T>,
    oldest_first: VecDeque<K>,
}

impl<K, T> Default for Recent<K, T> {
    fn default() -> Self {
        Self(Mutex::new(Entries { facts: BTreeMap::new(), oldest_first: VecDeque::new() }))
    }
}

impl<K: Ord + Clone, T: Clone> Recent<K, T> {
    pub(crate) fn get(&self, key: &K) -> Option<T> {
        self.0.lock().facts.get(key).cloned()
    }

    pub(crate) fn put(&self, key: K, fact: T) {
        let mut entries = self.0.lock();
        if entries.facts.insert(key.clone(), fact).is_some() {
            return;
        }
        entries.oldest_first.push_back(key);
        if entries.oldest_first.len() > MOST
            && let Some(oldest) = entries.oldest_first.pop_front()
        {
            entries.facts.remove(&oldest);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_is_forgotten_first() {
        let recent = Recent::default();
        for number in 0..=MOST {
            recent.put(number, number);
            recent.put(number, number);
        }
        assert_eq!(recent.get(&0), None);
        assert_eq!(recent.get(&1), Some(1));
        assert_eq!(recent.get(&MOST), Some(MOST));
    }

    #[tokio::test]
    async fn turns_are_taken_one_by_one_and_leave_nothing() {
        let turns = Arc::new(Turns::default());
        let first = turns.take(Uuid::from_u128(1)).await;
        let other = turns.take(Uuid::from_u128(2)).await;
        let waiting = tokio::spawn({
            let turns = Arc::clone(&turns);
            async move { drop(turns.take(Uuid::from_u128(1)).await) }
        });
        tokio::task::yield_now().await;
        assert!(!waiting.is_finished());
        drop(first);
        waiting.await.expect("the turn comes");
        drop(other);
        assert_eq!(turns.len(), 0);
    }

    #[tokio::test]
    async fn who_gives_up_waiting_leaves_nothing() {
        let turns = Arc::new(Turns::default());
        let first = turns.take(Uuid::from_u128(1)).await;
        let waiting = tokio::spawn({
            let turns = Arc::clone(&turns);
            async move { drop(turns.take(Uuid::from_u128(1)).await) }
        });
        tokio::task::yield_now().await;
        waiting.abort();
        assert!(waiting.await.is_err());
        drop(first);
        assert_eq!(turns.len(), 0);
    }
}
