//! The rows of one table: found by id at once, read in the order of their ids.

use std::sync::Arc;

use foldhash::fast::RandomState;
use indexmap::IndexMap;
use indexmap::map::Entry;

use super::row::Row;
use super::sorted::Sorted;

/// The rows of one table, by primary id as a number.
#[derive(Debug, Clone, Default)]
pub(super) struct Rows {
    by_id: IndexMap<u128, Arc<Row>, RandomState>,
    order: Sorted,
}

impl Rows {
    pub(super) fn get(&self, id: u128) -> Option<&Arc<Row>> {
        self.by_id.get(&id)
    }

    pub(super) fn get_mut(&mut self, id: u128) -> Option<&mut Arc<Row>> {
        self.by_id.get_mut(&id)
    }

    pub(super) fn len(&self) -> usize {
        self.by_id.len()
    }

    /// Adds a row, unless there is one of its id; whether it was added.
    pub(super) fn add(&mut self, id: u128, row: &Arc<Row>) -> bool {
        let Entry::Vacant(place) = self.by_id.entry(id) else { return false };
        place.insert(Arc::clone(row));
        self.order.add(id);
        true
    }

    /// Puts a row in its place; answers what stood there.
    pub(super) fn insert(&mut self, id: u128, row: Arc<Row>) -> Option<Arc<Row>> {
        let before = self.by_id.insert(id, row);
        if before.is_none() {
            self.order.add(id);
        }
        before
    }

    /// Takes a row out.
    pub(super) fn remove(&mut self, id: u128) -> Option<Arc<Row>> {
        let row = self.by_id.swap_remove(&id)?;
        self.order.remove(id);
        Some(row)
    }

    /// All rows, in the order of their ids.
    pub(super) fn values(&self) -> impl Iterator<Item = &Arc<Row>> {
        self.after(None)
    }

    /// The rows behind an id, in the order of their ids; all of them behind none.
    pub(super) fn after(&self, last: Option<u128>) -> impl Iterator<Item = &Arc<Row>> {
        self.order.after(last).filter_map(|id| self.by_id.get(&id))
    }
}
