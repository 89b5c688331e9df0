//! What a test may wish of secrets, disputes and the account's settings, as JSON. Part of [`super::dto`].

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::domain::dispute::Reason;
use crate::domain::rate::RateLimits;

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

/// What the account has chosen for itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SettingsView {
    /// The version of answers and events for which no other is asked.
    pub api_version: String,
    /// How many calls are let in; null is as many as come.
    pub rate_limits: Option<RateLimits>,
}

/// Changes the account's settings. What is left out stays.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SetSettings {
    /// Such as `2026-07-29.dahlia`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub api_version: Option<String>,
    /// How many calls are let in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rate_limits: Option<RateLimiting>,
}

/// How many calls an account may make.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RateLimiting {
    /// As many as come.
    Off,
    /// As many as in a sandbox: 25 a second.
    Sandbox,
    /// As many as in live mode: 100 a second, 25 of one endpoint.
    Live,
    /// These; what is left out is as in a sandbox.
    Custom(RateLimits),
}

impl RateLimiting {
    /// The limits, if there are any.
    pub fn limits(self) -> Option<RateLimits> {
        match self {
            Self::Off => None,
            Self::Sandbox => Some(RateLimits::SANDBOX),
            Self::Live => Some(RateLimits::LIVE),
            Self::Custom(limits) => Some(limits),
        }
    }
}
