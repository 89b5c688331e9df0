//! The body of a check-in, which no document shows (`facts/event-api.md` 9 #35).

use serde::Deserialize;
use uuid::Uuid;

use super::object::Object;

/// Who is checked in. Properties that are not listed are ignored.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CheckInBody {
    /// The registration, as its QR code carries it.
    pub registration_id: Uuid,
}

impl CheckInBody {
    /// Reads the body; the error says what is wrong.
    pub fn parse(body: &[u8]) -> Result<Self, String> {
        Object::parse(body)
    }
}
