//! Finds rows by the value of a lookup or text column without a scan.

use std::collections::BTreeSet;

use foldhash::fast::RandomState;
use indexmap::IndexMap;
use uuid::Uuid;

use super::row::Row;
use super::value::Value;

/// What an index finds by: ids as they are, text without case.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
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

/// All indexes of one table: the rows by column and key. What a write costs does not grow with what is stored.
#[derive(Debug, Clone, Default)]
pub(super) struct Index(IndexMap<(usize, Key), Ids, RandomState>);

/// The rows of one key, mostly one. Some keys have thousands: the registrations of an event.
#[derive(Debug, Clone)]
enum Ids {
    One(Uuid),
    /// As numbers, which are compared faster; their order is that of the ids.
    Many(BTreeSet<u128>),
}

impl Ids {
    fn add(&mut self, id: Uuid) {
        match self {
            Self::One(first) if *first == id => {}
            Self::One(first) => *self = Self::Many(BTreeSet::from([first.as_u128(), id.as_u128()])),
            Self::Many(ids) => drop(ids.insert(id.as_u128())),
        }
    }

    /// Takes an id out; whether none is left.
    fn remove(&mut self, id: Uuid) -> bool {
        match self {
            Self::One(only) => *only == id,
            Self::Many(ids) => {
                ids.remove(&id.as_u128());
                ids.is_empty()
            }
        }
    }

    /// In the order of the ids.
    fn iter(&self) -> impl Iterator<Item = Uuid> {
        let (one, many) = match self {
            Self::One(id) => (Some(*id), None),
            Self::Many(ids) => (None, Some(ids)),
        };
        one.into_iter().chain(many.into_iter().flatten().copied().map(Uuid::from_u128))
    }
}

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
                self.remove((position, key), row.id);
            }
            if let Some(key) = to.and_then(Key::of) {
                self.0.entry((position, key)).and_modify(|ids| ids.add(row.id)).or_insert(Ids::One(row.id));
            }
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

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;
    use uuid::Uuid;

    use super::Ids;

    proptest! {
        /// The ids of a key are a set, however they come and go.
        #[test]
        fn ids_are_a_set(steps in prop::collection::vec((any::<bool>(), 0_u128..4), 1..30)) {
            let (mut ids, mut model): (Option<Ids>, BTreeSet<Uuid>) = (None, BTreeSet::new());
            for (adds, id) in steps {
                let id = Uuid::from_u128(id);
                if adds {
                    match &mut ids {
                        Some(ids) => ids.add(id),
                        None => ids = Some(Ids::One(id)),
                    }
                    model.insert(id);
                } else {
                    if ids.as_mut().is_some_and(|ids| ids.remove(id)) {
                        ids = None;
                    }
                    model.remove(&id);
                }
                let held: Vec<Uuid> = ids.iter().flat_map(Ids::iter).collect();
                prop_assert_eq!(held, model.iter().copied().collect::<Vec<_>>());
            }
        }
    }
}
