//! What is changed of an event, a registration, a purchase and the features.

use std::collections::BTreeMap;

use jiff::Timestamp;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::given::{present, present_decimal};

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

/// `POST /v1/event-api/registrations/{registrationId}/cancel` and `…/move-up`: of the whole registration, or of one session.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct OrganizerAct {
    /// The session; the registration itself when left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub session_id: Option<Uuid>,
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
