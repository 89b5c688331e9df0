//! Finds rows by the value of a column without a scan.

use foldhash::fast::RandomState;
use indexmap::IndexMap;
use rust_decimal::Decimal;
use uuid::Uuid;

use super::draft::Was;
use super::ids::Ids;
use super::row::Row;
use super::value::Value;

/// What an index finds by: ids as they are, text without case, numbers without regard to their scale.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Key {
    Id(Uuid),
    Text(Box<str>),
    Number(Decimal),
}

impl Key {
    pub(super) fn of(value: &Value) -> Option<Self> {
        match value {
            Value::Guid(id) | Value::Lookup { id, .. } => Some(Self::Id(*id)),
            Value::Text(text) => Some(Self::Text(text.to_lowercase().into_boxed_str())),
            other => other.number().map(|number| Self::Number(number.normalize())),
        }
    }
}

/// All indexes of one table: the rows by column and key. What a write costs does not grow with what is stored.
#[derive(Debug, Clone, Default)]
pub(super) struct Index(IndexMap<(usize, Key), Ids, RandomState>);

impl Index {
    /// A row took the place of another one of the same id and table. Only what changed is touched.
    pub(super) fn swap(&mut self, before: Option<&Row>, after: Option<&Row>) {
        let Some(row) = after.or(before) else { return };
        for position in row.table.places.indexed.iter().copied() {
            let at = |row: &'_ Row| Key::of(row.at(position));
            if before.map(|before| before.at(position)) != after.map(|after| after.at(position)) {
                self.turn(position, row.id, before.and_then(at), after.and_then(at));
            }
        }
    }

    /// A row has other values than these now.
    pub(super) fn change(&mut self, row: &Row, was: &[Was]) {
        for (position, from) in was {
            let to = row.at(*position);
            if from != to && row.table.places.indexed.contains(position) {
                self.turn(*position, row.id, Key::of(from), Key::of(to));
            }
        }
    }

    fn turn(&mut self, position: usize, id: Uuid, from: Option<Key>, to: Option<Key>) {
        if let Some(key) = from {
            self.remove((position, key), id);
        }
        if let Some(key) = to {
            self.0.entry((position, key)).and_modify(|ids| ids.add(id)).or_insert(Ids::One(id));
        }
    }

    fn remove(&mut self, key: (usize, Key), id: Uuid) {
        if self.0.get_mut(&key).is_some_and(|ids| ids.remove(id)) {
            self.0.swap_remove(&key);
        }
    }

    /// Ids of the rows whose column has that key, in id order.
    pub(super) fn find(&self, position: usize, key: Key) -> impl Iterator<Item = Uuid> {
        self.0.get(&(position, key)).into_iter().flat_map(Ids::iter)
    }
}
