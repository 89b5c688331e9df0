//! Many ids: added in any order, read in their own. An id costs an append and a share of a sort, and is never looked for.

use std::cmp::Ordering;
use std::collections::BTreeSet;

/// How many ids are appended before they are sorted into a run.
const FRESH: usize = 512;

/// A set of ids, as numbers, which compare faster; their order is that of the ids. Whoever keeps it adds only ids that are not in it and
/// removes only ids that are.
#[derive(Debug, Clone, Default)]
pub(super) struct Sorted {
    /// Each in order, and at least twice as long as the next.
    runs: Vec<Vec<u128>>,
    /// Those that came last, in the order of coming.
    fresh: Vec<u128>,
    /// Those that still stand above and are no longer in the set.
    gone: BTreeSet<u128>,
    len: usize,
}

impl Sorted {
    pub(super) fn len(&self) -> usize {
        self.len
    }

    /// Adds an id that is not in the set.
    pub(super) fn add(&mut self, id: u128) {
        self.len += 1;
        if !self.gone.is_empty() && self.gone.remove(&id) {
            return;
        }
        self.fresh.push(id);
        if self.fresh.len() >= FRESH {
            self.settle();
        }
    }

    /// Takes out an id that is in the set.
    pub(super) fn remove(&mut self, id: u128) {
        self.len = self.len.saturating_sub(1);
        // What is taken back was mostly added just now.
        if self.fresh.last() == Some(&id) {
            self.fresh.pop();
            return;
        }
        self.gone.insert(id);
        if self.gone.len() > self.len {
            let kept = self.after(None).collect();
            self.runs = vec![kept];
            self.fresh.clear();
            self.gone.clear();
        }
    }

    /// Makes a run of the fresh ids, and one of all runs that are no longer than it.
    fn settle(&mut self) {
        let mut run = std::mem::take(&mut self.fresh);
        run.sort_unstable();
        while let Some(last) = self.runs.pop_if(|last| last.len() < 2 * run.len()) {
            run = self.merged(&last, &run);
        }
        self.runs.push(run);
    }

    /// Two runs as one, without what is gone.
    fn merged(&mut self, left: &[u128], right: &[u128]) -> Vec<u128> {
        let mut run = Vec::with_capacity(left.len() + right.len());
        let (mut left, mut right) = (left.iter().peekable(), right.iter().peekable());
        while let Some(id) = match (left.peek(), right.peek()) {
            (Some(first), Some(second)) if first.cmp(second) == Ordering::Greater => right.next(),
            (Some(_), _) => left.next(),
            (None, _) => right.next(),
        } {
            if self.gone.is_empty() || !self.gone.remove(id) {
                run.push(*id);
            }
        }
        run
    }

    /// The ids behind one, in their order; all of them behind none.
    pub(super) fn after(&self, last: Option<u128>) -> impl Iterator<Item = u128> {
        let behind = move |id: &u128| last.is_none_or(|last| *id > last);
        let rest = |run: &'_ Vec<u128>| run.partition_point(|id| !behind(id));
        let mut runs: Vec<&[u128]> = self.runs.iter().filter_map(|run| run.get(rest(run)..)).collect();
        let mut fresh: Vec<u128> = self.fresh.iter().copied().filter(behind).collect();
        // The least last, where it is taken from.
        fresh.sort_unstable_by(|left, right| right.cmp(left));
        std::iter::from_fn(move || {
            let run = runs.iter_mut().min_by_key(|run| (run.is_empty(), run.first().copied()));
            let first = run.as_ref().and_then(|run| run.first().copied());
            match (first, fresh.last().copied()) {
                (Some(first), least) if least.is_none_or(|least| first < least) => {
                    if let Some(run) = run
                        && let Some((_, rest)) = run.split_first()
                    {
                        *run = rest;
                    }
                    Some(first)
                }
                _ => fresh.pop(),
            }
        })
        .filter(move |id| self.gone.is_empty() || !self.gone.contains(id))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::{FRESH, Sorted};

    fn same(ids: &Sorted, model: &BTreeSet<u128>, behind: u128) -> Result<(), TestCaseError> {
        prop_assert_eq!(ids.len(), model.len());
        prop_assert_eq!(ids.after(None).collect::<Vec<_>>(), model.iter().copied().collect::<Vec<_>>());
        let rest: Vec<_> = model.range(behind + 1..).copied().collect();
        prop_assert_eq!(ids.after(Some(behind)).collect::<Vec<_>>(), rest);
        Ok(())
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        /// However ids come and go, they are a set in order.
        #[test]
        fn ids_are_a_set_in_order(
            rounds in prop::collection::vec((0..3 * FRESH, 0..2 * FRESH, any::<u64>()), 1..5),
            behind in 0_u128..2_000,
        ) {
            let (mut ids, mut model) = (Sorted::default(), BTreeSet::new());
            for (adds, removes, seed) in rounds {
                // A walk over a few thousand numbers that meets each once, so that many are added again after they were removed.
                let step = |n: usize| (u128::from(seed) + 1_237 * n as u128) % 4_096;
                for id in (0..adds).map(step) {
                    if model.insert(id) {
                        ids.add(id);
                    }
                }
                for id in (0..removes).map(step) {
                    if model.remove(&id) {
                        ids.remove(id);
                    }
                }
                same(&ids, &model, behind)?;
            }
        }
    }

    #[test]
    fn what_is_taken_back_at_once_leaves_nothing() {
        let mut ids = Sorted::default();
        ids.add(7);
        ids.remove(7);
        assert_eq!((ids.len(), ids.after(None).count(), ids.fresh.len(), ids.gone.len()), (0, 0, 0, 0));
    }

    #[test]
    fn the_greatest_id_is_an_id() {
        let mut ids = Sorted::default();
        (0..FRESH as u128).map(|n| u128::MAX - n).for_each(|id| ids.add(id));
        ids.add(3);
        assert_eq!(ids.after(None).last(), Some(u128::MAX));
        assert_eq!(ids.after(None).count(), FRESH + 1);
    }
}
