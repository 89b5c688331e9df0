//! What the control routes take and answer. The suite uses these types on its side of the wire.
//!
//! Money is a decimal text in the main unit (`"49.50"`), a currency an upper-case ISO 4217 code, a time RFC 3339 in UTC.

use std::collections::BTreeMap;

use jiff::Timestamp;
use mock_dataverse::event_management::programme::{
    EventKind, Format, NewBuilding, NewCustomField, NewRoom, NewSession, NewSpeaker, NewSponsorship, NewTrack,
};
use rust_decimal::Decimal;
use serde::{Deserialize, Deserializer, Serialize};
use uuid::Uuid;

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

/// A decimal as text. A JSON number is refused: it would have gone through a float on the way.
fn decimal<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Decimal>, D::Error> {
    let text = Option::<String>::deserialize(deserializer)?;
    text.map(|text| text.parse().map_err(|_| serde::de::Error::custom(format!("{text:?} is not a decimal number"))))
        .transpose()
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

/// `POST /v1/event-api/events/{readableEventId}`: what an organizer changes. What is left out stays.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ChangeEvent {
    /// Live, or back to draft.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub live: Option<bool>,
    /// Another capacity; `null` takes the limit away.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    pub capacity: Option<Option<u32>>,
    /// The payment gateway.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gateway: Option<bool>,
    /// When registration closes; `null` keeps it open.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    pub closes: Option<Option<Timestamp>>,
    /// Whether it has a waiting list.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub show_waitlist: Option<bool>,
    /// Whether those who wait are moved up without being asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub autoregister_waitlist_items: Option<bool>,
    /// Whether several attendees may be registered at once.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enable_multi_attendee_registration: Option<bool>,
    /// Other allocations, by pass.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub allocations: BTreeMap<Uuid, u32>,
    /// Other capacities, by session; `null` takes the limit away.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub session_capacities: BTreeMap<Uuid, Option<u32>>,
}

/// Tells a property that is null from one that is left out.
fn present<'de, T: Deserialize<'de>, D: Deserializer<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}

/// `GET /v1/event-api/events/{readableEventId}`: seats of an event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EventView {
    /// The event's row.
    pub event_id: Uuid,
    /// How many may come; `null` is without limit.
    pub capacity: Option<u64>,
    /// Held by open reservations.
    pub held: u64,
    /// Registered.
    pub sold: u64,
    /// Free; `null` is without limit.
    pub left: Option<u64>,
    /// Per pass.
    pub passes: Vec<PassSeats>,
    /// What the configuration linter says about the event.
    pub findings: Vec<FindingView>,
}

/// One registration of an event: `GET /v1/event-api/events/{readableEventId}/registrations` answers those that are not cancelled, oldest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RegistrationView {
    /// Its row.
    pub registration_id: Uuid,
    /// Whether it waits for a place of the event.
    pub waitlisted: bool,
    /// The pass taken, or wished for.
    pub pass_id: Option<Uuid>,
    /// The purchase that paid for it.
    pub purchase_id: Option<Uuid>,
    /// Whether the attendee agreed to be moved up without being asked.
    pub auto_register: bool,
    /// Its sessions.
    pub sessions: Vec<SessionRegistrationView>,
}

/// One session of a registration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionRegistrationView {
    /// The session.
    pub session_id: Uuid,
    /// Row of `msevtmgt_sessionregistration`.
    pub session_registration_id: Uuid,
    /// Where the attendee stands.
    pub status: SessionStatus,
}

/// Where an attendee stands with a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SessionStatus {
    /// Has a place.
    Registered,
    /// Waits for one.
    Waitlisted,
    /// Would have one, but waits for a place of the event.
    OnHold,
}

/// `POST /v1/event-api/registrations/{registrationId}/cancel` and `…/move-up`: of the whole registration, or of one session.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct OrganizerAct {
    /// The session; the registration itself when left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub session_id: Option<Uuid>,
}

/// Seats of a pass.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PassSeats {
    /// The pass.
    pub pass_id: Uuid,
    /// How many there are.
    pub allocated: u64,
    /// Held by open reservations.
    pub held: u64,
    /// Sold.
    pub sold: u64,
    /// Free.
    pub left: u64,
}

