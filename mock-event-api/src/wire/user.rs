//! The user on the wire: real-time journeys sign nobody in, the outbound API does.

use mock_dataverse::event_management::Visitor;
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

impl From<Visitor> for User {
    fn from(visitor: Visitor) -> Self {
        Self {
            id: Some(visitor.contact.to_string()),
            first_name: visitor.first_name,
            last_name: visitor.last_name,
            email: visitor.email,
            is_anonymous: false,
        }
    }
}
