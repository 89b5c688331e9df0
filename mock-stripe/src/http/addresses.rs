//! Addresses among the parameters of calls.

use crate::params::{Field, Kind, need, opt};

const TEXT: Kind = Kind::TextOrUnset(5_000);

const ADDRESS: &[Field] = &[
    opt("city", TEXT),
    opt("country", TEXT),
    opt("line1", TEXT),
    opt("line2", TEXT),
    opt("postal_code", TEXT),
    opt("state", TEXT),
];
/// Who pays.
pub(super) const BILLING: Kind = Kind::Object(&[
    opt("address", Kind::ObjectOrUnset(ADDRESS)),
    opt("email", Kind::Email),
    opt("name", TEXT),
    opt("phone", TEXT),
]);
/// Where something is sent.
pub(super) const SHIPPING: Kind = Kind::Object(&[
    need("address", Kind::Object(ADDRESS)),
    opt("carrier", TEXT),
    need("name", Kind::Text(5_000)),
    opt("phone", TEXT),
    opt("tracking_number", TEXT),
]);
