//! `/v1/payment_pages`: the hosted page's own interface, as far as the Stripe CLI drives it (`facts/stripe.md` 11). Undocumented; the
//! secret key is asked for as everywhere.

use serde_json::{Value, json};

use super::call::{Call, Operation, Run};
use super::content::Content;
use crate::domain::cards::Card;
use crate::domain::payer::Payer;
use crate::domain::session::Session;
use crate::error::Error;
use crate::flows::Tx;
use crate::flows::checkout::{self, Means, Paid};
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
    let name = call.params.text("payment_method").unwrap_or_default();
    let means = test_means(name).ok_or_else(|| {
        if name.starts_with("pm_1") {
            Error::unsupported("paying a Checkout Session with a stored payment method", Some("payment_method"))
        } else {
            Error::no_such_in_body("PaymentMethod", name, "payment_method")
        }
    })?;
    let payer = Payer { email: Some("stripe@example.com".to_owned()), name: None };
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

/// The test methods that stand for test cards and accounts.
fn test_means(name: &str) -> Option<Means> {
    let number = match name {
        "pm_card_visa" => "4242424242424242",
        "pm_card_visa_debit" => "4000056655665556",
        "pm_card_mastercard" => "5555555555554444",
        "pm_card_amex" => "378282246310005",
        "pm_card_visa_chargeDeclined" | "pm_card_chargeDeclined" => "4000000000000002",
        "pm_card_visa_chargeDeclinedInsufficientFunds" | "pm_card_chargeDeclinedInsufficientFunds" => {
            "4000000000009995"
        }
        "pm_card_visa_chargeDeclinedLostCard" | "pm_card_chargeDeclinedLostCard" => "4000000000009987",
        "pm_card_visa_chargeDeclinedStolenCard" | "pm_card_chargeDeclinedStolenCard" => "4000000000009979",
        "pm_card_chargeDeclinedExpiredCard" => "4000000000000069",
        "pm_card_chargeDeclinedIncorrectCvc" => "4000000000000127",
        "pm_card_chargeDeclinedProcessingError" => "4000000000000119",
        "pm_card_authenticationRequired" => "4000002760003184",
        _ => return None,
    };
    let card = Card { number: number.to_owned(), exp_month: 12, exp_year: 2099, cvc: Some("314".to_owned()) };
    Some(Means::Card(card))
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
