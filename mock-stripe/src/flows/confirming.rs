//! An intent is confirmed: its method is asked for the money, or its buyer for a confirmation.

use std::sync::Arc;

use crate::domain::cards::{AUTHENTICATION_REQUIRED, AfterChallenge, Behaviour};
use crate::domain::intent::{CaptureMethod, Command, Confirmation, Intent, PaymentError, SetUp, Status};
use crate::domain::payer::PaymentMethod;
use crate::error::Error;
use crate::params::Params;

use super::charging::{self, Attempt};
use super::intents::{ask_buyer, described_method, not_of_checkout, state_error};
use super::{Tx, addresses};

/// Parameters that only mean something when the intent is confirmed.
pub(super) const FIELDS: &[&str] = &["error_on_requires_action", "mandate_data", "off_session", "return_url"];

/// Confirms an intent that exists.
pub(crate) fn confirm(tx: &mut Tx<'_>, intent: &Arc<Intent>, params: &Params) -> Result<Arc<Intent>, Error> {
    not_of_checkout(intent, "payment_method")?;
    if intent.status == Status::Succeeded {
        let message =
            "You cannot confirm this PaymentIntent because it has already succeeded after being previously confirmed.";
        return Err(Error::intent_unexpected(message, tx.shown().intent(intent)));
    }
    if !intent.takes_payment() {
        return Err(state_error(tx, intent, crate::domain::intent::Refusal::Status(intent.status), "confirm"));
    }
    check_return(intent, params)?;
    let belongs = intent.belongs.clone();
    let given = if intent.status == Status::RequiresConfirmation && params.flag("confirm") == Some(true) {
        // Creating chose the method already.
        None
    } else {
        described_method(tx, params, &belongs)?
    };
    let mut after = intent.as_ref().clone();
    if given.is_none() && after.status == Status::RequiresAction {
        // What was asked of the buyer before is void.
        let chosen = after.apply(Command::Choose(after.payment_method.clone()), tx.now);
        (after, _) = chosen.map_err(|refusal| state_error(tx, intent, refusal, "confirm"))?;
    }
    if let Some(method) = &given {
        check_method(&after, method)?;
        let chosen = after.apply(Command::Choose(Some(method.id.clone())), tx.now);
        (after, _) = chosen.map_err(|refusal| state_error(tx, intent, refusal, "confirm"))?;
    }
    if params.has("return_url") {
        after.return_url = params.string("return_url");
    }
    if params.has("receipt_email") {
        after.receipt_email = params.string("receipt_email");
    }
    if let Some(shipping) = params.object("shipping") {
        after.shipping = Some(Box::new(addresses::shipping(shipping)));
    }
    if params.has("setup_future_usage") {
        after.setup_future_usage = params.text("setup_future_usage").and_then(SetUp::parse);
    }
    ask_buyer(&mut after, params);
    if let Some(text) = params.text("capture_method") {
        after.capture_method = CaptureMethod::parse(Some(text));
    }
    let method = after.payment_method.as_deref().and_then(|id| tx.state.methods.get(id));
    let Some(method) = method else {
        let message = "You cannot confirm this PaymentIntent because it's missing a payment method. You can either update the \
                       PaymentIntent with a payment method and then confirm it again, or confirm it again directly with a \
                       payment method or ConfirmationToken.";
        return Err(Error::intent_unexpected(message, tx.shown().intent(intent)));
    };
    check_method(&after, &method)?;
    let intent = tx.state.intents.put(after);
    ask(tx, &intent, &method, params)
}

fn ask(
    tx: &mut Tx<'_>,
    intent: &Arc<Intent>,
    method: &Arc<PaymentMethod>,
    params: &Params,
) -> Result<Arc<Intent>, Error> {
    let attempt = || Attempt { intent, method, payer: method.payer.clone(), customer: intent.customer.clone() };
    let behaviour = match (intent.confirmed, method.behaviour(intent.ask_buyer)) {
        (Some(AfterChallenge::Approve), _) => Some(Behaviour::Approve),
        (Some(AfterChallenge::Decline(decline)), _) => Some(Behaviour::Decline(decline)),
        (None, behaviour) => behaviour,
    };
    let result = match behaviour {
        None if intent.capture_method == CaptureMethod::Manual => {
            let message = "A bank debit cannot be captured by hand.";
            return Err(Error::invalid(message).code("capture_unsupported_payment_method").executed());
        }
        None => charging::defer(tx, attempt()),
        Some(Behaviour::Approve) => charging::approve(tx, attempt()),
        Some(Behaviour::Decline(decline)) => charging::refuse(tx, attempt(), decline),
        Some(Behaviour::Challenge(_)) if off_session(params) => {
            charging::refuse(tx, attempt(), AUTHENTICATION_REQUIRED)
        }
        Some(Behaviour::Challenge(_)) if params.flag("error_on_requires_action") == Some(true) => {
            let declined = PaymentError::declined(AUTHENTICATION_REQUIRED, None, method.id.clone());
            let error = PaymentError { decline_code: Some("authentication_not_handled"), ..declined };
            charging::fail(tx, intent, error)
        }
        Some(Behaviour::Challenge(then)) => charging::challenge(tx, intent, method, then),
    };
    let intent = result.map_err(|refusal| state_error(tx, intent, refusal, "confirm"))?;
    if intent.last_error.is_some() { Err(declined(tx, &intent)) } else { Ok(intent) }
}

