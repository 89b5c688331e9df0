//! Lists, line items and what is left of a deleted object.

use serde::Serialize;

use super::View;
use super::price::price;
use super::shape::shape;
use crate::domain::catalog::{LineItem, Price};

/// A page of objects.
pub fn list<'a, T: Serialize>(url: &'a str, data: &'a [T], has_more: bool) -> impl Serialize + use<'a, T> {
    shape!({ "object": "list", "data": data, "has_more": has_more, "url": url })
}

/// A page of what a search found.
pub fn search_result<'a, T: Serialize>(
    url: &'a str,
    data: &'a [T],
    next_page: Option<&'a str>,
    total_count: Option<usize>,
) -> impl Serialize + use<'a, T> {
    shape!({
        "object": "search_result",
        "data": data,
        "has_more": next_page.is_some(),
        "next_page": next_page,
        "total_count"?: total_count,
        "url": url,
    })
}

/// A line of a link or session, with its whole price and what is taken off, in the smallest unit.
pub fn line_item<'a>(item: &'a LineItem, off: i64, of: Option<&'a Price>, view: &View) -> impl Serialize + use<'a> {
    let adjustable =
        item.adjustable.map(|range| shape!({ "enabled": true, "maximum": range.maximum, "minimum": range.minimum }));
    shape!({
        "id": &item.id,
        "object": "item",
        "adjustable_quantity": adjustable,
        "amount_discount": off,
        "amount_subtotal": item.amount,
        "amount_tax": 0,
        "amount_total": item.amount - off,
        "currency": item.currency.code(),
        "description": &item.description,
        "metadata": {},
        "price": of.map(|of| price(of, view)),
        "quantity": item.quantity,
    })
}

/// What is left of a deleted object.
pub fn deleted(id: &str, object: &'static str) -> impl Serialize {
    shape!({ "id": id, "object": object, "deleted": true })
}
