//! `/v1/payment_pages`: the hosted page's own interface, as far as the Stripe CLI drives it (`facts/stripe.md` 11). Undocumented; the
//! secret key is asked for as everywhere.

use serde_json::{Value, json};

use super::call::{Call, Operation, Run};
use super::content::Content;
use crate::domain::payer::Payer;
use crate::domain::session::Session;
use crate::domain::test_methods::test_card;
use crate::error::Error;
use crate::flows::Tx;
use crate::flows::checkout::{self, Means, Paid};
use crate::params::{Field, Kind, need, opt};
use crate::render::Shown;
use crate::wire;

const CONFIRM: &[Field] =
    &[opt("expected_amount", Kind::Integer(0, 999_999_999_999)), need("payment_method", Kind::Text(5_000))];

pub(super) const OPERATIONS: &[Operation] = &[
    Operation {
        method: "GET",
        path: "/v1/payment_pages/{session}",
        id: "retrievePaymentPage",
        fields: &[],
        run: Run::Read(retrieve),
    },
    Operation {
        method: "POST",
        path: "/v1/payment_pages/{session}/confirm",
        id: "confirmPaymentPage",
        fields: CONFIRM,
        run: Run::Write(confirm),
    },
];

fn retrieve(shown: Shown<'_>, call: &Call) -> Result<Content, Error> {
    let session = shown.state.sessions.get(&call.id).ok_or_else(|| missing(call))?;
    Ok(page(shown, &session).into())
}

fn confirm(tx: &mut Tx<'_>, call: &Call) -> Result<Content, Error> {
    let session = tx.state.sessions.get(&call.id).ok_or_else(|| missing(call))?;
    if let Some(expected) = call.params.integer("expected_amount")
        && expected != session.total()
    {
        return Err(Error::invalid("The amount of this Checkout Session has changed.").param("expected_amount"));
    }
    let name = call.params.text("payment_method").unwrap_or_default();
    let missing = || Error::no_such_in_body("PaymentMethod", name, "payment_method");
    let (means, payer) = means_of(tx, name).ok_or_else(missing)?;
    let kind = checkout::instrument_of(tx.mint, &means).kind();
    let offered = session.presentation.payment_method_types.clone();
    if !offered.unwrap_or_else(|| wire::default_types(&session)).iter().any(|offered| offered == kind) {
        let message = format!("The payment method type {kind} is not among those of this Checkout Session.");
        return Err(Error::invalid(message).param("payment_method"));
    }
    match checkout::submit(tx, &session, payer, Some(means)) {
        Paid::Complete | Paid::Challenged => {}
        Paid::Over(status) => {
            let message = format!("This Checkout Session is not open: its status is {}.", status.as_str());
            return Err(Error::invalid(message).code("checkout_session_not_open").executed());
        }
        Paid::Declined(message) => return Err(declined(tx, &call.id, message)),
    }
    let session = tx.state.sessions.get(&call.id).unwrap_or(session);
    Ok(page(tx.shown(), &session).into())
}

fn page(shown: Shown<'_>, session: &Session) -> Value {
    json!({
        "id": session.id,
        "object": "checkout.session",
        "livemode": shown.view.livemode,
        "mode": "payment",
        "payment_intent": session.intent,
        "payment_status": session.payment_status.as_str(),
        "status": session.status.as_str(),
    })
}

/// A test method by its name, or one that was made before; and who pays with it.
fn means_of(tx: &Tx<'_>, name: &str) -> Option<(Means, Payer)> {
    if let Some(card) = test_card(name).filter(|_| name.starts_with("pm_card_")) {
        let payer = Payer { email: Some("stripe@example.com".to_owned()), ..Payer::default() };
        return Some((Means::Card(card), payer));
    }
    let method = tx.state.methods.get(name)?;
    let payer = method.payer.clone();
    Some((Means::Stored(method), payer))
}

/// The 402 of a refused try, with its intent and method.
fn declined(tx: &Tx<'_>, session: &str, message: &str) -> Error {
    let intent = tx
        .state
        .sessions
        .get(session)
        .and_then(|session| session.intent.clone())
        .and_then(|id| tx.state.intents.get(&id));
    let Some(intent) = intent else { return Error::invalid(message).executed() };
    let mut members = intent.last_error.as_ref().map(|error| tx.shown().payment_error(error)).unwrap_or_default();
    members.insert("payment_intent".to_owned(), tx.shown().intent(&intent));
    Error::declined(message, members)
}

fn missing(call: &Call) -> Error {
    Error::no_such_at_url("checkout.session", &call.id, "session")
}
