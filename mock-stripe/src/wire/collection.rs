//! What a page asks and says beside the payment, as links and sessions tell it.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::{Map, Value, json};

use super::shape::shape;
use crate::domain::collection::{Collection, CustomField, FieldKind, Lengths, NameAsked};

/// `custom_text`
pub(super) fn custom_text(asked: &Collection) -> impl Serialize {
    let text = |said: &Option<String>| said.as_ref().map(|message| json!({ "message": message }));
    shape!({
        "after_submit": text(&asked.texts.after_submit),
        "shipping_address": text(&asked.texts.shipping_address),
        "submit": text(&asked.texts.submit),
        "terms_of_service_acceptance": text(&asked.texts.terms),
    })
}

/// `name_collection`, where the seller said anything of it.
pub(super) fn name_collection(asked: &Collection) -> Option<impl Serialize + use<>> {
    let (business, individual) = (asked.business_name, asked.individual_name);
    let name = |asked: NameAsked| shape!({ "enabled": asked.enabled, "optional": asked.optional });
    let said = business.is_some() || individual.is_some();
    said.then(|| shape!({ "business"?: business.map(name), "individual"?: individual.map(name) }))
}

/// `consent_collection`
pub(super) fn consent_collection(asked: &Collection) -> Option<impl Serialize + use<>> {
    asked.terms.map(|required| {
        shape!({
            "payment_method_reuse_agreement": null,
            "promotions": "none",
            "terms_of_service": if required { "required" } else { "none" },
        })
    })
}

/// `custom_fields`; those of a session tell what was `answered`.
pub(super) fn custom_fields(asked: &Collection, answered: Option<&BTreeMap<String, String>>) -> Vec<Value> {
    let field = |field: &CustomField| {
        let mut detail = Map::new();
        detail.insert("default_value".to_owned(), field.default().into());
        match &field.kind {
            FieldKind::Dropdown { options, .. } => {
                let options = options.iter().map(|(label, value)| json!({ "label": label, "value": value }));
                detail.insert("options".to_owned(), options.collect());
            }
            FieldKind::Numeric(Lengths { most, least, .. }) | FieldKind::Text(Lengths { most, least, .. }) => {
                detail.insert("maximum_length".to_owned(), (*most).into());
                detail.insert("minimum_length".to_owned(), (*least).into());
            }
        }
        if let Some(answered) = answered {
            detail.insert("value".to_owned(), answered.get(&field.key).cloned().into());
        }
        json!({
            "key": field.key,
            "label": { "custom": field.label, "type": "custom" },
            "optional": field.optional,
            field.kind(): detail,
            "type": field.kind(),
        })
    };
    asked.fields.iter().map(field).collect()
}
