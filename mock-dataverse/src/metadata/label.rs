//! Values that stand in most definitions: labels, managed properties, stable ids.

use uuid::Uuid;

use crate::json::{Json, object};

/// English (United States), the only language of this organization.
const LANGUAGE: i64 = 1033;

/// Under this name the ids of definitions are derived from their names, so that they are the same in every world.
const DEFINITIONS: Uuid = Uuid::from_u128(0x3f5e_8c11_70d4_4b2e_9d6a_0c1b_e6a2_f754);

/// The id of a definition: the same for the same names.
pub(super) fn id_of(kind: &str, name: &str) -> Uuid {
    Uuid::new_v5(&DEFINITIONS, format!("{kind}:{name}").as_bytes())
}

/// A label in the organization's language.
pub(super) fn label(text: &str) -> Json {
    let localized = object([
        ("Label", text.into()),
        ("LanguageCode", LANGUAGE.into()),
        ("IsManaged", true.into()),
        ("MetadataId", id_of("label", text).to_string().into()),
        ("HasChanged", Json::Null),
    ]);
    object([("LocalizedLabels", Json::Array(vec![localized.clone()])), ("UserLocalizedLabel", localized)])
}

/// A label that was never written.
pub(super) fn no_label() -> Json {
    object([("LocalizedLabels", Json::Array(Vec::new())), ("UserLocalizedLabel", Json::Null)])
}

/// A property that a solution may lock.
pub(super) fn managed(value: impl Into<Json>, name: &str) -> Json {
    object([("Value", value.into()), ("CanBeChanged", true.into()), ("ManagedPropertyLogicalName", name.into())])
}

/// A text, or null.
pub(super) fn text_or_null(text: Option<&str>) -> Json {
    text.map_or(Json::Null, Json::from)
}
