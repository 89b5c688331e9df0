//! `/v1/prices`

use std::sync::Arc;

use super::call::{Call, Operation, Run};
use super::content::Content;
use super::listing::{self, AFTER, BEFORE, CREATED, LIMIT};
use crate::error::Error;
use crate::flows::{Tx, prices};
use crate::params::{Field, Kind, later, need, opt};
use crate::render::Shown;

pub(super) const RECURRING: &[Field] = &[
    need("interval", Kind::OneOf(&["day", "week", "month", "year"])),
    opt("interval_count", Kind::Integer(1, 1_095)),
    opt("usage_type", Kind::SomeOf { words: &["licensed", "metered"], taken: &["licensed"] }),
    later("meter"),
    later("trial_period_days"),
];
/// The amount that the buyer chooses.
pub(super) const CUSTOM_AMOUNT: Kind = Kind::Object(&[
    need("enabled", Kind::Flag),
    opt("maximum", Kind::Integer(1, 999_999_999_999)),
    opt("minimum", Kind::Integer(0, 999_999_999_999)),
    opt("preset", Kind::Integer(0, 999_999_999_999)),
]);
pub(super) const TAX: &[&str] = &["exclusive", "inclusive", "unspecified"];
/// A product described within another request.
const PRODUCT: &[Field] = &[
    need("name", Kind::Text(5_000)),
    opt("active", Kind::Flag),
    opt("id", Kind::Text(5_000)),
    opt("metadata", Kind::Metadata),
    opt("statement_descriptor", Kind::Text(22)),
    opt("tax_code", Kind::Text(5_000)),
    opt("unit_label", Kind::Text(12)),
];
/// A product described within the line of a link or session.
const LINE_PRODUCT: &[Field] = &[
    need("name", Kind::Text(5_000)),
    opt("description", Kind::Text(40_000)),
    opt("images", Kind::List(&Kind::Url, 8)),
    opt("metadata", Kind::Metadata),
    opt("tax_code", Kind::Text(5_000)),
    opt("unit_label", Kind::Text(12)),
];
/// A price described within the line of a link or session.
pub(super) const LINE_PRICE: &[Field] = &[
    need("currency", Kind::Currency),
    opt("product", Kind::Text(5_000)),
    opt("product_data", Kind::Object(LINE_PRODUCT)),
    opt("recurring", Kind::Object(RECURRING)),
    opt("tax_behavior", Kind::OneOf(TAX)),
    opt("unit_amount", Kind::Integer(0, 999_999_999_999)),
    opt("unit_amount_decimal", Kind::Decimal),
];

const CREATE: &[Field] = &[
    need("currency", Kind::Currency),
    opt("active", Kind::Flag),
    opt("billing_scheme", Kind::SomeOf { words: &["per_unit", "tiered"], taken: &["per_unit"] }),
    later("currency_options"),
    opt("custom_unit_amount", CUSTOM_AMOUNT),
    opt("lookup_key", Kind::Text(200)),
    opt("metadata", Kind::Metadata),
    opt("nickname", Kind::Text(5_000)),
    opt("product", Kind::Text(5_000)),
    opt("product_data", Kind::Object(PRODUCT)),
    opt("recurring", Kind::Object(RECURRING)),
    opt("tax_behavior", Kind::OneOf(TAX)),
    later("tiers"),
    later("tiers_mode"),
    opt("transfer_lookup_key", Kind::Flag),
    later("transform_quantity"),
    opt("unit_amount", Kind::Integer(0, 999_999_999_999)),
    opt("unit_amount_decimal", Kind::Decimal),
];

const UPDATE: &[Field] = &[
    opt("active", Kind::Flag),
    later("currency_options"),
    opt("lookup_key", Kind::TextOrUnset(200)),
    opt("metadata", Kind::Metadata),
    opt("nickname", Kind::TextOrUnset(5_000)),
    opt("tax_behavior", Kind::OneOf(TAX)),
    opt("transfer_lookup_key", Kind::Flag),
];

const LIST: &[Field] = &[
    opt("active", Kind::Flag),
    CREATED,
    opt("currency", Kind::Currency),
    BEFORE,
    LIMIT,
    opt("lookup_keys", Kind::List(&Kind::Text(200), 10)),
    opt("product", Kind::Text(5_000)),
    later("recurring"),
    AFTER,
    opt("type", Kind::OneOf(&["one_time", "recurring"])),
];

pub(super) const OPERATIONS: &[Operation] = &[
    Operation { method: "POST", path: "/v1/prices", id: "createPrice", fields: CREATE, run: Run::Write(create) },
    Operation { method: "GET", path: "/v1/prices", id: "listPrices", fields: LIST, run: Run::Read(list) },
    Operation { method: "GET", path: "/v1/prices/{price}", id: "retrievePrice", fields: &[], run: Run::Read(retrieve) },
    Operation {
        method: "POST",
        path: "/v1/prices/{price}",
        id: "updatePrice",
        fields: UPDATE,
        run: Run::Write(update),
    },
];

fn create(tx: &mut Tx<'_>, call: &Call) -> Result<Content, Error> {
    let price = prices::create(tx, &call.params, &call.belongs)?;
    Ok(price.into())
}

fn list(shown: Shown<'_>, call: &Call) -> Result<Content, Error> {
    let params = &call.params;
    let created = listing::created(call);
    let keys = params.strings("lookup_keys");
    let key = params.text("product").map(|product| ("product", product));
    let page = shown.state.prices.page(&listing::paging(call)?, key, |row| {
        created(row.created)
            && params.flag("active").is_none_or(|active| row.active == active)
            && params.currency("currency").is_none_or(|currency| row.currency == currency)
            && params.text("type").is_none_or(|kind| (kind == "recurring") == row.recurring.is_some())
            && keys.as_ref().is_none_or(|keys| row.lookup_key.as_ref().is_some_and(|key| keys.contains(key)))
    });
    listing::answer(call, "price", page, |row| Arc::clone(row).into())
}

fn retrieve(shown: Shown<'_>, call: &Call) -> Result<Content, Error> {
    let price = shown.state.prices.get(&call.id).ok_or_else(|| missing(call))?;
    Ok(price.into())
}

fn update(tx: &mut Tx<'_>, call: &Call) -> Result<Content, Error> {
    let price = tx.state.prices.get(&call.id).ok_or_else(|| missing(call))?;
    let price = prices::update(tx, &price, &call.params)?;
    Ok(price.into())
}

fn missing(call: &Call) -> Error {
    Error::no_such_at_url("price", &call.id, "price")
}
