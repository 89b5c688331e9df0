//! What is seen of events, registrations, purchases and the linter's findings.

use jiff::Timestamp;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

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
