//! `/v1/payment_pages`: the hosted page's own interface, as far as the Stripe CLI drives it (`facts/stripe.md` 11). Undocumented; the
//! secret key is asked for as everywhere.

use serde_json::{Value, json};

use super::call::{Call, Operation, Run};
use super::content::Content;
use crate::domain::payer::PaymentMethod;
use crate::domain::session::Session;
use crate::error::Error;
use crate::flows::checkout::{self, Means, Paid};
use crate::flows::{Tx, confirming, methods};
use crate::params::{Field, Kind, need, opt};
use crate::render::Shown;

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
    let id = call.params.text("payment_method").unwrap_or_default();
    let method = methods::named(tx, id, "payment_method", &session.belongs)?;
    if method.spent {
        return Err(Error::method_spent());
    }
    if method.customer.is_some() && method.customer != session.customer {
        let message = format!("The payment method supplied ({}) belongs to another Customer.", method.id);
        return Err(Error::invalid(message).param("payment_method"));
    }
    check_kind(&session, &method)?;
    let mut payer = method.payer.clone();
    payer.email = session.customer_email.clone().or(payer.email).or_else(|| Some("stripe@example.com".to_owned()));
    match checkout::submit(tx, &session, payer, Some(Means::Stored(method))) {
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

/// Whether the session offers this type.
fn check_kind(session: &Session, method: &PaymentMethod) -> Result<(), Error> {
    let kind = method.instrument.kind();
    if session.offers().iter().any(|offered| offered == kind) {
        return Ok(());
    }
    let message = format!("This Checkout Session does not take the payment method type {kind}.");
    Err(Error::invalid(message).param("payment_method"))
}

/// The 402 of a refused try, with its intent and method.
fn declined(tx: &Tx<'_>, session: &str, message: &str) -> Error {
    let intent = tx
        .state
        .sessions
        .get(session)
        .and_then(|session| session.intent.clone())
        .and_then(|id| tx.state.intents.get(&id));
    match intent {
        Some(intent) => confirming::declined(tx, &intent),
        None => Error::invalid(message).executed(),
    }
}

fn missing(call: &Call) -> Error {
    Error::no_such_at_url("checkout.session", &call.id, "session")
}
