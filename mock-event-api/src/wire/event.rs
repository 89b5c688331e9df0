//! An event on the wire.

use jiff::Timestamp;
use mock_dataverse::event_management::timezone;
use mock_dataverse::event_management::views::{EventView, PlaceView};
use serde::Serialize;
use serde_json::{Map, Value};
use uuid::Uuid;

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
        let utc =
            |local: Option<Timestamp>| local.and_then(|local| timezone::to_utc(local, view.time_zone)).map(utc_text);
        Self {
            start_date: view.starts_local.map(local_text),
            end_date: view.ends_local.map(local_text),
            start_date_utc: utc(view.starts_local),
            end_date_utc: utc(view.ends_local),
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
            building: view.building.map(|place| place_object(&place, BUILDING)),
            room: view.room.map(|place| place_object(&place, ROOM)),
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

/// Wire name and column of a building's fields.
const BUILDING: &[(&str, &str)] = &[
    ("name", "msevtmgt_name"),
    ("description", "msevtmgt_description"),
    ("addressComposite", "msevtmgt_addresscomposite"),
    ("addressLine1", "msevtmgt_addressline1"),
    ("addressLine2", "msevtmgt_addressline2"),
    ("addressLine3", "msevtmgt_addressline3"),
    ("city", "msevtmgt_city"),
    ("stateProvince", "msevtmgt_stateprovince"),
    ("postalCode", "msevtmgt_postalcode"),
    ("country", "msevtmgt_country"),
    ("telephone1", "msevtmgt_telephone1"),
    ("telephone2", "msevtmgt_telephone2"),
    ("telephone3", "msevtmgt_telephone3"),
    ("email", "msevtmgt_email"),
    ("website", "msevtmgt_website"),
    ("accessibleToilets", "msevtmgt_accessibletoilets"),
    ("disabledAccess", "msevtmgt_disabledaccess"),
    ("disabledParking", "msevtmgt_disabledparking"),
    ("publicTelephoneAvailable", "msevtmgt_publictelephoneavailable"),
    ("wifiAvailable", "msevtmgt_wifiavailable"),
    ("wifiSSID", "msevtmgt_wifissid"),
    ("wifiPassword", "msevtmgt_wifipassword"),
    ("additionalFacilities", "msevtmgt_additionalfacilities"),
];

/// Wire name and column of a room's fields.
const ROOM: &[(&str, &str)] = &[
    ("name", "msevtmgt_name"),
    ("description", "msevtmgt_description"),
    ("disabledAccess", "msevtmgt_disabledaccess"),
];

fn place_object(place: &PlaceView, fields: &[(&str, &str)]) -> Map<String, Value> {
    let value = |column: &str| match place.flags.get(column) {
        Some(flag) => Value::from(*flag),
        None => place.texts.get(column).cloned().into(),
    };
    let values = fields.iter().map(|(name, column)| ((*name).to_owned(), value(column)));
    std::iter::once(("id".to_owned(), place.id.to_string().into())).chain(values).collect()
}

/// A time without a zone: `2026-09-10T08:00:00`.
fn local_text(local: Timestamp) -> String {
    timezone::wall_clock(local).strftime("%Y-%m-%dT%H:%M:%S").to_string()
}

/// A UTC time: `2026-09-10T08:00:00Z`.
fn utc_text(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}