fn off_session(params: &Params) -> bool {
    params.text("off_session").is_some_and(|text| text != "false")
}

/// The 402 of a refused try, with its intent and method.
pub(crate) fn declined(tx: &Tx<'_>, intent: &Arc<Intent>) -> Error {
    let Some(error) = &intent.last_error else { return Error::declined("", serde_json::Map::new()) };
    let mut members = tx.shown().payment_error(error);
    members.insert("payment_intent".to_owned(), tx.shown().intent(intent));
    Error::declined(error.message, members)
}

/// Whether a method may pay this intent: of a type that is offered, usable, and of the same customer.
pub(super) fn check_method(intent: &Intent, method: &PaymentMethod) -> Result<(), Error> {
    let kind = method.instrument.kind();
    if !intent.payment_method_types.iter().any(|offered| offered == kind) {
        let message = format!(
            "The PaymentMethod provided ({kind}) is not allowed for this PaymentIntent. Its payment method types are: {}.",
            intent.payment_method_types.join(", ")
        );
        return Err(Error::invalid(message).code("payment_intent_incompatible_payment_method").param("payment_method"));
    }
    if method.spent {
        return Err(Error::method_spent());
    }
    match (&method.customer, &intent.customer) {
        (Some(owner), Some(customer)) if owner != customer => {
            let message = format!(
                "The payment method supplied ({}) belongs to a different Customer than the one of this PaymentIntent.",
                method.id
            );
            Err(Error::invalid(message).param("payment_method"))
        }
        (Some(owner), None) => {
            let message = format!(
                "The payment method supplied ({}) belongs to the Customer {owner}. Please include the Customer in the `customer` \
                 parameter on the PaymentIntent.",
                method.id
            );
            Err(Error::invalid(message).param("payment_method"))
        }
        _ => Ok(()),
    }
}

/// Methods of the account's own choice may lead the buyer away, and then must know where to bring them back.
pub(super) fn check_return(intent: &Intent, params: &Params) -> Result<(), Error> {
    if intent.automatic_methods != Some(true) || intent.return_url.is_some() || params.has("return_url") {
        return Ok(());
    }
    let message = "This PaymentIntent is configured to accept payment methods enabled in your Dashboard. Because some of these \
                   payment methods might redirect your customer off of your page, you must provide a `return_url`. If you don't \
                   want to accept redirect-based payment methods, set `automatic_payment_methods[enabled]` to `true` and \
                   `automatic_payment_methods[allow_redirects]` to `never` when creating Setup Intents and Payment Intents.";
    Err(Error::invalid(message))
}

/// What became of the buyer's answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Answered {
    /// The payment goes on.
    Succeeded,
    /// The try failed.
    Failed,
    /// Nothing was asked.
    NotAsked,
}

/// The buyer answers the bank's question.
pub(crate) fn authenticate(tx: &mut Tx<'_>, intent: &str, confirmed: bool) -> Answered {
    let Some(intent) = tx.state.intents.get(intent) else { return Answered::NotAsked };
    let method = intent.payment_method.as_deref().and_then(|id| tx.state.methods.get(id));
    let (Some(method), Some(then)) = (method, intent.challenge) else { return Answered::NotAsked };
    if confirmed && intent.confirmation == Confirmation::Manual {
        return match intent.apply(Command::Authenticate, tx.now) {
            Ok((after, _)) => {
                tx.state.intents.put(after);
                Answered::Succeeded
            }
            Err(_) => Answered::NotAsked,
        };
    }
    let (payer, customer) = (method.payer.clone(), intent.customer.clone());
    let attempt = Attempt { intent: &intent, method: &method, payer, customer };
    let result = match (confirmed, then) {
        (true, AfterChallenge::Approve) => charging::approve(tx, attempt),
        (true, AfterChallenge::Decline(decline)) => charging::refuse(tx, attempt, decline),
        (false, _) => charging::fail(tx, &intent, PaymentError::unauthenticated(method.id.clone())),
    };
    match result {
        Ok(intent) if intent.last_error.is_none() => Answered::Succeeded,
        Ok(_) => Answered::Failed,
        Err(_) => Answered::NotAsked,
    }
}
