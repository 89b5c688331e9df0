//! The sample data of a run: loaded at the start, and again whenever the world goes back to its start.

use std::any::Any;
use std::sync::Arc;

use mock_core::Stateful;
use mock_dataverse::event_management::{EventManagement, Scenario, WeakEventManagement};

use crate::endpoints::Sample;
use crate::error::PlatformError;

/// A scenario with this run's own values filled in, and the app that it is loaded into. The world owns this, and the app owns the world.
#[derive(Debug)]
pub(crate) struct Samples {
    events: WeakEventManagement,
    scenario: Scenario,
}

impl Samples {
    pub(crate) fn new(events: &EventManagement, scenario: Scenario) -> Self {
        Self { events: events.downgrade(), scenario }
    }

    /// Sets the scenario up as an organizer would, and says what to begin with.
    pub(crate) fn load(&self, events: &EventManagement) -> Result<Sample, PlatformError> {
        let loaded = events.load(&self.scenario)?;
        loaded
            .events
            .into_iter()
            .find_map(|event| {
                let pass_id = *event.passes.first()?;
                let source_system = events.generation(&event.readable_id).unwrap_or_default();
                Some(Sample { readable_event_id: event.readable_id, pass_id, source_system })
            })
            .ok_or(PlatformError::NoSample)
    }
}

/// Registered after the fakes, so that their rows are back at the start when this one's turn comes.
impl Stateful for Samples {
    fn name(&self) -> &'static str {
        "samples"
    }

    fn snapshot(&self) -> Arc<dyn Any + Send + Sync> {
        // The rows belong to the fakes, which keep them; there is nothing of our own.
        Arc::new(())
    }

    fn restore(&self, _: &(dyn Any + Send + Sync)) {}

    fn reset(&self) {
        let Some(events) = self.events.upgrade() else { return };
        if let Err(error) = self.load(&events) {
            // It loaded once, into the same empty app.
            tracing::error!(%error, "the sample data could not be loaded again");
        }
    }
}
