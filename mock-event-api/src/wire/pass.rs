//! A pass on the wire.

use mock_dataverse::event_management::views::PassView;
use serde::Serialize;
use serde_json::value::RawValue;
use uuid::Uuid;

use super::session::Session;

/// A pass. The price is a number without a currency code, as in the model of the outbound ancestor.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[expect(clippy::struct_field_names, reason = "the names are those of the wire")]
pub struct Pass {
    pass_id: Uuid,
    pass_name: String,
    price: Option<Box<RawValue>>,
    currency_symbol: Option<String>,
    number_of_passes_left: u64,
    number_of_passes_sold: u64,
    sessions: Vec<Session>,
}

impl From<PassView> for Pass {
    fn from(view: PassView) -> Self {
        Self {
            pass_id: view.id,
            pass_name: view.name,
            // A decimal's own digits are a JSON number; going through a float would change them.
            price: view.price.and_then(|price| RawValue::from_string(price.normalize().to_string()).ok()),
            currency_symbol: view.currency_symbol,
            number_of_passes_left: view.left,
            number_of_passes_sold: view.sold,
            sessions: view.sessions.into_iter().map(Session::from).collect(),
        }
    }
}
