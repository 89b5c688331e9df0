//! Shapes of a delivery that a test composes: what is sent, how it is written and signed, and what came of it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

/// How a composed delivery is signed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Signing {
    /// As the service signs, with the endpoint's secret (or `secret`).
    #[default]
    Valid,
    /// No `Stripe-Signature` header.
    None,
    /// With another secret.
    WrongSecret,
    /// With the empty key.
    EmptySecret,
    /// Right, but `age_seconds` old (default one hour). A negative age lies in the future.
    Old,
    /// Right for another body.
    OtherBody,
    /// Right when made; then `t` was changed.
    ChangedTimestamp,
    /// One digit of `v1` is wrong.
    Broken,
    /// Only `t` and `v0`.
    OnlyV0,
    /// Two `v1`, the second right: a secret is being rolled.
    Rolled,
    /// `v1` before `t`, and an unknown scheme beside.
    Shuffled,
}

/// How the payload's bytes are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Layout {
    /// Two blanks per level, as the service writes.
    #[default]
    Pretty,
    /// No blanks.
    Compact,
    /// Members in reverse order, pretty.
    Reordered,
    /// Every letter of every text as a `\u` escape.
    Escaped,
    /// Members that no one knows, on every level.
    UnknownFields,
}

/// A delivery composed by a test and sent at once, beside all automatic ones.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Compose {
    /// Exactly these bytes. Excludes the members below up to `layout`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub payload: Option<String>,
    /// An existing event to start from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub event: Option<String>,
    /// An existing object (`cs_…`, `pi_…`) to wrap into a fresh event of type `event_type`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub object: Option<String>,
    /// The fresh event's type; or the type written over an existing event's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub event_type: Option<String>,
    /// The API version to render and name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub api_version: Option<String>,
    /// Gives an existing event another, fresh id.
    pub fresh_id: bool,
    /// Values to write, by dotted path from the event: `data.object.metadata.order_id`.
    pub set: BTreeMap<String, Value>,
    /// Members to take out, by dotted path.
    pub remove: Vec<String>,
    /// How the bytes are written.
    pub layout: Layout,
    /// How it is signed.
    pub signing: Signing,
    /// The secret to sign with instead of the endpoint's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub secret: Option<String>,
    /// How old the signature is, for `old`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub age_seconds: Option<i64>,
    /// Exactly this `Stripe-Signature`, whatever `signing` says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub signature: Option<String>,
    /// Another URL than the endpoint's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// How many times at once (1 to 100).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub times: Option<usize>,
    /// GUIDs to note it under in the journal, beside those seen in it.
    pub subjects: Vec<Uuid>,
}

/// What came of a composed delivery.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Composed {
    /// The bytes sent.
    pub payload: String,
    /// The `Stripe-Signature` sent.
    pub signature: Option<String>,
    /// Each sending's answer.
    pub answers: Vec<AnswerView>,
}

/// An endpoint's answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AnswerView {
    /// Its status.
    pub status: Option<u16>,
    /// Its body, cut at 4,000 characters.
    pub body: Option<String>,
    /// Why there was none.
    pub error: Option<String>,
}

impl AnswerView {
    /// Whether the endpoint took the delivery.
    pub fn is_success(&self) -> bool {
        self.status.is_some_and(|status| (200..300).contains(&status))
    }
}
