//! A track on the wire.

use mock_dataverse::event_management::agenda_views::TrackView;
use serde::Serialize;
use uuid::Uuid;

/// A track.
#[derive(Debug, Serialize)]
pub struct Track {
    id: Uuid,
    name: String,
    description: Option<String>,
}

impl From<TrackView> for Track {
    fn from(view: TrackView) -> Self {
        Self { id: view.id, name: view.name, description: view.description }
    }
}
