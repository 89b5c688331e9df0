//! A session on the wire.

use mock_dataverse::event_management::agenda_views::SessionView;
use serde::Serialize;
use serde_json::{Map, Value};
use uuid::Uuid;

use super::place;
use super::speaker::Speaker;
use super::time::{local_text, utc_twin};

/// A session, field by field as in the outbound ancestor's model with the newer UTC twins.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[expect(clippy::struct_field_names, reason = "the names are those of the wire")]
pub struct Session {
    id: Uuid,
    name: String,
    start_time: Option<String>,
    end_time: Option<String>,
    #[serde(rename = "startTimeUTC")]
    start_time_utc: Option<String>,
    #[serde(rename = "endTimeUTC")]
    end_time_utc: Option<String>,
    time_zone: i64,
    session_summary: Option<String>,
    detailed_description: Option<String>,
    session_objectives: Option<String>,
    session_pre_requisites: Option<String>,
    session_type: Option<i64>,
    session_format: Option<i64>,
    language: Option<i64>,
    cameras_permitted: Option<i64>,
    recordings_permitted: Option<i64>,
    /// Both tell of the signed-in user, and real-time journeys know none.
    user_eligible_to_register: bool,
    already_registered: bool,
    max_capacity: Option<u64>,
    is_capacity_restricted: bool,
    registration_count: u64,
    building: Option<Map<String, Value>>,
    room: Option<Map<String, Value>>,
    /// Null where the session stands inside of something else.
    speakers: Option<Vec<Speaker>>,
}

impl Session {
    /// The same for a signed-in user: whether they may register for it, and whether they are registered.
    #[must_use]
    pub fn for_user(self, (eligible, registered): (bool, bool)) -> Self {
        Self { user_eligible_to_register: eligible, already_registered: registered, ..self }
    }
}

impl From<SessionView> for Session {
    fn from(view: SessionView) -> Self {
        Self {
            id: view.id,
            name: view.name,
            start_time: view.starts_local.map(local_text),
            end_time: view.ends_local.map(local_text),
            start_time_utc: utc_twin(view.starts_local, view.time_zone),
            end_time_utc: utc_twin(view.ends_local, view.time_zone),
            time_zone: view.time_zone,
            session_summary: view.summary,
            detailed_description: view.description,
            session_objectives: view.objectives,
            session_pre_requisites: view.prerequisites,
            session_type: view.kind,
            session_format: view.format,
            language: view.language,
            cameras_permitted: view.cameras,
            recordings_permitted: view.recordings,
            user_eligible_to_register: false,
            already_registered: false,
            is_capacity_restricted: view.capacity.is_some(),
            max_capacity: view.capacity,
            registration_count: view.registered,
            building: view.building.as_ref().map(place::building),
            room: view.room.as_ref().map(place::room),
            speakers: view.speakers.map(|speakers| speakers.into_iter().map(Speaker::from).collect()),
        }
    }
}
