//! What a link or session is told to ask its buyer.

use crate::domain::collection::{Collection, CustomField, CustomTexts, FieldKind, Lengths, NameAsked};
use crate::error::Error;
use crate::params::Params;

/// What is asked for, over what was before.
pub(super) fn collection(before: Collection, params: &Params) -> Result<Collection, Error> {
    let mut after = before;
    if let Some(phone) = params.object("phone_number_collection") {
        after.phone = phone.flag("enabled") == Some(true);
    }
    if params.has("name_collection") {
        let given = params.object("name_collection");
        let name = |which: &str, before: Option<NameAsked>| match given {
            Some(given) if !given.has(which) => before,
            given => given.and_then(|given| given.object(which)).map(name_asked),
        };
        after.business_name = name("business", after.business_name);
        after.individual_name = name("individual", after.individual_name);
    }
    if params.has("consent_collection") {
        let given = params.object("consent_collection");
        if given.as_ref().is_some_and(|given| given.text("promotions") == Some("auto")) {
            let what = "asking the buyer for consent to promotions";
            return Err(Error::unsupported(what, Some("consent_collection[promotions]")));
        }
        after.terms = given.map(|given| given.text("terms_of_service") == Some("required"));
    }
    if params.has("custom_text") {
        after.texts = params.object("custom_text").map(|given| texts(after.texts, given)).unwrap_or_default();
    }
    if params.has("custom_fields") {
        after.fields = fields(&params.objects("custom_fields").unwrap_or_default())?;
    }
    Ok(after)
}

fn name_asked(given: &Params) -> NameAsked {
    NameAsked { enabled: given.flag("enabled") == Some(true), optional: given.flag("optional") == Some(true) }
}

fn texts(before: CustomTexts, given: &Params) -> CustomTexts {
    let text = |name: &str, before: Option<String>| {
        if given.has(name) { given.object(name).and_then(|text| text.string("message")) } else { before }
    };
    CustomTexts {
        after_submit: text("after_submit", before.after_submit),
        shipping_address: text("shipping_address", before.shipping_address),
        submit: text("submit", before.submit),
        terms: text("terms_of_service_acceptance", before.terms),
    }
}

fn fields(given: &[&Params]) -> Result<Vec<CustomField>, Error> {
    let mut fields: Vec<CustomField> = Vec::new();
    for (at, given) in given.iter().enumerate() {
        let param = |name: &str| format!("custom_fields[{at}][{name}]");
        let key = given.string("key").unwrap_or_default();
        if !key.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            return Err(Error::invalid("A custom field's key may only hold letters and digits.").param(param("key")));
        }
        if fields.iter().any(|field| field.key == key) {
            return Err(Error::invalid("Each custom field needs a key of its own.").param(param("key")));
        }
        let kind = given.text("type").unwrap_or_default();
        if let Some(other) = ["dropdown", "numeric", "text"].iter().find(|name| **name != kind && given.has(name)) {
            return Err(Error::exclusive(&param("type"), &param(other)));
        }
        let details = given.object(kind);
        let kind = match (kind, details) {
            ("dropdown", None) => return Err(Error::missing(&param("dropdown"))),
            ("dropdown", Some(given)) => {
                let default = given.string("default_value");
                let options = given.objects("options").unwrap_or_default();
                let said = |option: &Params, name: &str| option.string(name).unwrap_or_default();
                let options: Vec<_> =
                    options.iter().map(|option| (said(option, "label"), said(option, "value"))).collect();
                if options.is_empty() {
                    return Err(Error::empty(&param("dropdown][options")));
                }
                FieldKind::Dropdown { default, options }
            }
            ("numeric", given) => FieldKind::Numeric(lengths(given)),
            (_, given) => FieldKind::Text(lengths(given)),
        };
        let label = given.object("label").and_then(|label| label.string("custom")).unwrap_or_default();
        let optional = given.flag("optional") == Some(true);
        let field = CustomField { key, label, optional, kind };
        if let Some(default) = field.default()
            && field.check(default).is_err()
        {
            let message = "The default value is none that the buyer could give.";
            return Err(Error::invalid(message).param(param(&format!("{}][default_value", field.kind()))));
        }
        fields.push(field);
    }
    Ok(fields)
}

fn lengths(given: Option<&Params>) -> Lengths {
    given.map_or_else(Lengths::default, |given| Lengths {
        default: given.string("default_value"),
        most: given.integer("maximum_length"),
        least: given.integer("minimum_length"),
    })
}
