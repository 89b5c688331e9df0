//! The user on the wire: this API signs nobody in.

use serde::Serialize;

/// A user; in real-time journeys always an anonymous one (`facts/event-api.md` 9 #36).
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct User {
    id: Option<String>,
    first_name: Option<String>,
    last_name: Option<String>,
    email: Option<String>,
    is_anonymous: bool,
}

impl User {
    /// Nobody.
    pub const ANONYMOUS: Self = Self { id: None, first_name: None, last_name: None, email: None, is_anonymous: true };
}
