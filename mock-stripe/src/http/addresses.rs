//! The parameters of addresses, shipping and payment methods, as several operations take them.

use crate::domain::method_filter::METHOD_TYPES;
use crate::params::{Field, Kind, OTHER_METHODS, later, need, opt};

const ADDRESS: &[Field] = &[
    opt("city", Kind::TextOrUnset(5_000)),
    opt("country", Kind::TextOrUnset(5_000)),
    opt("line1", Kind::TextOrUnset(5_000)),
    opt("line2", Kind::TextOrUnset(5_000)),
    opt("postal_code", Kind::TextOrUnset(5_000)),
    opt("state", Kind::TextOrUnset(5_000)),
];
pub(super) const ADDRESS_OR_UNSET: Kind = Kind::ObjectOrUnset(ADDRESS);

const SHIPPING_FIELDS: &[Field] = &[
    need("address", Kind::Object(ADDRESS)),
    opt("carrier", Kind::Text(5_000)),
    need("name", Kind::Text(5_000)),
    opt("phone", Kind::TextOrUnset(5_000)),
    opt("tracking_number", Kind::Text(5_000)),
];
pub(super) const SHIPPING: Kind = Kind::Object(SHIPPING_FIELDS);
pub(super) const SHIPPING_OR_UNSET: Kind = Kind::ObjectOrUnset(SHIPPING_FIELDS);
/// A customer's goods have no parcel yet.
pub(super) const CUSTOMERS_SHIPPING: Kind = Kind::ObjectOrUnset(&[
    need("address", Kind::Object(ADDRESS)),
    need("name", Kind::Text(5_000)),
    opt("phone", Kind::TextOrUnset(5_000)),
]);

pub(super) const BILLING: Kind = Kind::Object(&[
    opt("address", ADDRESS_OR_UNSET),
    opt("email", Kind::EmailOrUnset),
    opt("name", Kind::TextOrUnset(5_000)),
    opt("phone", Kind::TextOrUnset(5_000)),
    later("tax_id"),
]);

pub(super) const ALLOW_REDISPLAY: Kind = Kind::OneOf(&["always", "limited", "unspecified"]);
pub(super) const METHOD_TYPE: Kind = Kind::SomeOf { words: METHOD_TYPES, taken: &["card", "sepa_debit"] };

const CARD: Kind = Kind::Object(&[
    opt("cvc", Kind::Text(10)),
    opt("exp_month", Kind::Integer(0, 99_999)),
    opt("exp_year", Kind::Integer(0, 99_999)),
    later("networks"),
    opt("number", Kind::Text(100)),
    opt("token", Kind::Text(5_000)),
]);

/// What describes a payment method.
pub(super) const METHOD: &[Field] = &[
    opt("allow_redisplay", ALLOW_REDISPLAY),
    opt("billing_details", BILLING),
    opt("card", CARD),
    later("customer"),
    opt("metadata", Kind::Metadata),
    later("payment_method"),
    later("radar_options"),
    opt("sepa_debit", Kind::Object(&[need("iban", Kind::Text(5_000))])),
    need("type", METHOD_TYPE),
    OTHER_METHODS,
];
