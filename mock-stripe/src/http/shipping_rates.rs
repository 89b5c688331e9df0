//! `/v1/shipping_rates`

use std::sync::Arc;

use super::call::{Call, Operation, Run};
use super::content::Content;
use super::listing::{self, AFTER, BEFORE, CREATED, LIMIT};
use crate::domain::shipping::COUNTRIES;
use crate::error::Error;
use crate::flows::{Tx, shipping};
use crate::params::{Field, Kind, later, need, opt};
use crate::render::Shown;

const BOUND: Kind = Kind::Object(&[
    need("unit", Kind::OneOf(&["business_day", "day", "hour", "month", "week"])),
    need("value", Kind::Integer(1, 999_999_999)),
]);
const TAX: Kind = Kind::OneOf(super::prices::TAX);
const RATE: &[Field] = &[
    opt("delivery_estimate", Kind::Object(&[opt("maximum", BOUND), opt("minimum", BOUND)])),
    need("display_name", Kind::Text(100)),
    opt(
        "fixed_amount",
        Kind::Object(&[
            need("amount", Kind::Integer(0, 999_999_999_999)),
            need("currency", Kind::Currency),
            later("currency_options"),
        ]),
    ),
    opt("metadata", Kind::Metadata),
    opt("tax_behavior", TAX),
    opt("tax_code", Kind::Text(5_000)),
    opt("type", Kind::OneOf(&["fixed_amount"])),
];
const UPDATE: &[Field] = &[
    opt("active", Kind::Flag),
    opt("fixed_amount", Kind::Object(&[later("currency_options")])),
    opt("metadata", Kind::Metadata),
    opt("tax_behavior", TAX),
];
const LIST: &[Field] = &[opt("active", Kind::Flag), CREATED, opt("currency", Kind::Currency), BEFORE, LIMIT, AFTER];

/// Most ways of sending to choose from.
const MOST: usize = 5;
/// How goods are sent: sessions may describe a rate, links only name one.
pub(super) const OF_SESSION: Field = opt(
    "shipping_options",
    Kind::ListOrUnset(
        &Kind::Object(&[opt("shipping_rate", Kind::Text(5_000)), opt("shipping_rate_data", Kind::Object(RATE))]),
        MOST,
    ),
);
pub(super) const OF_LINK: Field =
    opt("shipping_options", Kind::ListOrUnset(&Kind::Object(&[opt("shipping_rate", Kind::Text(5_000))]), MOST));
/// Where goods are sent.
pub(super) const ADDRESS: Field = opt(
    "shipping_address_collection",
    Kind::ObjectOrUnset(&[need("allowed_countries", Kind::List(&Kind::OneOf(COUNTRIES), 300))]),
);

pub(super) const OPERATIONS: &[Operation] = &[
    Operation {
        method: "POST",
        path: "/v1/shipping_rates",
        id: "createShippingRate",
        fields: RATE,
        run: Run::Write(create),
    },
    Operation {
        method: "GET",
        path: "/v1/shipping_rates",
        id: "listShippingRates",
        fields: LIST,
        run: Run::Read(list),
    },
    Operation {
        method: "GET",
        path: "/v1/shipping_rates/{shipping_rate}",
        id: "retrieveShippingRate",
        fields: &[],
        run: Run::Read(retrieve),
    },
    Operation {
        method: "POST",
        path: "/v1/shipping_rates/{shipping_rate}",
        id: "updateShippingRate",
        fields: UPDATE,
        run: Run::Write(update),
    },
];

fn create(tx: &mut Tx<'_>, call: &Call) -> Result<Content, Error> {
    Ok(shipping::create(tx, &call.params, "", &call.belongs)?.into())
}

fn list(shown: Shown<'_>, call: &Call) -> Result<Content, Error> {
    let (params, created) = (&call.params, listing::created(call));
    let page = shown.state.shipping_rates.page(&listing::paging(call)?, None, |row| {
        created(row.created)
            && params.flag("active").is_none_or(|active| row.active == active)
            && params.currency("currency").is_none_or(|currency| row.currency == currency)
    });
    listing::answer(call, "shipping rate", page, |row| Arc::clone(row).into())
}

fn retrieve(shown: Shown<'_>, call: &Call) -> Result<Content, Error> {
    Ok(shown.state.shipping_rates.get(&call.id).ok_or_else(|| missing(call))?.into())
}

fn update(tx: &mut Tx<'_>, call: &Call) -> Result<Content, Error> {
    let rate = tx.state.shipping_rates.get(&call.id).ok_or_else(|| missing(call))?;
    Ok(shipping::update(tx, &rate, &call.params)?.into())
}

fn missing(call: &Call) -> Error {
    Error::no_such_at_url("shipping rate", &call.id, "shipping_rate_token")
}
