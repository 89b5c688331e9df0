//! The parameters that say what a page asks its buyer.

use crate::domain::collection::MOST_ANSWER;
use crate::params::{Field, Kind, later, need, opt};

const SENTENCE: Kind = Kind::ObjectOrUnset(&[need("message", Kind::Text(1_200))]);
const LENGTHS: Kind = Kind::Object(&[
    opt("default_value", Kind::Text(255)),
    opt("maximum_length", Kind::Integer(1, MOST_ANSWER)),
    opt("minimum_length", Kind::Integer(0, MOST_ANSWER)),
]);
const OPTION: &[Field] = &[need("label", Kind::Text(100)), need("value", Kind::Text(100))];
const QUESTION: &[Field] = &[
    opt(
        "dropdown",
        Kind::Object(&[opt("default_value", Kind::Text(100)), need("options", Kind::List(&Kind::Object(OPTION), 200))]),
    ),
    need("key", Kind::Text(200)),
    need("label", Kind::Object(&[need("custom", Kind::Text(50)), need("type", Kind::OneOf(&["custom"]))])),
    opt("numeric", LENGTHS),
    opt("optional", Kind::Flag),
    opt("text", LENGTHS),
    need("type", Kind::OneOf(&["dropdown", "numeric", "text"])),
];

pub(super) const CONSENT: Field = opt(
    "consent_collection",
    Kind::Object(&[
        later("payment_method_reuse_agreement"),
        opt("promotions", Kind::OneOf(&["auto", "none"])),
        opt("terms_of_service", Kind::OneOf(&["none", "required"])),
    ]),
);
pub(super) const CUSTOM_FIELDS: Field = opt("custom_fields", Kind::ListOrUnset(&Kind::Object(QUESTION), 3));
pub(super) const CUSTOM_TEXT: Field = opt(
    "custom_text",
    Kind::ObjectOrUnset(&[
        opt("after_submit", SENTENCE),
        opt("shipping_address", SENTENCE),
        opt("submit", SENTENCE),
        opt("terms_of_service_acceptance", SENTENCE),
    ]),
);
const NAME: Kind = Kind::Object(&[need("enabled", Kind::Flag), opt("optional", Kind::Flag)]);
const NAMES: &[Field] = &[opt("business", NAME), opt("individual", NAME)];
pub(super) const NAME_COLLECTION: Field = opt("name_collection", Kind::Object(NAMES));
/// The same for a link that is there; empty unsets.
pub(super) const CHANGED_NAME_COLLECTION: Field = opt("name_collection", Kind::ObjectOrUnset(NAMES));
pub(super) const PHONE: Field = opt("phone_number_collection", Kind::Object(&[need("enabled", Kind::Flag)]));
pub(super) const BILLING_ADDRESS: Field = opt("billing_address_collection", Kind::OneOf(&["auto", "required"]));
