//! What an object belongs to: the purchase or case whose GUIDs stood in the request that made it.
//!
//! Objects made from others inherit it, so that everything which follows one payment draws its ids from the same scope and is found
//! again under the same GUIDs.

use uuid::Uuid;

/// The scope of an object's ids and the GUIDs it is found under.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Belonging {
    /// The first GUID of the request that began it all; empty when there was none.
    pub scope: String,
    /// Every GUID that the object is found under, in the order of their appearance.
    pub subjects: Vec<Uuid>,
}

impl Belonging {
    /// Takes in what another object belongs to; the own scope stays unless it was empty.
    pub fn inherit(&mut self, other: &Self) {
        if self.scope.is_empty() {
            self.scope.clone_from(&other.scope);
        }
        for subject in &other.subjects {
            if !self.subjects.contains(subject) {
                self.subjects.push(*subject);
            }
        }
    }
}
