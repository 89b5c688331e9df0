//! One thing that was looked at: what must hold, what right looks like, what was seen.

use serde::{Deserialize, Serialize};

/// What it means when a check does not hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Weight {
    /// The case fails.
    Must,
    /// The case warns (fails in a strict run).
    Should,
    /// Nothing; it is only reported.
    Info,
}

/// What is expected of an answer that is held against the published contract of a completion service.
pub const CONTRACT_KEPT: &str = "no departure from the published contract of a completion service";

/// One check of a case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Check {
    /// What must hold.
    pub what: String,
    /// What right looks like.
    pub expected: String,
    /// What was seen.
    pub seen: String,
    /// Whether it holds.
    pub ok: bool,
    /// What it means when it does not.
    pub weight: Weight,
    /// The invariant it belongs to, such as `INV-4`; absent for the case's own checks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub invariant: Option<String>,
}
