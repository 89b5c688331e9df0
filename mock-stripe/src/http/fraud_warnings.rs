//! `/v1/radar/early_fraud_warnings`

use std::sync::Arc;

use super::call::{Call, Operation, Run};
use super::content::Content;
use super::listing::{self, AFTER, BEFORE, CREATED, LIMIT};
use crate::error::Error;
use crate::params::{Field, Kind, opt};
use crate::render::Shown;

const LIST: &[Field] =
    &[opt("charge", Kind::Text(5_000)), CREATED, BEFORE, LIMIT, opt("payment_intent", Kind::Text(5_000)), AFTER];

pub(super) const OPERATIONS: &[Operation] = &[
    Operation {
        method: "GET",
        path: "/v1/radar/early_fraud_warnings",
        id: "listEarlyFraudWarnings",
        fields: LIST,
        run: Run::Read(list),
    },
    Operation {
        method: "GET",
        path: "/v1/radar/early_fraud_warnings/{early_fraud_warning}",
        id: "retrieveEarlyFraudWarning",
        fields: &[],
        run: Run::Read(retrieve),
    },
];

fn list(shown: Shown<'_>, call: &Call) -> Result<Content, Error> {
    let params = &call.params;
    let created = listing::created(call);
    let filters = [("charge", "charge"), ("intent", "payment_intent")];
    let key = filters.into_iter().find_map(|(key, param)| params.text(param).map(|value| (key, value)));
    let page = shown.state.warnings.page(&listing::paging(call)?, key, |row| {
        created(row.created)
            && params.text("charge").is_none_or(|charge| row.charge == charge)
            && params.text("payment_intent").is_none_or(|intent| row.intent == intent)
    });
    listing::answer(call, "early fraud warning", page, |row| Arc::clone(row).into())
}

fn retrieve(shown: Shown<'_>, call: &Call) -> Result<Content, Error> {
    let warning = shown.state.warnings.get(&call.id);
    let missing = || Error::no_such_at_url("early fraud warning", &call.id, "early_fraud_warning");
    Ok(warning.ok_or_else(missing)?.into())
}
