//! The event-management app that is installed on this Dataverse: reservations, prices, capacity and the custom API.

use mock_core::World;

use crate::operations::Registry;
use crate::store::Store;

/// The installed app.
#[derive(Debug, Clone)]
pub struct EventManagement;

impl EventManagement {
    /// Installs the app on a store.
    pub fn new(_world: &World, _store: &Store) -> Self {
        Self
    }
}

/// Adds the app's operations.
pub fn register(_app: &EventManagement, _registry: &mut Registry) {}
