//! `/v1/products`

use std::sync::Arc;

use super::call::{Call, Operation, Run};
use super::content::Content;
use super::listing::{self, AFTER, BEFORE, CREATED, LIMIT};
use crate::domain::catalog::Product;
use crate::error::Error;
use crate::flows::{Tx, products};
use crate::params::{Field, Kind, later, need, opt};
use crate::render::Shown;

const FEATURES: Kind = Kind::ListOrUnset(&Kind::Object(&[need("name", Kind::Text(5_000))]), 15);
const IMAGES: Kind = Kind::ListOrUnset(&Kind::Url, 8);
const DIMENSIONS: &[Field] = &[
    need("height", Kind::Decimal),
    need("length", Kind::Decimal),
    need("weight", Kind::Decimal),
    need("width", Kind::Decimal),
];
const DEFAULT_PRICE: &[Field] = &[
    need("currency", Kind::Currency),
    opt("metadata", Kind::Metadata),
    opt("recurring", Kind::Object(super::prices::RECURRING)),
    opt("tax_behavior", Kind::OneOf(super::prices::TAX)),
    opt("unit_amount", Kind::Integer(0, 999_999_999_999)),
    opt("unit_amount_decimal", Kind::Decimal),
    later("currency_options"),
    opt("custom_unit_amount", super::prices::CUSTOM_AMOUNT),
];

const CREATE: &[Field] = &[
    need("name", Kind::Text(5_000)),
    opt("active", Kind::Flag),
    opt("default_price_data", Kind::Object(DEFAULT_PRICE)),
    opt("description", Kind::Text(40_000)),
    opt("id", Kind::Text(5_000)),
    opt("images", IMAGES),
    opt("marketing_features", FEATURES),
    opt("metadata", Kind::Metadata),
    opt("package_dimensions", Kind::Object(DIMENSIONS)),
    opt("shippable", Kind::Flag),
    opt("statement_descriptor", Kind::Text(22)),
    opt("tax_code", Kind::Text(5_000)),
    opt("type", Kind::SomeOf { words: &["good", "service"], taken: &["service"] }),
    opt("unit_label", Kind::Text(12)),
    opt("url", Kind::Url),
];

const UPDATE: &[Field] = &[
    opt("active", Kind::Flag),
    opt("default_price", Kind::Text(5_000)),
    opt("description", Kind::TextOrUnset(40_000)),
    opt("images", IMAGES),
    opt("marketing_features", FEATURES),
    opt("metadata", Kind::Metadata),
    opt("name", Kind::Text(5_000)),
    opt("package_dimensions", Kind::ObjectOrUnset(DIMENSIONS)),
    opt("shippable", Kind::Flag),
    opt("statement_descriptor", Kind::TextOrUnset(22)),
    opt("tax_code", Kind::TextOrUnset(5_000)),
    opt("unit_label", Kind::TextOrUnset(12)),
    opt("url", Kind::UrlOrUnset),
];

const LIST: &[Field] = &[
    opt("active", Kind::Flag),
    CREATED,
    BEFORE,
    opt("ids", Kind::List(&Kind::Text(5_000), 100)),
    LIMIT,
    opt("shippable", Kind::Flag),
    AFTER,
    opt("type", Kind::OneOf(&["good", "service"])),
    opt("url", Kind::Text(5_000)),
];

pub(super) const OPERATIONS: &[Operation] = &[
    Operation { method: "POST", path: "/v1/products", id: "createProduct", fields: CREATE, run: Run::Write(create) },
    Operation { method: "GET", path: "/v1/products", id: "listProducts", fields: LIST, run: Run::Read(list) },
    Operation {
        method: "GET",
        path: "/v1/products/{id}",
        id: "retrieveProduct",
        fields: &[],
        run: Run::Read(retrieve),
    },
    Operation {
        method: "POST",
        path: "/v1/products/{id}",
        id: "updateProduct",
        fields: UPDATE,
        run: Run::Write(update),
    },
    Operation {
        method: "DELETE",
        path: "/v1/products/{id}",
        id: "deleteProduct",
        fields: &[],
        run: Run::Write(delete),
    },
];

fn create(tx: &mut Tx<'_>, call: &Call) -> Result<Content, Error> {
    let product = products::create(tx, &call.params, &call.belongs)?;
    Ok(product.into())
}

fn list(shown: Shown<'_>, call: &Call) -> Result<Content, Error> {
    let params = &call.params;
    let created = listing::created(call);
    let ids = params.strings("ids");
    let page = shown.state.products.page(&listing::paging(call)?, None, |row| {
        !row.deleted
            && created(row.created)
            && params.flag("active").is_none_or(|active| row.active == active)
            && params.flag("shippable").is_none_or(|shippable| row.shippable == Some(shippable))
            && params.text("type").is_none_or(|kind| kind == "service")
            && params.text("url").is_none_or(|url| row.url.as_deref() == Some(url))
            && ids.as_ref().is_none_or(|ids| ids.contains(&row.id))
    });
    listing::answer(call, "product", page, |row| Arc::clone(row).into())
}

fn retrieve(shown: Shown<'_>, call: &Call) -> Result<Content, Error> {
    let product = shown.state.products.get(&call.id).ok_or_else(|| missing(call))?;
    Ok(product.into())
}

fn update(tx: &mut Tx<'_>, call: &Call) -> Result<Content, Error> {
    let product = living(tx, call)?;
    let product = products::update(tx, &product, &call.params)?;
    Ok(product.into())
}

fn delete(tx: &mut Tx<'_>, call: &Call) -> Result<Content, Error> {
    let product = living(tx, call)?;
    let product = products::delete(tx, &product)?;
    Ok(product.into())
}

fn living(tx: &Tx<'_>, call: &Call) -> Result<Arc<Product>, Error> {
    let product = tx.state.products.get(&call.id).filter(|product| !product.deleted);
    product.ok_or_else(|| missing(call))
}

fn missing(call: &Call) -> Error {
    Error::no_such_at_url("product", &call.id, "id")
}
