//! A sponsorship on the wire.

use mock_dataverse::event_management::agenda_views::SponsorshipView;
use serde::Serialize;
use uuid::Uuid;

/// A sponsorship. Its logo has an operation of its own.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[expect(clippy::struct_field_names, reason = "the names are those of the wire")]
pub struct Sponsorship {
    id: Uuid,
    description: Option<String>,
    sponsor_id: Option<Uuid>,
    sponsor_name: Option<String>,
    sponsorship_topic: Option<String>,
}

impl From<SponsorshipView> for Sponsorship {
    fn from(view: SponsorshipView) -> Self {
        Self {
            id: view.id,
            description: view.description,
            sponsor_id: view.sponsor,
            sponsor_name: view.sponsor_name,
            sponsorship_topic: view.topic,
        }
    }
}
