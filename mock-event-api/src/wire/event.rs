//! An event on the wire.

use mock_dataverse::event_management::timezone;
use mock_dataverse::event_management::views::EventView;
use serde::Serialize;
use serde_json::{Map, Value};
use uuid::Uuid;

use super::place;
use super::time::{local_text, utc_text, utc_twin};

/// An event, field by field as in the outbound ancestor's model with the newer UTC twins.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[expect(
    clippy::struct_field_names,
    clippy::struct_excessive_bools,
    reason = "the names and kinds are those of the wire"
)]
pub struct Event {
    event_id: Uuid,
    readable_event_id: String,
    event_name: String,
    description: Option<String>,
    start_date: Option<String>,
    end_date: Option<String>,
    #[serde(rename = "startDateUTC")]
    start_date_utc: Option<String>,
    #[serde(rename = "endDateUTC")]
    end_date_utc: Option<String>,
    time_zone: i64,
    time_zone_name: Option<&'static str>,
    event_type: Option<i64>,
    event_format: Option<i64>,
    event_language: Option<i64>,
    public_event_url: Option<String>,
    image: Option<String>,
    building: Option<Map<String, Value>>,
    room: Option<Map<String, Value>>,
    max_capacity: Option<u64>,
    is_capacity_restricted: bool,
    show_waitlist: bool,
    autoregister_waitlist_items: bool,
    show_automatic_registration_checkbox: bool,
    allow_anonymous_registrations: bool,
    allow_custom_agenda: bool,
    enable_multi_attendee_registration: bool,
    enable_captcha: bool,
    set_registration_end_date: bool,
    stop_registration_date: Option<String>,
    website_message: Option<String>,
    registration_form: Option<String>,
}

impl From<EventView> for Event {
    fn from(view: EventView) -> Self {
        Self {
            start_date: view.starts_local.map(local_text),
            end_date: view.ends_local.map(local_text),
            start_date_utc: utc_twin(view.starts_local, view.time_zone),
            end_date_utc: utc_twin(view.ends_local, view.time_zone),
            time_zone: view.time_zone,
            time_zone_name: timezone::name(view.time_zone),
            event_id: view.id,
            readable_event_id: view.readable_id,
            event_name: view.name,
            description: view.description,
            event_type: view.event_type,
            event_format: view.event_format,
            event_language: view.language,
            public_event_url: view.public_url,
            image: view.image,
            building: view.building.as_ref().map(place::building),
            room: view.room.as_ref().map(place::room),
            is_capacity_restricted: view.capacity.is_some(),
            max_capacity: view.capacity,
            show_waitlist: view.show_waitlist,
            autoregister_waitlist_items: view.auto_register_waitlist,
            show_automatic_registration_checkbox: view.show_waitlist && view.auto_register_waitlist,
            allow_anonymous_registrations: view.anonymous,
            allow_custom_agenda: view.custom_agenda,
            enable_multi_attendee_registration: view.multi_attendee,
            enable_captcha: view.captcha,
            set_registration_end_date: view.has_end_of_registration,
            stop_registration_date: view.closes.map(utc_text),
            website_message: view.closed_message,
            registration_form: None,
        }
    }
}
