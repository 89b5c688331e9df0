//! A question of the registration on the wire.

use mock_dataverse::event_management::agenda_views::CustomFieldView;
use serde::Serialize;
use uuid::Uuid;

/// A question. Its choices stand in one text, a line each.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CustomField {
    custom_registration_field_id: Uuid,
    text: String,
    #[serde(rename = "type")]
    kind: Option<i64>,
    is_required: bool,
    choices: Option<String>,
}

impl From<CustomFieldView> for CustomField {
    fn from(view: CustomFieldView) -> Self {
        Self {
            custom_registration_field_id: view.id,
            text: view.text,
            kind: view.kind,
            is_required: view.required,
            choices: view.choices,
        }
    }
}
