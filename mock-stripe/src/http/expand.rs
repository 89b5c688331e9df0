//! `expand[]`: puts whole objects where their ids stand, and lists that only appear on request.
//!
//! Source: `facts/stripe.md` 5.

use serde_json::{Map, Value, json};

use crate::domain::dispute::EVIDENCE;
use crate::error::{Error, MAX_EXPAND};
use crate::render::Shown;
use crate::wire;
use crate::wire::shape::value_of;

/// Expands every path.
pub(crate) fn all(mut value: Value, paths: &[String], shown: Shown<'_>) -> Result<Value, Error> {
    for path in paths {
        let parts: Vec<&str> = path.split('.').collect();
        if parts.len() > MAX_EXPAND {
            return Err(Error::expand_depth(path));
        }
        let parts = match (value.get("object").and_then(Value::as_str), parts.as_slice()) {
            // The handler counted where that was asked for.
            (Some("search_result"), ["total_count"]) => continue,
            (Some("list" | "search_result"), ["data", rest @ ..]) if !rest.is_empty() => {
                let around = around_list(&value);
                for item in value.get_mut("data").and_then(Value::as_array_mut).into_iter().flatten() {
                    one(item, rest, path, shown, &around)?;
                }
                continue;
            }
            (Some("list" | "search_result"), _) => return Err(Error::cannot_expand(path)),
            (_, parts) => parts,
        };
        one(&mut value, parts, path, shown, "")?;
    }
    Ok(value)
}

/// Refuses what could not be expanded in the answer of an operation that changes something, before it changes it: as far as the path alone
/// tells. `at` is the operation's path.
pub(crate) fn check(at: &str, paths: &[String]) -> Result<(), Error> {
    let mut nouns = ANSWERS.iter().filter(|(prefix, _)| at.starts_with(prefix));
    let answer = nouns.next().map(|(_, kind)| *kind);
    for path in paths {
        let parts: Vec<&str> = path.split('.').collect();
        if parts.len() > MAX_EXPAND {
            return Err(Error::expand_depth(path));
        }
        let (mut kind, mut parts) = (answer, parts.as_slice());
        while let (Some(known), [name, rest @ ..]) = (kind, parts) {
            let through = has_parts(known, name) || PLAIN.contains(name);
            let list = known.starts_with(LIST_OF);
            if !(is_expandable(known, name) || through && !rest.is_empty() || list && *name == "data") {
                return Err(Error::cannot_expand(path));
            }
            (kind, parts) = (behind(known, name), rest);
        }
    }
    Ok(())
}

/// What the operations answer that change something, by the beginning of their paths.
const ANSWERS: &[(&str, &str)] = &[
    ("/v1/checkout/sessions", "checkout.session"),
    ("/v1/payment_intents", "payment_intent"),
    ("/v1/payment_links", "payment_link"),
    ("/v1/refunds", "refund"),
];
/// Members with parts of their own, in which something may be expanded.
const PLAIN: &[&str] = &["evidence", "invoice_settings", "shipping_cost", "total_details"];
const LIST_OF: &str = "list of ";

/// What stands where a member is expanded, where that is known without looking.
fn behind(kind: &str, name: &str) -> Option<&'static str> {
    match (kind, name) {
        ("list of item", "data") => Some("item"),
        ("checkout.session" | "payment_link", "line_items") => Some("list of item"),
        ("item", "price") => Some("price"),
        ("price", "product") => Some("product"),
        ("charge" | "refund", "payment_intent") => Some("payment_intent"),
        ("payment_intent", "latest_charge") | ("refund", "charge") => Some("charge"),
        _ => None,
    }
}

/// The id of the session whose lines a list holds, if it does.
fn around_list(list: &Value) -> String {
    let url = list.get("url").and_then(Value::as_str).unwrap_or_default();
    let session = url.strip_prefix("/v1/checkout/sessions/").and_then(|rest| rest.strip_suffix("/line_items"));
    session.unwrap_or_default().to_owned()
}

