//! `/v1/payment_links`

use std::sync::Arc;

use super::call::{Call, Operation, Run};
use super::collection_fields::{
    BILLING_ADDRESS, CHANGED_NAME_COLLECTION, CONSENT, CUSTOM_FIELDS, CUSTOM_TEXT, NAME_COLLECTION, PHONE,
};
use super::content::Content;
use super::listing::{self, AFTER, BEFORE, LIMIT};
use crate::error::Error;
use crate::flows::lines::MOST_QUANTITY;
use crate::flows::{Tx, links};
use crate::params::{Field, Kind, later, need, opt};
use crate::render::Shown;

pub(super) const ADJUSTABLE: &[Field] = &[
    need("enabled", Kind::Flag),
    opt("maximum", Kind::Integer(1, MOST_QUANTITY)),
    opt("minimum", Kind::Integer(0, MOST_QUANTITY)),
];
const LINE: &[Field] = &[
    opt("adjustable_quantity", Kind::Object(ADJUSTABLE)),
    opt("price", Kind::Text(5_000)),
    opt("price_data", Kind::Object(super::prices::LINE_PRICE)),
    need("quantity", Kind::Integer(1, MOST_QUANTITY)),
];
const CHANGED_LINE: &[Field] =
    &[later("adjustable_quantity"), need("id", Kind::Text(5_000)), opt("quantity", Kind::Integer(1, MOST_QUANTITY))];
const AFTER_COMPLETION: &[Field] = &[
    opt("hosted_confirmation", Kind::Object(&[opt("custom_message", Kind::Text(500))])),
    opt("redirect", Kind::Object(&[need("url", Kind::Url)])),
    need("type", Kind::OneOf(&["hosted_confirmation", "redirect"])),
];
const INTENT_DATA: &[Field] = &[
    opt("capture_method", Kind::OneOf(&["automatic", "automatic_async", "manual"])),
    opt("description", Kind::Text(1_000)),
    opt("metadata", Kind::Metadata),
    opt("setup_future_usage", FUTURE_USAGE),
    opt("statement_descriptor", Kind::Text(22)),
    opt("statement_descriptor_suffix", Kind::Text(22)),
    opt("transfer_group", Kind::Text(5_000)),
];
/// The same for a link that is there; empty unsets.
const CHANGED_INTENT_DATA: &[Field] = &[
    opt("capture_method", Kind::OneOf(&["automatic", "automatic_async", "manual"])),
    opt("description", Kind::TextOrUnset(1_000)),
    opt("metadata", Kind::Metadata),
    opt("setup_future_usage", Kind::OneOf(&["", "off_session", "on_session"])),
    opt("statement_descriptor", Kind::TextOrUnset(22)),
    opt("statement_descriptor_suffix", Kind::TextOrUnset(22)),
    opt("transfer_group", Kind::TextOrUnset(5_000)),
];
pub(super) const FUTURE_USAGE: Kind = Kind::OneOf(&["off_session", "on_session"]);
/// Names of types that filter those that fit.
pub(super) const METHOD_NAMES: Kind = Kind::List(&Kind::Text(100), 100);
pub(super) const METHOD_TYPES: Kind = Kind::ListOrUnset(&super::addresses::METHOD_TYPE, 100);
const RESTRICTIONS: &[Field] =
    &[need("completed_sessions", Kind::Object(&[need("limit", Kind::Integer(1, MOST_QUANTITY))]))];
/// What links take alike for creating and updating, most of it refused.
const ALIKE: [Field; 9] = [
    CONSENT,
    CUSTOM_FIELDS,
    CUSTOM_TEXT,
    later("optional_items"),
    later("payment_method_options"),
    super::shipping_rates::ADDRESS,
    super::shipping_rates::OF_LINK,
    later("subscription_data"),
    later("transfer_data"),
];

const CREATE: &[Field] = &[
    need("line_items", Kind::List(&Kind::Object(LINE), 20)),
    opt("after_completion", Kind::Object(AFTER_COMPLETION)),
    opt("allow_promotion_codes", Kind::Flag),
    later("application_fee_amount"),
    later("application_fee_percent"),
    opt("automatic_tax", Kind::SwitchedOff),
    BILLING_ADDRESS,
    opt("currency", Kind::Currency),
    opt("customer_creation", Kind::OneOf(&["always", "if_required"])),
    opt("inactive_message", Kind::Text(500)),
    opt("invoice_creation", Kind::SwitchedOff),
    opt("managed_payments", Kind::SwitchedOff),
    opt("metadata", Kind::Metadata),
    NAME_COLLECTION,
    later("on_behalf_of"),
    opt("payment_intent_data", Kind::Object(INTENT_DATA)),
    opt("payment_method_collection", Kind::OneOf(&["always", "if_required"])),
    opt("payment_method_types", METHOD_TYPES),
    PHONE,
    opt("restrictions", Kind::Object(RESTRICTIONS)),
    opt("submit_type", Kind::OneOf(&["auto", "book", "donate", "pay", "subscribe"])),
    opt("tax_id_collection", Kind::SwitchedOff),
    ALIKE[0],
    ALIKE[1],
    ALIKE[2],
    ALIKE[3],
    ALIKE[4],
    ALIKE[5],
    ALIKE[6],
    ALIKE[7],
    ALIKE[8],
];

