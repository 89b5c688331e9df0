//! The rows that share a value: a set of ids that takes hardly any room while it holds one.

use std::collections::BTreeSet;

use uuid::Uuid;

/// The rows of one key, mostly one. Some keys have thousands: the registrations of an event.
#[derive(Debug, Clone)]
pub(super) enum Ids {
    One(Uuid),
    /// As numbers, which are compared faster; their order is that of the ids.
    Many(BTreeSet<u128>),
}

impl Ids {
    pub(super) fn add(&mut self, id: Uuid) {
        match self {
            Self::One(first) if *first == id => {}
            Self::One(first) => *self = Self::Many(BTreeSet::from([first.as_u128(), id.as_u128()])),
            Self::Many(ids) => drop(ids.insert(id.as_u128())),
        }
    }

    /// Takes an id out; whether none is left.
    pub(super) fn remove(&mut self, id: Uuid) -> bool {
        match self {
            Self::One(only) => *only == id,
            Self::Many(ids) => {
                ids.remove(&id.as_u128());
                ids.is_empty()
            }
        }
    }

    /// In the order of the ids.
    pub(super) fn iter(&self) -> impl Iterator<Item = Uuid> {
        let (one, many) = match self {
            Self::One(id) => (Some(*id), None),
            Self::Many(ids) => (None, Some(ids)),
        };
        one.into_iter().chain(many.into_iter().flatten().copied().map(Uuid::from_u128))
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
