//! `/v1/payment_intents`: those that checkout made. Making and confirming them by hand is refused.

use super::call::{Call, Operation, Run};
use super::content::Content;
use super::listing::{self, AFTER, BEFORE, CREATED, LIMIT};
use crate::domain::intent::Command;
use crate::error::Error;
use crate::flows::Tx;
use crate::params::{Field, Kind, later, opt};
use crate::render::Shown;

const LIST: &[Field] = &[CREATED, opt("customer", Kind::Text(5_000)), later("customer_account"), BEFORE, LIMIT, AFTER];
const UPDATE: &[Field] = &[opt("description", Kind::TextOrUnset(1_000)), opt("metadata", Kind::Metadata)];
const CANCEL: &[Field] =
    &[opt("cancellation_reason", Kind::OneOf(&["abandoned", "duplicate", "fraudulent", "requested_by_customer"]))];

pub(super) const OPERATIONS: &[Operation] = &[
    Operation {
        method: "GET",
        path: "/v1/payment_intents",
        id: "listPaymentIntents",
        fields: LIST,
        run: Run::Read(list),
    },
    Operation {
        method: "GET",
        path: "/v1/payment_intents/{intent}",
        id: "retrievePaymentIntent",
        fields: &[],
        run: Run::Read(retrieve),
    },
    Operation {
        method: "POST",
        path: "/v1/payment_intents/{intent}",
        id: "updatePaymentIntent",
        fields: UPDATE,
        run: Run::Write(update),
    },
    Operation {
        method: "POST",
        path: "/v1/payment_intents/{intent}/cancel",
        id: "cancelPaymentIntent",
        fields: CANCEL,
        run: Run::Write(cancel),
    },
];

fn list(shown: Shown<'_>, call: &Call) -> Result<Content, Error> {
    let created = listing::created(call);
    let key = call.params.text("customer").map(|customer| ("customer", customer));
    let page = shown.state.intents.page(&listing::paging(call)?, key, |row| created(row.created));
    listing::answer(call, "payment_intent", page, |row| shown.told_intent(row))
}

fn retrieve(shown: Shown<'_>, call: &Call) -> Result<Content, Error> {
    let intent = shown.state.intents.get(&call.id).ok_or_else(|| missing(call))?;
    Ok(shown.told_intent(&intent).into())
}

fn update(tx: &mut Tx<'_>, call: &Call) -> Result<Content, Error> {
    let mut intent = tx.state.intents.get(&call.id).ok_or_else(|| missing(call))?.as_ref().clone();
    let params = &call.params;
    intent.metadata = params.metadata().apply(&intent.metadata).map_err(|fault| Error::metadata(&fault))?;
    if params.has("description") {
        intent.description = params.string("description");
    }
    // No event tells of such a change.
    let intent = tx.state.intents.put(intent);
    Ok(tx.told_intent(&intent).into())
}

fn cancel(tx: &mut Tx<'_>, call: &Call) -> Result<Content, Error> {
    let intent = tx.state.intents.get(&call.id).ok_or_else(|| missing(call))?;
    let shown = tx.shown().intent(&intent);
    let (after, _) = intent
        .apply(Command::Cancel(call.params.string("cancellation_reason")), tx.now)
        .map_err(|refusal| Error::intent_state(refusal, "cancel", shown))?;
    let intent = tx.state.intents.put(after);
    tx.emit_of_intent("payment_intent.canceled", &intent);
    Ok(tx.told_intent(&intent).into())
}

fn missing(call: &Call) -> Error {
    Error::no_such_at_url("payment_intent", &call.id, "intent")
}
