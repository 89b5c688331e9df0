//! Finds rows by the value of a lookup or text column without a scan.

use std::collections::BTreeSet;
use std::ops::Bound;

use uuid::Uuid;

use super::row::Row;
use super::value::Value;
use crate::schema::Table;

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
    pub(super) fn add(&mut self, row: &Row) {
        for (position, key) in keys(&row.table, row) {
            self.0.insert((position, key, row.id));
        }
    }

    pub(super) fn remove(&mut self, row: &Row) {
        for (position, key) in keys(&row.table, row) {
            self.0.remove(&(position, key, row.id));
        }
    }

    /// Ids of the rows whose column has that key, in id order.
    pub(super) fn find(&self, position: usize, key: Key) -> impl Iterator<Item = Uuid> {
        let from = Bound::Included((position, key.clone(), Uuid::nil()));
        let to = Bound::Included((position, key, Uuid::max()));
        self.0.range((from, to)).map(|(_, _, id)| *id)
    }
}

fn keys<'a>(table: &'a Table, row: &'a Row) -> impl Iterator<Item = (usize, Key)> {
    table
        .columns()
        .iter()
        .enumerate()
        .filter(|(_, column)| column.indexed)
        .filter_map(|(position, _)| Key::of(row.at(position)).map(|key| (position, key)))
}
