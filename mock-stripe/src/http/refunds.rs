//! `/v1/refunds`

use std::sync::Arc;

use super::call::{Call, Operation, Run};
use super::content::Content;
use super::listing::{self, AFTER, BEFORE, CREATED, LIMIT};
use crate::error::Error;
use crate::flows::{Tx, refunds};
use crate::params::{Field, Kind, later, opt};
use crate::render::Shown;

const CREATE: &[Field] = &[
    opt("amount", Kind::Integer(1, 999_999_999_999)),
    opt("charge", Kind::Text(5_000)),
    later("currency"),
    later("customer"),
    later("instructions_email"),
    opt("metadata", Kind::Metadata),
    later("origin"),
    opt("payment_intent", Kind::Text(5_000)),
    opt("reason", Kind::OneOf(&["duplicate", "fraudulent", "requested_by_customer"])),
    later("refund_application_fee"),
    later("reverse_transfer"),
];
const LIST: &[Field] =
    &[opt("charge", Kind::Text(5_000)), CREATED, BEFORE, LIMIT, opt("payment_intent", Kind::Text(5_000)), AFTER];

pub(super) const OPERATIONS: &[Operation] = &[
    Operation { method: "POST", path: "/v1/refunds", id: "createRefund", fields: CREATE, run: Run::Write(create) },
    Operation { method: "GET", path: "/v1/refunds", id: "listRefunds", fields: LIST, run: Run::Read(list) },
    Operation {
        method: "GET",
        path: "/v1/refunds/{refund}",
        id: "retrieveRefund",
        fields: &[],
        run: Run::Read(retrieve),
    },
    Operation {
        method: "POST",
        path: "/v1/refunds/{refund}",
        id: "updateRefund",
        fields: &[opt("metadata", Kind::Metadata)],
        run: Run::Write(update),
    },
    Operation {
        method: "POST",
        path: "/v1/refunds/{refund}/cancel",
        id: "cancelRefund",
        fields: &[],
        run: Run::Write(cancel),
    },
];

fn create(tx: &mut Tx<'_>, call: &Call) -> Result<Content, Error> {
    let refund = refunds::create(tx, &call.params, &call.belongs)?;
    Ok(refund.into())
}

fn list(shown: Shown<'_>, call: &Call) -> Result<Content, Error> {
    let params = &call.params;
    let created = listing::created(call);
    let filters = [("charge", "charge"), ("intent", "payment_intent")];
    let key = filters.into_iter().find_map(|(key, param)| params.text(param).map(|value| (key, value)));
    let page = shown.state.refunds.page(&listing::paging(call)?, key, |row| {
        created(row.created)
            && params.text("charge").is_none_or(|charge| row.charge == charge)
            && params.text("payment_intent").is_none_or(|intent| row.intent == intent)
    });
    listing::answer(call, "refund", page, |row| Arc::clone(row).into())
}

fn retrieve(shown: Shown<'_>, call: &Call) -> Result<Content, Error> {
    let refund = shown.state.refunds.get(&call.id).ok_or_else(|| missing(call))?;
    Ok(refund.into())
}

fn update(tx: &mut Tx<'_>, call: &Call) -> Result<Content, Error> {
    let refund = tx.state.refunds.get(&call.id).ok_or_else(|| missing(call))?;
    let refund = refunds::update(tx, &refund, &call.params)?;
    Ok(refund.into())
}

fn cancel(tx: &mut Tx<'_>, call: &Call) -> Result<Content, Error> {
    let refund = tx.state.refunds.get(&call.id).ok_or_else(|| missing(call))?;
    Ok(refunds::cancel(tx, &refund)?.into())
}

fn missing(call: &Call) -> Error {
    Error::no_such_at_url("refund", &call.id, "refund")
}
