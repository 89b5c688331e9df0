//! `/v1/disputes`

use std::sync::Arc;

use super::call::{Call, Operation, Run};
use super::content::Content;
use super::listing::{self, AFTER, BEFORE, CREATED, LIMIT};
use crate::domain::dispute::Dispute;
use crate::error::Error;
use crate::flows::{Tx, disputes};
use crate::params::{Field, Kind, later, opt};
use crate::render::Shown;

const LIST: &[Field] =
    &[opt("charge", Kind::Text(5_000)), CREATED, BEFORE, LIMIT, opt("payment_intent", Kind::Text(5_000)), AFTER];
const SAID: Kind = Kind::TextOrUnset(20_000);
/// The id of an uploaded file.
const FILE: Kind = Kind::TextOrUnset(5_000);
const EVIDENCE: &[Field] = &[
    opt("access_activity_log", SAID),
    opt("billing_address", SAID),
    opt("cancellation_policy", FILE),
    opt("cancellation_policy_disclosure", SAID),
    opt("cancellation_rebuttal", SAID),
    opt("customer_communication", FILE),
    opt("customer_email_address", SAID),
    opt("customer_name", SAID),
    opt("customer_purchase_ip", SAID),
    opt("customer_signature", FILE),
    opt("duplicate_charge_documentation", FILE),
    opt("duplicate_charge_explanation", SAID),
    opt("duplicate_charge_id", SAID),
    later("enhanced_evidence"),
    opt("product_description", SAID),
    opt("receipt", FILE),
    opt("refund_policy", FILE),
    opt("refund_policy_disclosure", SAID),
    opt("refund_refusal_explanation", SAID),
    opt("service_date", SAID),
    opt("service_documentation", FILE),
    opt("shipping_address", SAID),
    opt("shipping_carrier", SAID),
    opt("shipping_date", SAID),
    opt("shipping_documentation", FILE),
    opt("shipping_tracking_number", SAID),
    opt("uncategorized_file", FILE),
    opt("uncategorized_text", SAID),
];
const UPDATE: &[Field] =
    &[opt("evidence", Kind::Object(EVIDENCE)), opt("metadata", Kind::Metadata), opt("submit", Kind::Flag)];

pub(super) const OPERATIONS: &[Operation] = &[
    Operation { method: "GET", path: "/v1/disputes", id: "listDisputes", fields: LIST, run: Run::Read(list) },
    Operation {
        method: "GET",
        path: "/v1/disputes/{dispute}",
        id: "retrieveDispute",
        fields: &[],
        run: Run::Read(retrieve),
    },
    Operation {
        method: "POST",
        path: "/v1/disputes/{dispute}",
        id: "updateDispute",
        fields: UPDATE,
        run: Run::Write(update),
    },
    Operation {
        method: "POST",
        path: "/v1/disputes/{dispute}/close",
        id: "closeDispute",
        fields: &[],
        run: Run::Write(close),
    },
];

fn list(shown: Shown<'_>, call: &Call) -> Result<Content, Error> {
    let params = &call.params;
    let created = listing::created(call);
    let filters = [("charge", "charge"), ("intent", "payment_intent")];
    let key = filters.into_iter().find_map(|(key, param)| params.text(param).map(|value| (key, value)));
    let page = shown.state.disputes.page(&listing::paging(call)?, key, |row| {
        created(row.created)
            && params.text("charge").is_none_or(|charge| row.charge == charge)
            && params.text("payment_intent").is_none_or(|intent| row.intent == intent)
    });
    listing::answer(call, "dispute", page, |row| Arc::clone(row).into())
}

fn retrieve(shown: Shown<'_>, call: &Call) -> Result<Content, Error> {
    Ok(found(shown.state.disputes.get(&call.id), call)?.into())
}

fn update(tx: &mut Tx<'_>, call: &Call) -> Result<Content, Error> {
    let dispute = found(tx.state.disputes.get(&call.id), call)?;
    Ok(disputes::update(tx, &dispute, &call.params)?.into())
}

fn close(tx: &mut Tx<'_>, call: &Call) -> Result<Content, Error> {
    let dispute = found(tx.state.disputes.get(&call.id), call)?;
    Ok(disputes::close(tx, &dispute)?.into())
}

fn found(dispute: Option<Arc<Dispute>>, call: &Call) -> Result<Arc<Dispute>, Error> {
    dispute.ok_or_else(|| Error::no_such_at_url("dispute", &call.id, "dispute"))
}
