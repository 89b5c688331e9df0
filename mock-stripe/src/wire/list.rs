//! Lists, line items and what is left of a deleted object.

use serde_json::{Value, json};

use crate::domain::catalog::LineItem;

/// A page of objects.
pub fn list(url: &str, data: Vec<Value>, has_more: bool) -> Value {
    json!({ "object": "list", "data": data, "has_more": has_more, "url": url })
}

/// A line of a link or session; `price` is the whole price.
pub fn line_item(item: &LineItem, price: Value) -> Value {
    let adjustable = match item.adjustable {
        Some(range) => json!({ "enabled": true, "maximum": range.maximum, "minimum": range.minimum }),
        None => Value::Null,
    };
    json!({
        "id": item.id,
        "object": "item",
        "adjustable_quantity": adjustable,
        "amount_discount": 0,
        "amount_subtotal": item.amount,
        "amount_tax": 0,
        "amount_total": item.amount,
        "currency": item.currency.code(),
        "description": item.description,
        "metadata": {},
        "price": price,
        "quantity": item.quantity,
    })
}

/// What is left of a deleted object.
pub fn deleted(id: &str, object: &str) -> Value {
    json!({ "id": id, "object": object, "deleted": true })
}
