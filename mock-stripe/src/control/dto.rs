//! Shapes of the control routes below `/v1/stripe`, for both sides.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

pub use super::composing::{AnswerView, Compose, Composed, Layout, Signing};
pub use super::wishes::{DisputePayment, DisputeReason, Disputed, RateLimiting, RollSecret, SetSettings, SettingsView};

/// Which deliveries are meant. Every member given must fit; none given means all.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Selection {
    /// The event's type, such as `checkout.session.completed`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub event_type: Option<String>,
    /// The event's id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub event: Option<String>,
    /// A text within the event's object: an id, a metadata value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// A GUID that the event belongs to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subject: Option<Uuid>,
    /// `pending`, `held`, `dropped`, `delivered`, `failed` or `canceled`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<DeliveryState>,
}

/// Where a delivery stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeliveryState {
    /// A try is on its way, or the next is scheduled.
    Pending,
    /// Kept back until released.
    Held,
    /// Never sent, by order.
    Dropped,
    /// Answered with success (2xx).
    Delivered,
    /// Every try failed.
    Failed,
    /// The endpoint was disabled or deleted before success.
    Canceled,
}

/// One event on its way to one endpoint.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeliveryView {
    /// Its number, rising in the order of making.
    pub number: u64,
    /// The event's id.
    pub event: String,
    /// The event's type.
    pub event_type: String,
    /// The id of the event's object.
    pub object: Option<String>,
    /// The endpoint's id, or that of a session of the Stripe CLI (`cliws_…`).
    pub endpoint: String,
    /// The endpoint's URL; of a session, where it says it forwards to.
    pub url: String,
    /// Where it stands.
    pub status: DeliveryState,
    /// The tries so far, oldest first.
    pub attempts: Vec<AttemptView>,
    /// When the next try is due, in the world's time.
    pub next_attempt: Option<Timestamp>,
    /// The GUIDs that the event belongs to.
    pub subjects: Vec<Uuid>,
    /// When it was made, in the world's time.
    pub created: Timestamp,
}

/// One try to deliver.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AttemptView {
    /// When, in the world's time.
    pub at: Timestamp,
    /// When, in real time; its seconds are the signature's `t`.
    pub wall: Timestamp,
    /// The `Stripe-Signature` sent.
    pub signature: String,
    /// The answer's status.
    pub status: Option<u16>,
    /// The answer's body, cut at 4,000 characters.
    pub body: Option<String>,
    /// Why there was no answer.
    pub error: Option<String>,
    /// The Stripe CLI took it, and has told of no endpoint's answer (yet).
    #[serde(default)]
    pub acknowledged: bool,
}

/// Many deliveries.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deliveries {
    /// Oldest first, or in the order that was asked for.
    pub deliveries: Vec<DeliveryView>,
}

/// What a rule does to the deliveries that it takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HoldAction {
    /// Keeps them back until they are released.
    Hold,
    /// Never sends them.
    Drop,
    /// Sends them twice.
    Duplicate,
    /// Signs them wrongly.
    BreakSignature,
}

/// A rule for deliveries to come. The first rule that fits takes a delivery.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Hold {
    /// What to do.
    pub action: HoldAction,
    /// A text within the payload, or a GUID that the event belongs to; all when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// GUIDs, one of which the event belongs to; all when empty.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub subjects: Vec<Uuid>,
    /// The event's type; all when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub event: Option<String>,
    /// How many deliveries it takes before it is gone; as many as come when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub count: Option<u32>,
}

/// A rule in force.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HoldView {
    /// Its number.
    pub id: u64,
    /// The rule.
    pub hold: Hold,
}

/// All rules in force.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holds {
    /// Oldest first.
    pub holds: Vec<HoldView>,
}

/// How a delivery is sent again.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Resend {
    /// How many times at once (1 to 100).
    pub times: Option<usize>,
    /// Signs wrongly.
    pub break_signature: bool,
}

/// Many deliveries to be sent again, in an order of one's own.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ResendMany {
    /// Their numbers, in the order in which they are sent (1 to 10,000 of them).
    pub deliveries: Vec<u64>,
    /// How many are on their way at once (1 to 100); one after another when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_once: Option<usize>,
}

/// The pre-registered endpoint.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EndpointView {
    /// `we_…`
    pub id: String,
    /// Where deliveries go.
    pub url: String,
    /// What they are signed with.
    pub secret: String,
    /// Everything they are signed with at the moment: after a roll, the secret before follows for a while.
    pub secrets: Vec<String>,
    /// The types it hears of.
    pub enabled_events: Vec<String>,
    /// The version its events are rendered in; the account's when null.
    pub api_version: Option<String>,
    /// Whether it hears at all.
    pub disabled: bool,
}

/// Changes the first endpoint, or makes it. What is left out stays.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SetEndpoint {
    /// Where deliveries go.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// What they are signed with.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub secret: Option<String>,
    /// The types it hears of.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enabled_events: Option<Vec<String>>,
    /// The version its events are rendered in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub api_version: Option<String>,
    /// Whether it hears at all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub disabled: Option<bool>,
}

/// Everything at Stripe that belongs to a GUID.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Ledger {
    /// The GUID.
    pub subject: Uuid,
    /// Prices, oldest first, as the API shows them; so are all lists here.
    pub prices: Vec<Value>,
    /// Products.
    pub products: Vec<Value>,
    /// Payment links, with `line_items`.
    pub payment_links: Vec<Value>,
    /// Checkout sessions, with `line_items`.
    pub sessions: Vec<Value>,
    /// Payment intents.
    pub payment_intents: Vec<Value>,
    /// Charges.
    pub charges: Vec<Value>,
    /// Refunds.
    pub refunds: Vec<Value>,
    /// Its disputes.
    #[serde(default)]
    pub disputes: Vec<Value>,
    /// What was paid, by currency, in the smallest unit.
    pub paid_total: BTreeMap<String, i64>,
    /// What was given back, by currency, in the smallest unit.
    pub refunded_total: BTreeMap<String, i64>,
    /// What is on its way (delayed payments), by currency, in the smallest unit.
    pub pending_total: BTreeMap<String, i64>,
    /// Links and open sessions that a buyer could pay now.
    pub payable: Vec<String>,
}

/// Something that was asked for and is not supported.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unsupported {
    /// When, in the world's time.
    pub at: String,
    /// Method and path.
    pub call: String,
    /// What is missing.
    pub what: String,
}

/// All of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnsupportedCalls {
    /// Oldest first, the last 1,000.
    pub calls: Vec<Unsupported>,
}

/// An intent after the bank answered.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Settled {
    /// As the API shows it.
    pub payment_intent: Value,
}

/// A count of what was changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counted {
    /// How many.
    pub count: usize,
}