/// `GET /v1/event-api/purchases/{purchaseId}`: the fake's own ledger, which the judge goes by.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PurchaseView {
    /// The purchase.
    pub purchase_id: Uuid,
    /// The event's row.
    pub event_id: Uuid,
    /// The event's readable id.
    pub readable_event_id: String,
    /// `reserved`, `completed`, `cancelled` or `expired`.
    pub state: PurchaseState,
    /// When it was made.
    pub created: Timestamp,
    /// When it ends without a payment.
    pub deadline: Timestamp,
    /// The total price as the row has it now; `null` when it has none.
    pub price: Option<Decimal>,
    /// The currency as the row has it now; `null` when it has none.
    pub currency: Option<String>,
    /// `msevtmgt_paid`.
    pub paid: bool,
    /// `msevtmgt_processed`.
    pub processed: bool,
    /// `msevtmgt_paymentstatus`.
    pub payment_status: Option<i64>,
    /// How many attendees it is for.
    pub attendees: usize,
    /// Registrations made for it that are not cancelled.
    pub registrations: usize,
    /// Attendee passes made for it that are active.
    pub attendee_passes: usize,
    /// What happened to it, oldest first.
    pub history: Vec<HappeningView>,
    /// How many later happenings were not kept.
    pub history_dropped: u64,
}

/// Where a reservation stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PurchaseState {
    /// Seats are held, the payment is awaited.
    Reserved,
    /// Paid and registered.
    Completed,
    /// Given up by a finalize call.
    Cancelled,
    /// Not paid in time.
    Expired,
}

/// One line of a purchase's history.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HappeningView {
    /// When, in the world's time.
    pub at: Timestamp,
    /// What happened.
    pub what: WhatView,
    /// For a finalize call: the integer it carried, whatever it was.
    pub status: Option<i64>,
    /// For a change from outside: what was changed.
    pub detail: Option<String>,
    /// Where the reservation stood before; `null` for its beginning.
    pub before: Option<PurchaseState>,
    /// Where it stood afterwards.
    pub after: PurchaseState,
    /// Why it was refused; `null` when it was not.
    pub refused: Option<String>,
}

/// The kinds of happenings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum WhatView {
    /// Made by a registration.
    Registered,
    /// A call of the finalize operation.
    Finalize,
    /// The payment timeout.
    Timeout,
    /// A change by the control API.
    Changed,
}

/// `POST /v1/event-api/purchases/{purchaseId}`: what is left out stays; `null` takes it away.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ChangePurchase {
    /// Another total price, as a decimal text.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "present_decimal")]
    pub price: Option<Option<Decimal>>,
    /// Another currency.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    pub currency: Option<Option<String>>,
}

#[expect(clippy::option_option, reason = "left out, null and a number are three different things here")]
fn present_decimal<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Option<Decimal>>, D::Error> {
    decimal(deserializer).map(Some)
}

/// `GET /v1/event-api/lint`
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LintReport {
    /// What is wrong; empty when all is well.
    pub findings: Vec<FindingView>,
}

/// One thing that is wrong in the set-up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FindingView {
    /// The rule's name.
    pub rule: String,
    /// What it is about.
    pub subject: String,
    /// What is wrong.
    pub cause: String,
    /// What to do about it.
    pub cure: String,
}

/// `PUT /v1/event-api/features`
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Features {
    /// The switch "Enable payments in Real-time Journeys".
    pub payments: bool,
    /// The setting "Enable demo payment confirmation": anybody may finalize a purchase without paying. Left out, it stays as it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub demo_payments: Option<bool>,
}

#[cfg(test)]
mod tests {
    use super::{ArrangeEvent, ArrangePass, ChangeEvent, ChangePurchase};

    #[test]
    fn an_arrangement_goes_there_and_back() {
        let arrange = ArrangeEvent {
            scope: "C-R01".into(),
            passes: vec![ArrangePass { price: None, ..ArrangePass::default() }],
            ..ArrangeEvent::default()
        };
        let text = serde_json::to_string(&arrange).unwrap();
        assert_eq!(serde_json::from_str::<ArrangeEvent>(&text).unwrap(), arrange);
        assert_eq!(serde_json::from_str::<ArrangeEvent>("{}").unwrap(), ArrangeEvent::default());
        assert!(serde_json::from_str::<ArrangeEvent>(r#"{"capacty":5}"#).is_err());
    }

    #[test]
    fn null_is_not_the_same_as_left_out() {
        let change: ChangePurchase = serde_json::from_str(r#"{"price":null}"#).unwrap();
        assert_eq!((change.price, change.currency.clone()), (Some(None), None));
        assert_eq!(serde_json::to_string(&change).unwrap(), r#"{"price":null}"#);
        let change: ChangePurchase = serde_json::from_str(r#"{"price":"10.00","currency":"EUR"}"#).unwrap();
        assert_eq!(serde_json::to_string(&change).unwrap(), r#"{"price":"10.00","currency":"EUR"}"#);
        assert!(serde_json::from_str::<ChangePurchase>(r#"{"price":10.5}"#).is_err());
        let change: ChangeEvent = serde_json::from_str(r#"{"capacity":null}"#).unwrap();
        assert_eq!(change.capacity, Some(None));
    }
}