/// Expands one path in one object; `around` is the id of the session that it is a part of, if any.
fn one(value: &mut Value, parts: &[&str], path: &str, shown: Shown<'_>, around: &str) -> Result<(), Error> {
    let Some((name, rest)) = parts.split_first() else { return Ok(()) };
    let Value::Object(members) = value else { return Err(Error::cannot_expand(path)) };
    let kind = members.get("object").and_then(Value::as_str).unwrap_or_default().to_owned();
    if kind == "list" && *name == "data" {
        for item in members.get_mut("data").and_then(Value::as_array_mut).into_iter().flatten() {
            one(item, rest, path, shown, around)?;
        }
        return Ok(());
    }
    if !members.contains_key(*name)
        && let Some(list) = hidden(&kind, name, members, shown, around)
    {
        members.insert((*name).to_owned(), list);
    }
    let id = members.get("id").and_then(Value::as_str).filter(|_| kind == "checkout.session");
    let around = id.map_or_else(|| around.to_owned(), str::to_owned);
    match members.get_mut(*name) {
        Some(Value::Array(items)) if !rest.is_empty() && has_parts(&kind, name) => {
            items.iter_mut().try_for_each(|item| one(item, rest, path, shown, &around))
        }
        // Not every coupon names products.
        None if (kind.as_str(), *name) == ("coupon", "applies_to") => Ok(()),
        // A line item's price and an event's objects are whole already.
        Some(member @ Value::Object(_)) if !rest.is_empty() || is_expandable(&kind, name) => {
            if rest.is_empty() {
                Ok(())
            } else {
                one(member, rest, path, shown, &around)
            }
        }
        Some(Value::Null) if is_expandable(&kind, name) => Ok(()),
        Some(member) if is_expandable(&kind, name) => {
            let whole = |id| if *name == "coupon" { shown.coupon(id) } else { shown.object(id) };
            if let Some(object) = member.as_str().and_then(whole) {
                *member = object;
            }
            if rest.is_empty() { Ok(()) } else { one(member, rest, path, shown, &around) }
        }
        _ => Err(Error::cannot_expand(path)),
    }
}

/// Members that hold a list of parts in which ids may be expanded.
fn has_parts(kind: &str, name: &str) -> bool {
    matches!(
        (kind, name),
        ("checkout.session" | "item" | "", "discounts") | ("checkout.session" | "payment_link", "shipping_options")
    )
}

/// Members that hold an id which may be expanded, by object.
fn is_expandable(kind: &str, name: &str) -> bool {
    let members: &[&str] = match kind {
        "product" => &["default_price", "tax_code"],
        "price" => &["product"],
        "payment_link" => &["application", "on_behalf_of", "line_items"],
        "checkout.session" => {
            &["customer", "payment_intent", "payment_link", "line_items", "setup_intent", "subscription", "invoice"]
        }
        "item" => &["discounts", "price", "taxes"],
        "coupon" => &["applies_to"],
        "shipping_rate" => &["tax_code"],
        "discount" => &["customer", "promotion_code"],
        "payment_intent" => {
            &["customer", "latest_charge", "on_behalf_of", "payment_method", "review", "application", "source"]
        }
        "charge" => &[
            "application",
            "application_fee",
            "balance_transaction",
            "customer",
            "dispute",
            "failure_balance_transaction",
            "on_behalf_of",
            "payment_intent",
            "refunds",
            "review",
            "source_transfer",
        ],
        "refund" => &[
            "balance_transaction",
            "charge",
            "customer",
            "failure_balance_transaction",
            "payment_intent",
            "payment_method",
            "source_transfer_reversal",
            "transfer_reversal",
        ],
        "dispute" => &["balance_transaction", "charge", "payment_intent"],
        "radar.early_fraud_warning" => &["charge", "payment_intent"],
        "balance_transaction" => &["source"],
        "payment_method" | "promotion_code" => &["customer"],
        "customer" => &["default_source", "test_clock"],
        // A dispute's `evidence`, which has no name of its own.
        "" if EVIDENCE.contains(&(name, true)) => return true,
        // Parts that have none either: a customer's `invoice_settings`, a session's `discounts`, `shipping_cost` and `total_details`, where a discount
        // comes from.
        "" => &["breakdown", "coupon", "default_payment_method", "promotion_code", "shipping_rate"],
        _ => &[],
    };
    members.contains(&name)
}

/// Members that only appear on request.
fn hidden(kind: &str, name: &str, members: &Map<String, Value>, shown: Shown<'_>, around: &str) -> Option<Value> {
    let id = members.get("id").and_then(Value::as_str).unwrap_or_default();
    match (kind, name) {
        ("payment_link", "line_items") => {
            let link = shown.state.links.get(id)?;
            let items = shown.line_items(&link.lines());
            Some(value_of(&wire::list(&format!("/v1/payment_links/{id}/line_items"), &items, false)))
        }
        ("checkout.session", "line_items") => {
            let session = shown.state.sessions.get(id)?;
            let items = shown.line_items(&session.lines());
            Some(value_of(&wire::list(&format!("/v1/checkout/sessions/{id}/line_items"), &items, false)))
        }
        ("charge", "refunds") => Some(shown.refunds_of(id)),
        ("item", "taxes") => Some(Value::Array(Vec::new())),
        ("item", "discounts") => Some(shown.discounts_of(around, Some(id))),
        ("", "breakdown") if members.contains_key("amount_discount") => {
            Some(json!({ "discounts": shown.discounts_of(around, None), "taxes": [] }))
        }
        ("coupon", "applies_to") => {
            let coupon = shown.state.coupons.get(id).filter(|coupon| !coupon.products.is_empty())?;
            Some(json!({ "products": coupon.products }))
        }
        _ => None,
    }
}
