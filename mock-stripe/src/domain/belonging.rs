//! What an object belongs to: the purchase or case whose GUIDs stood in the request that made it.
//!
//! Objects made from others inherit it, so that everything which follows one payment draws its ids from the same scope and is found
//! again under the same GUIDs.

use std::ops::Deref;
use std::sync::{Arc, LazyLock};

use uuid::Uuid;

/// The scope of an object's ids and the GUIDs it is found under. Clones share them: all objects of a payment say the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Belonging(Arc<Shared>);

/// What the clones of a [`Belonging`] share.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Shared {
    /// The first GUID of the request that began it all; empty when there was none.
    pub scope: String,
    /// Every GUID that the object is found under, in the order of their appearance.
    pub subjects: Vec<Uuid>,
}

static NOTHING: LazyLock<Arc<Shared>> = LazyLock::new(Arc::default);

impl Belonging {
    /// Belongs to these.
    pub fn new(scope: String, subjects: Vec<Uuid>) -> Self {
        Self(Arc::new(Shared { scope, subjects }))
    }

    /// Takes in what another object belongs to; the own scope stays unless it was empty.
    pub fn inherit(&mut self, other: &Self) {
        let adds_scope = self.scope.is_empty() && !other.scope.is_empty();
        if !adds_scope && other.subjects.iter().all(|subject| self.subjects.contains(subject)) {
            return;
        }
        if self.scope.is_empty() && self.subjects.is_empty() {
            self.0 = Arc::clone(&other.0);
            return;
        }
        let own = Arc::make_mut(&mut self.0);
        if own.scope.is_empty() {
            own.scope.clone_from(&other.scope);
        }
        for subject in &other.subjects {
            if !own.subjects.contains(subject) {
                own.subjects.push(*subject);
            }
        }
    }
}

impl Default for Belonging {
    fn default() -> Self {
        Self(Arc::clone(&NOTHING))
    }
}

impl Deref for Belonging {
    type Target = Shared;

    fn deref(&self) -> &Shared {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::Belonging;

    fn of(scope: &str, subjects: &[u128]) -> Belonging {
        Belonging::new(scope.to_owned(), subjects.iter().copied().map(Uuid::from_u128).collect())
    }

    #[track_caller]
    fn check(mut own: Belonging, other: &Belonging, expect: &Belonging) {
        own.inherit(other);
        assert_eq!(own, *expect);
    }

    #[test]
    fn the_first_scope_stays_and_subjects_add_up() {
        let nothing = Belonging::default();
        check(nothing.clone(), &of("a", &[1]), &of("a", &[1]));
        check(of("a", &[1]), &nothing, &of("a", &[1]));
        check(of("a", &[1]), &of("b", &[2, 1]), &of("a", &[1, 2]));
        check(of("", &[1]), &of("b", &[1]), &of("b", &[1]));
        check(of("a", &[]), &of("b", &[1]), &of("a", &[1]));
    }
}