const UPDATE: &[Field] = &[
    opt("active", Kind::Flag),
    opt("after_completion", Kind::Object(AFTER_COMPLETION)),
    opt("allow_promotion_codes", Kind::Flag),
    opt("automatic_tax", Kind::SwitchedOff),
    BILLING_ADDRESS,
    opt("customer_creation", Kind::OneOf(&["always", "if_required"])),
    opt("inactive_message", Kind::TextOrUnset(500)),
    opt("invoice_creation", Kind::SwitchedOff),
    opt("line_items", Kind::List(&Kind::Object(CHANGED_LINE), 20)),
    opt("metadata", Kind::Metadata),
    CHANGED_NAME_COLLECTION,
    opt("payment_intent_data", Kind::ObjectOrUnset(CHANGED_INTENT_DATA)),
    opt("payment_method_collection", Kind::OneOf(&["always", "if_required"])),
    opt("payment_method_types", METHOD_TYPES),
    PHONE,
    opt("restrictions", Kind::ObjectOrUnset(RESTRICTIONS)),
    opt("submit_type", Kind::OneOf(&["auto", "book", "donate", "pay", "subscribe"])),
    opt("tax_id_collection", Kind::SwitchedOff),
    ALIKE[0],
    ALIKE[1],
    ALIKE[2],
    ALIKE[3],
    ALIKE[4],
    ALIKE[5],
    ALIKE[6],
    ALIKE[7],
];

const LIST: &[Field] = &[opt("active", Kind::Flag), BEFORE, LIMIT, AFTER];

pub(super) const OPERATIONS: &[Operation] = &[
    Operation {
        method: "POST",
        path: "/v1/payment_links",
        id: "createPaymentLink",
        fields: CREATE,
        run: Run::Write(create),
    },
    Operation { method: "GET", path: "/v1/payment_links", id: "listPaymentLinks", fields: LIST, run: Run::Read(list) },
    Operation {
        method: "GET",
        path: "/v1/payment_links/{payment_link}",
        id: "retrievePaymentLink",
        fields: &[],
        run: Run::Read(retrieve),
    },
    Operation {
        method: "POST",
        path: "/v1/payment_links/{payment_link}",
        id: "updatePaymentLink",
        fields: UPDATE,
        run: Run::Write(update),
    },
    Operation {
        method: "GET",
        path: "/v1/payment_links/{payment_link}/line_items",
        id: "listPaymentLinkLineItems",
        fields: &[BEFORE, LIMIT, AFTER],
        run: Run::Read(line_items),
    },
];

fn create(tx: &mut Tx<'_>, call: &Call) -> Result<Content, Error> {
    let link = links::create(tx, &call.params, &call.belongs)?;
    Ok(link.into())
}

fn list(shown: Shown<'_>, call: &Call) -> Result<Content, Error> {
    let active = call.params.flag("active");
    let page =
        shown.state.links.page(&listing::paging(call)?, None, |row| active.is_none_or(|active| row.active == active));
    listing::answer(call, "payment_link", page, |row| Arc::clone(row).into())
}

fn retrieve(shown: Shown<'_>, call: &Call) -> Result<Content, Error> {
    let link = shown.state.links.get(&call.id).ok_or_else(|| missing(call))?;
    Ok(link.into())
}

fn update(tx: &mut Tx<'_>, call: &Call) -> Result<Content, Error> {
    let link = tx.state.links.get(&call.id).ok_or_else(|| missing(call))?;
    let link = links::update(tx, &link, &call.params)?;
    Ok(link.into())
}

fn line_items(shown: Shown<'_>, call: &Call) -> Result<Content, Error> {
    let link = shown.state.links.get(&call.id).ok_or_else(|| missing(call))?;
    listing::line_items(shown, call, &link.lines())
}

fn missing(call: &Call) -> Error {
    Error::no_such_at_url("payment_link", &call.id, "payment_link")
}
