//! What a test may wish of secrets and disputes, as JSON. Part of [`super::dto`].

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::domain::dispute::Reason;

/// Gives an endpoint a new secret.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RollSecret {
    /// How long the secret before goes on signing, in seconds of the world's time: 0 (also when left out) to 86,400.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires_in_seconds: Option<i64>,
    /// The new one; drawn when left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub secret: Option<String>,
}

/// The buyer's bank disputes a card payment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct DisputePayment {
    /// Why.
    pub reason: DisputeReason,
    /// Whether the bank only asks, and takes nothing.
    pub inquiry: bool,
}

/// Why a payment is disputed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DisputeReason {
    /// The buyer did not pay.
    #[default]
    Fraudulent,
    /// Nothing arrived.
    ProductNotReceived,
    /// The bank does not say.
    General,
}

impl From<DisputeReason> for Reason {
    fn from(reason: DisputeReason) -> Self {
        match reason {
            DisputeReason::Fraudulent => Self::Fraudulent,
            DisputeReason::ProductNotReceived => Self::ProductNotReceived,
            DisputeReason::General => Self::General,
        }
    }
}

/// A dispute after the bank did something.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Disputed {
    /// As the API shows it.
    pub dispute: Value,
}
