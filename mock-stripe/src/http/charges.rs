//! `/v1/charges`

use std::sync::Arc;

use super::addresses::SHIPPING;
use super::call::{Call, Operation, Run};
use super::content::Content;
use super::listing::{self, AFTER, BEFORE, CREATED, LIMIT};
use crate::error::Error;
use crate::flows::{Tx, charges};
use crate::params::{Field, Kind, later, opt};
use crate::render::Shown;

const LIST: &[Field] = &[
    CREATED,
    opt("customer", Kind::Text(5_000)),
    BEFORE,
    LIMIT,
    opt("payment_intent", Kind::Text(5_000)),
    AFTER,
    opt("transfer_group", Kind::Text(5_000)),
];

const UPDATE: &[Field] = &[
    later("customer"),
    opt("description", Kind::TextOrUnset(1_000)),
    opt("fraud_details", Kind::Object(&[opt("user_report", Kind::OneOf(&["", "fraudulent", "safe"]))])),
    opt("metadata", Kind::Metadata),
    opt("receipt_email", Kind::Email),
    opt("shipping", SHIPPING),
    opt("transfer_group", Kind::Text(5_000)),
];

pub(super) const OPERATIONS: &[Operation] = &[
    Operation { method: "GET", path: "/v1/charges", id: "listCharges", fields: LIST, run: Run::Read(list) },
    Operation {
        method: "GET",
        path: "/v1/charges/{charge}",
        id: "retrieveCharge",
        fields: &[],
        run: Run::Read(retrieve),
    },
    Operation {
        method: "POST",
        path: "/v1/charges/{charge}",
        id: "updateCharge",
        fields: UPDATE,
        run: Run::Write(update),
    },
];

fn list(shown: Shown<'_>, call: &Call) -> Result<Content, Error> {
    let params = &call.params;
    let created = listing::created(call);
    let filters = [("intent", "payment_intent"), ("customer", "customer")];
    let key = filters.into_iter().find_map(|(key, param)| params.text(param).map(|value| (key, value)));
    let page = shown.state.charges.page(&listing::paging(call)?, key, |row| {
        created(row.created)
            && params.text("payment_intent").is_none_or(|intent| row.intent == intent)
            && params.text("customer").is_none_or(|customer| row.customer.as_deref() == Some(customer))
            && params.text("transfer_group").is_none_or(|group| row.transfer_group.as_deref() == Some(group))
    });
    listing::answer(call, "charge", page, |row| Arc::clone(row).into())
}

fn retrieve(shown: Shown<'_>, call: &Call) -> Result<Content, Error> {
    Ok(shown.state.charges.get(&call.id).ok_or_else(|| missing(call))?.into())
}

fn update(tx: &mut Tx<'_>, call: &Call) -> Result<Content, Error> {
    let charge = tx.state.charges.get(&call.id).ok_or_else(|| missing(call))?;
    Ok(charges::update(tx, &charge, &call.params)?.into())
}

fn missing(call: &Call) -> Error {
    Error::no_such_at_url("charge", &call.id, "id")
}
