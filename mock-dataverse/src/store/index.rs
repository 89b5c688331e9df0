//! Finds rows by the value of a lookup or text column without a scan.

use std::collections::BTreeSet;
use std::ops::Bound;

use uuid::Uuid;

use super::row::Row;
use super::value::Value;

/// What an index orders by: ids as they are, text without case.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Key {
    Id(Uuid),
    Text(Box<str>),
}

impl Key {
    pub(super) fn of(value: &Value) -> Option<Self> {
        match value {
            Value::Guid(id) | Value::Lookup { id, .. } => Some(Self::Id(*id)),
            Value::Text(text) => Some(Self::Text(text.to_lowercase().into_boxed_str())),
            _ => None,
        }
    }
}

/// All indexes of one table: (column, key, row).
#[derive(Debug, Clone, Default)]
pub(super) struct Index(BTreeSet<(usize, Key, Uuid)>);

impl Index {
    /// A row took the place of another one of the same id and table. Only what changed is touched.
    pub(super) fn swap(&mut self, before: Option<&Row>, after: Option<&Row>) {
        let Some(row) = after.or(before) else { return };
        for position in row.table.places.indexed.iter().copied() {
            let from = before.map(|before| before.at(position));
            let to = after.map(|after| after.at(position));
            if from == to {
                continue;
            }
            if let Some(key) = from.and_then(Key::of) {
                self.0.remove(&(position, key, row.id));
            }
            if let Some(key) = to.and_then(Key::of) {
                self.0.insert((position, key, row.id));
            }
        }
    }

    /// Ids of the rows whose column has that key, in id order.
    pub(super) fn find(&self, position: usize, key: Key) -> impl Iterator<Item = Uuid> {
        let from = Bound::Included((position, key.clone(), Uuid::nil()));
        let to = Bound::Included((position, key, Uuid::max()));
        self.0.range((from, to)).map(|(_, _, id)| *id)
    }
}
