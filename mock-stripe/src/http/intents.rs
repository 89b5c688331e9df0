//! `/v1/payment_intents`

use std::sync::Arc;

use super::call::{Call, Operation, Run};
use super::content::Content;
use super::intent_fields::{CANCEL, CAPTURE, CONFIRM, CREATE, UPDATE};
use super::listing::{self, AFTER, BEFORE, CREATED, LIMIT};
use crate::domain::intent::Intent;
use crate::error::Error;
use crate::flows::{Tx, capture, confirming, intents};
use crate::params::{Field, Kind, later, opt};
use crate::render::Shown;

const LIST: &[Field] = &[CREATED, opt("customer", Kind::Text(5_000)), later("customer_account"), BEFORE, LIMIT, AFTER];

pub(super) const OPERATIONS: &[Operation] = &[
    Operation {
        method: "POST",
        path: "/v1/payment_intents",
        id: "createPaymentIntent",
        fields: CREATE,
        run: Run::Write(create),
    },
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
        fields: &[opt("client_secret", Kind::Text(5_000))],
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
        path: "/v1/payment_intents/{intent}/confirm",
        id: "confirmPaymentIntent",
        fields: CONFIRM,
        run: Run::Write(confirm),
    },
    Operation {
        method: "POST",
        path: "/v1/payment_intents/{intent}/capture",
        id: "capturePaymentIntent",
        fields: CAPTURE,
        run: Run::Write(take),
    },
    Operation {
        method: "POST",
        path: "/v1/payment_intents/{intent}/cancel",
        id: "cancelPaymentIntent",
        fields: CANCEL,
        run: Run::Write(cancel),
    },
];

fn create(tx: &mut Tx<'_>, call: &Call) -> Result<Content, Error> {
    let intent = intents::create(tx, &call.params, &call.belongs)?;
    Ok(tx.told_intent(&intent).into())
}

fn list(shown: Shown<'_>, call: &Call) -> Result<Content, Error> {
    let created = listing::created(call);
    let customer = call.params.text("customer");
    let page = shown.state.intents.page(&listing::paging(call)?, customer.map(|id| ("customer", id)), |row| {
        created(row.created) && customer.is_none_or(|id| row.customer.as_deref() == Some(id))
    });
    listing::answer(call, "payment_intent", page, |row| shown.told_intent(row))
}

fn retrieve(shown: Shown<'_>, call: &Call) -> Result<Content, Error> {
    let intent = shown.state.intents.get(&call.id).ok_or_else(|| missing(call))?;
    if call.params.text("client_secret").is_some_and(|secret| secret != intent.client_secret) {
        let message = "The client_secret provided does not match the client_secret associated with the PaymentIntent.";
        return Err(Error::invalid(message).param("client_secret"));
    }
    Ok(shown.told_intent(&intent).into())
}

fn update(tx: &mut Tx<'_>, call: &Call) -> Result<Content, Error> {
    let intent = find(tx, call)?;
    let intent = intents::update(tx, &intent, &call.params, &call.belongs)?;
    Ok(tx.told_intent(&intent).into())
}

fn confirm(tx: &mut Tx<'_>, call: &Call) -> Result<Content, Error> {
    let intent = find(tx, call)?;
    let intent = confirming::confirm(tx, &intent, &call.params)?;
    Ok(tx.told_intent(&intent).into())
}

fn take(tx: &mut Tx<'_>, call: &Call) -> Result<Content, Error> {
    let intent = find(tx, call)?;
    let intent = capture::capture(tx, &intent, &call.params)?;
    Ok(tx.told_intent(&intent).into())
}

fn cancel(tx: &mut Tx<'_>, call: &Call) -> Result<Content, Error> {
    let intent = find(tx, call)?;
    let canceled = capture::cancel(tx, &intent, call.params.string("cancellation_reason"));
    let intent = canceled
        .map_err(|refusal| Error::intent_state(refusal, "cancel", intent.currency, tx.shown().intent(&intent)))?;
    Ok(tx.told_intent(&intent).into())
}

fn find(tx: &Tx<'_>, call: &Call) -> Result<Arc<Intent>, Error> {
    tx.state.intents.get(&call.id).ok_or_else(|| missing(call))
}

fn missing(call: &Call) -> Error {
    Error::no_such_at_url("payment_intent", &call.id, "intent")
}
