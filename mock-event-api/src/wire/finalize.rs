//! The body of the demo payment.

use serde::Deserialize;
use uuid::Uuid;

use super::object::Object;

/// What is finalized. Properties that are not listed are ignored.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FinalizeBody {
    /// The purchase.
    pub purchase_id: Uuid,
}

impl FinalizeBody {
    /// Reads the body; the error says what is wrong.
    pub fn parse(body: &[u8]) -> Result<Self, String> {
        Object::parse(body)
    }
}
