//! An event as a test arranges it.

use std::collections::BTreeMap;

use jiff::Timestamp;
use mock_dataverse::event_management::Generation;
use mock_dataverse::event_management::programme::{
    EventKind, Format, NewBuilding, NewCustomField, NewRoom, NewSession, NewSpeaker, NewSponsorship, NewTrack,
};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::given::decimal;
use super::view::FindingView;

/// `POST /v1/event-api/events`: a live event with everything that a registration needs. What is left out takes the default named.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[expect(clippy::struct_excessive_bools, reason = "one per yes-or-no property of the arrangement")]
pub struct ArrangeEvent {
    /// What the event belongs to, a case id say. Same seed and scope, same ids.
    pub scope: String,
    /// Its name: `Paid Event`.
    pub name: String,
    /// Its readable id: made from the name, with drawn digits.
    pub readable_event_id: Option<String>,
    /// The event's currency: `USD`. `null` gives it none.
    pub currency: Option<String>,
    /// Its passes: one, `Standard`, at 49.50, 100 of them. An empty list makes an event without passes.
    pub passes: Vec<ArrangePass>,
    /// How many may come: 100. `null` is without limit.
    pub capacity: Option<u32>,
    /// Whether it is live: yes.
    pub live: bool,
    /// Whether attendees register through the Event API: yes.
    pub published: bool,
    /// Whether the payment gateway is on: yes.
    pub gateway: bool,
    /// How long a reservation waits for its payment, in minutes. Together with `payment_page_url`: when neither is given the event uses
    /// the default payment provider; when either is, it gets one of its own. 30 where only the URL is given.
    pub timeout_minutes: Option<u32>,
    /// The payment page URL, which has to end in `?` or `&`: the default provider's where there is one.
    pub payment_page_url: Option<String>,
    /// The origin of the registration page, which becomes the link's `returnUrl`: the default web application's.
    pub origin: Option<String>,
    /// When registration closes: never.
    pub closes: Option<Timestamp>,
    /// What there is to know, which may hold HTML: nothing.
    pub description: Option<String>,
    /// First moment, local to the event although it is written with a `Z`: thirty days from now.
    pub starts: Option<Timestamp>,
    /// Last moment, likewise: eight hours after the first.
    pub ends: Option<Timestamp>,
    /// The time zone as the IANA database names it: UTC.
    pub time_zone: Option<String>,
    /// The event's own page, which its QR code shows: none.
    pub public_event_url: Option<String>,
    /// A picture, base64 or an http address: none.
    pub image: Option<String>,
    /// The kind of event: none.
    pub kind: Option<EventKind>,
    /// Where it takes place: not said.
    pub format: Option<Format>,
    /// The number of its language: none.
    pub language: Option<i32>,
    /// The building: none.
    pub building: Option<NewBuilding>,
    /// The room: none.
    pub room: Option<NewRoom>,
    /// Sessions: none.
    pub sessions: Vec<NewSession>,
    /// Tracks: none.
    pub tracks: Vec<NewTrack>,
    /// Speakers: none.
    pub speakers: Vec<NewSpeaker>,
    /// Sponsors: none.
    pub sponsorships: Vec<NewSponsorship>,
    /// Questions of the registration: none.
    pub custom_fields: Vec<NewCustomField>,
    /// Whether it has a waiting list: no.
    pub show_waitlist: bool,
    /// Whether those who wait are moved up without being asked: no.
    pub autoregister_waitlist_items: bool,
    /// Whether several attendees may be registered at once: yes.
    pub enable_multi_attendee_registration: bool,
    /// `real-time`, or `outbound` for an event of the outbound ancestor, whose registration URL is then below the other base path: `real-time`.
    pub source_system: Generation,
    /// Whether the outbound API asks for a captcha: no.
    pub enable_captcha: bool,
    /// Ambiguity switches to set for this event alone, by id.
    pub switches: BTreeMap<String, String>,
}

impl Default for ArrangeEvent {
    fn default() -> Self {
        Self {
            scope: String::new(),
            name: "Paid Event".to_owned(),
            readable_event_id: None,
            currency: Some("USD".to_owned()),
            passes: vec![ArrangePass::default()],
            capacity: Some(100),
            live: true,
            published: true,
            gateway: true,
            timeout_minutes: None,
            payment_page_url: None,
            origin: None,
            closes: None,
            description: None,
            starts: None,
            ends: None,
            time_zone: None,
            public_event_url: None,
            image: None,
            kind: None,
            format: None,
            language: None,
            building: None,
            room: None,
            sessions: Vec::new(),
            tracks: Vec::new(),
            speakers: Vec::new(),
            sponsorships: Vec::new(),
            custom_fields: Vec::new(),
            show_waitlist: false,
            autoregister_waitlist_items: false,
            enable_multi_attendee_registration: true,
            source_system: Generation::RealTime,
            enable_captcha: false,
            switches: BTreeMap::new(),
        }
    }
}

/// A pass of an arranged event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ArrangePass {
    /// Its name: `Standard`.
    pub name: String,
    /// Its price: 49.50. `null` gives it none.
    #[serde(deserialize_with = "decimal")]
    pub price: Option<Decimal>,
    /// Its own currency: none, so that the event's counts.
    pub currency: Option<String>,
    /// How many there are: 100.
    pub allocation: u32,
    /// The sessions that its holder may register for, by their names: none.
    pub sessions: Vec<String>,
}

impl Default for ArrangePass {
    fn default() -> Self {
        Self {
            name: "Standard".to_owned(),
            price: Some(Decimal::new(4950, 2)),
            currency: None,
            allocation: 100,
            sessions: Vec::new(),
        }
    }
}

/// The answer to an arrangement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ArrangedEvent {
    /// The event's row.
    pub event_id: Uuid,
    /// The event's readable id.
    pub readable_event_id: String,
    /// The passes' rows, in the order asked for.
    pub pass_ids: Vec<Uuid>,
    /// The sessions' rows, in the order asked for.
    #[serde(default)]
    pub session_ids: Vec<Uuid>,
    /// The tracks' rows, likewise.
    #[serde(default)]
    pub track_ids: Vec<Uuid>,
    /// The speakers' rows, likewise.
    #[serde(default)]
    pub speaker_ids: Vec<Uuid>,
    /// The sponsorships' rows, likewise.
    #[serde(default)]
    pub sponsorship_ids: Vec<Uuid>,
    /// The questions' rows, likewise.
    #[serde(default)]
    pub custom_field_ids: Vec<Uuid>,
    /// Where to send a registration, token included.
    pub registration_url: String,
    /// The endpoint of the Event API, without a trailing slash.
    pub endpoint: String,
    /// The web application's token.
    pub token: String,
    /// The web application's origin.
    pub origin: String,
    /// What the configuration linter says about the event; a right arrangement has nothing here.
    pub findings: Vec<FindingView>,
}
