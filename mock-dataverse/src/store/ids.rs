//! The rows that share a value: a set of ids that takes hardly any room while it holds one.

use uuid::Uuid;

use super::sorted::Sorted;

/// The rows of one key, mostly one. Some keys have thousands: the registrations of an event. Whoever keeps it adds only ids that are not
/// in it and removes only ids that are.
#[derive(Debug, Clone)]
pub(super) enum Ids {
    One(Uuid),
    Many(Box<Sorted>),
}

impl Ids {
    pub(super) fn add(&mut self, id: Uuid) {
        match self {
            Self::One(first) => {
                let mut ids = Sorted::default();
                ids.add(first.as_u128());
                ids.add(id.as_u128());
                *self = Self::Many(Box::new(ids));
            }
            Self::Many(ids) => ids.add(id.as_u128()),
        }
    }

    /// Takes an id out; whether none is left.
    pub(super) fn remove(&mut self, id: Uuid) -> bool {
        match self {
            Self::One(only) => *only == id,
            Self::Many(ids) => {
                ids.remove(id.as_u128());
                ids.len() == 0
            }
        }
    }

    /// In the order of the ids.
    pub(super) fn iter(&self) -> impl Iterator<Item = Uuid> {
        let (one, many) = match self {
            Self::One(id) => (Some(*id), None),
            Self::Many(ids) => (None, Some(ids.after(None))),
        };
        one.into_iter().chain(many.into_iter().flatten().map(Uuid::from_u128))
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
                if adds && model.insert(id) {
                    match &mut ids {
                        Some(ids) => ids.add(id),
                        None => ids = Some(Ids::One(id)),
                    }
                } else if !adds && model.remove(&id) && ids.as_mut().is_some_and(|ids| ids.remove(id)) {
                    ids = None;
                }
                let held: Vec<Uuid> = ids.iter().flat_map(Ids::iter).collect();
                prop_assert_eq!(held, model.iter().copied().collect::<Vec<_>>());
            }
        }
    }
}
