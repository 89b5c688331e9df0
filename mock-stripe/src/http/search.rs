//! `/search` of the kinds that have it: pages of what a query matches, newest first.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::call::{Call, Operation, Run};
use super::content::Content;
use crate::domain::search::{MOST_QUERY, Query, Searchable};
use crate::domain::told::Told;
use crate::error::Error;
use crate::params::{Field, Kind, need, opt};
use crate::render::Shown;
use crate::table::{Paging, Row, Table};

const FIELDS: &[Field] =
    &[super::listing::LIMIT, opt("page", Kind::Text(1_000)), need("query", Kind::Text(MOST_QUERY))];

const fn operation(
    path: &'static str,
    id: &'static str,
    read: fn(Shown<'_>, &Call) -> Result<Content, Error>,
) -> Operation {
    Operation { method: "GET", path, id, fields: FIELDS, run: Run::Read(read) }
}

pub(super) const OPERATIONS: &[Operation] = &[
    operation("/v1/charges/search", "searchCharges", |shown, call| {
        found(call, &shown.state.charges, |_| true, |row| Arc::clone(row).into())
    }),
    operation("/v1/customers/search", "searchCustomers", |shown, call| {
        found(call, &shown.state.customers, |row| !row.deleted, |row| Arc::clone(row).into())
    }),
    operation("/v1/payment_intents/search", "searchPaymentIntents", |shown, call| {
        found(call, &shown.state.intents, |_| true, |row| shown.told_intent(row))
    }),
    operation("/v1/prices/search", "searchPrices", |shown, call| {
        found(call, &shown.state.prices, |_| true, |row| Arc::clone(row).into())
    }),
    operation("/v1/products/search", "searchProducts", |shown, call| {
        found(call, &shown.state.products, |row| !row.deleted, |row| Arc::clone(row).into())
    }),
];

/// A page of what the query matches. Unlike the service's, it knows of every object at once.
fn found<T: Row + Searchable>(
    call: &Call,
    table: &Table<T>,
    alive: impl Fn(&T) -> bool,
    told: impl Fn(&Arc<T>) -> Told,
) -> Result<Content, Error> {
    let params = &call.params;
    let query: Query<T> = Query::parse(params.text("query").unwrap_or_default()).map_err(|error| {
        Error::invalid(format!("We were unable to parse your search query: {error}.")).param("query")
    })?;
    let wanted = |row: &T| alive(row) && query.matches(row);
    let after =
        params.text("page").map(|page| cursor(page).filter(|id| table.has(id)).ok_or_else(no_page)).transpose()?;
    let limit = params.integer("limit").and_then(|limit| usize::try_from(limit).ok()).unwrap_or(10);
    let page = table.page(&Paging { limit, after, before: None }, None, wanted).map_err(|_| no_page())?;
    let counts = params.strings("expand").is_some_and(|paths| paths.iter().any(|path| path == "total_count"));
    let last = page.rows.last().filter(|_| page.has_more);
    Ok(Content::Found {
        url: call.path.clone(),
        rows: page.rows.iter().map(told).collect(),
        next_page: last.map(|row| URL_SAFE_NO_PAD.encode(row.id())),
        total_count: counts.then(|| table.all().filter(|row| wanted(row)).count()),
    })
}

/// The object that a page begins after.
fn cursor(page: &str) -> Option<String> {
    String::from_utf8(URL_SAFE_NO_PAD.decode(page).ok()?).ok()
}

fn no_page() -> Error {
    Error::invalid("Invalid page: it must be the next_page of an earlier answer to the same query.").param("page")
}
