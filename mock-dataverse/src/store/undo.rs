//! What a write replaced, and how it is put back.

use std::sync::Arc;

use uuid::Uuid;

use super::data::{Data, TableData};
use super::draft::{Was, restore};
use super::row::Row;
use crate::schema::TableId;

/// What a write replaced.
pub(super) struct Undo {
    pub(super) table: TableId,
    pub(super) id: Uuid,
    pub(super) before: Before,
    /// How many writes of the row were kept then.
    pub(super) history: usize,
}

/// What a write found in its place.
pub(super) enum Before {
    /// Another row, or none.
    Row(Option<Arc<Row>>),
    /// The same row with other values, and its version then.
    Values(Vec<Was>, i64),
}

impl Undo {
    /// Puts back what stood there.
    pub(super) fn take_back(self, data: &mut Data) {
        let Some(slot) = data.tables.get_mut(self.table.index()) else {
            return;
        };
        let before = match self.before {
            Before::Row(row) => row,
            Before::Values(was, version) => slot.rows.get(self.id.as_u128()).map(|row| {
                let mut row = Row { version, ..Row::clone(row) };
                restore(&mut row.values, was);
                Arc::new(row)
            }),
        };
        drop(replace(slot, self.id, before));
        if let Some(changes) = slot.history.get_mut(&self.id) {
            changes.truncate(self.history);
            if changes.is_empty() {
                slot.history.swap_remove(&self.id);
            }
        }
    }
}

/// Puts a row (or none) in its place; answers what stood there.
pub(super) fn replace(slot: &mut TableData, id: Uuid, after: Option<Arc<Row>>) -> Option<Arc<Row>> {
    let now = after.clone();
    let before = match after {
        Some(row) => slot.rows.insert(id.as_u128(), row),
        None => slot.rows.remove(id.as_u128()),
    };
    slot.index.swap(before.as_deref(), now.as_deref());
    slot.orders.swap(before.as_deref(), now.as_deref());
    before
}
