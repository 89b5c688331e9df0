//! Asking the bank for an intent's money, and what follows for intent, charge and method. Checkout and direct payments share it.

use std::sync::Arc;

use crate::domain::cards::{AfterChallenge, Decline};
use crate::domain::charge::{AUTHORIZED_FOR, Charge, Status as ChargeStatus};
use crate::domain::intent::{CaptureMethod, Command, Intent, PaymentError, Refusal, SetUp};
use crate::domain::payer::{Instrument, Payer, PaymentMethod};

use super::{Tx, booking, capture, debit, disputes, methods};

/// One asking for an intent's money.
pub(super) struct Attempt<'a> {
    /// Whose money it is about.
    pub(super) intent: &'a Intent,
    /// What pays.
    pub(super) method: &'a Arc<PaymentMethod>,
    /// Who pays.
    pub(super) payer: Payer,
    /// The customer, when there is one.
    pub(super) customer: Option<String>,
}

/// The bank agrees.
pub(super) fn approve(tx: &mut Tx<'_>, attempt: Attempt<'_>) -> Result<Arc<Intent>, Refusal> {
    let charge = new_charge(tx, &attempt, ChargeStatus::Succeeded, None);
    let command = Command::Approve { payment_method: attempt.method.id.clone(), charge: charge.id.clone() };
    let intent = taken(tx, &attempt, command)?;
    if charge.captured.is_some() {
        booking::schedule(tx, &charge);
    } else {
        tx.after(AUTHORIZED_FOR, capture::JOB, &intent.id);
    }
    let charge = put_charge(tx, "charge.succeeded", charge);
    let kind = match intent.capture_method {
        CaptureMethod::Manual => "payment_intent.amount_capturable_updated",
        _ => "payment_intent.succeeded",
    };
    tx.emit_of_intent(kind, &intent);
    keep(tx, &intent, attempt.method);
    disputes::follow(tx, &charge);
    Ok(intent)
}

/// A bank debit is submitted; the bank answers later.
pub(super) fn defer(tx: &mut Tx<'_>, attempt: Attempt<'_>) -> Result<Arc<Intent>, Refusal> {
    let charge = new_charge(tx, &attempt, ChargeStatus::Pending, None);
    let command = Command::Submit { payment_method: attempt.method.id.clone(), charge: charge.id.clone() };
    let intent = taken(tx, &attempt, command)?;
    put_charge(tx, "charge.pending", charge);
    tx.emit_of_intent("payment_intent.processing", &intent);
    tx.after(tx.config.debit_after, debit::JOB, &intent.id);
    keep(tx, &intent, attempt.method);
    Ok(intent)
}

/// The bank or the risk rules refuse.
pub(super) fn refuse(tx: &mut Tx<'_>, attempt: Attempt<'_>, decline: Decline) -> Result<Arc<Intent>, Refusal> {
    let charge = new_charge(tx, &attempt, ChargeStatus::Failed, Some(decline));
    let error = PaymentError::declined(decline, Some(charge.id.clone()), attempt.method.id.clone());
    let (after, _) = attempt.intent.apply(Command::Refuse(error), tx.now)?;
    put_charge(tx, "charge.failed", charge);
    Ok(failed(tx, after))
}

/// The try fails before the bank is asked.
pub(super) fn fail(tx: &mut Tx<'_>, intent: &Intent, error: PaymentError) -> Result<Arc<Intent>, Refusal> {
    let (after, _) = intent.apply(Command::Refuse(error), tx.now)?;
    Ok(failed(tx, after))
}

/// The buyer must confirm first.
pub(super) fn challenge(
    tx: &mut Tx<'_>,
    intent: &Intent,
    method: &PaymentMethod,
    then: AfterChallenge,
) -> Result<Arc<Intent>, Refusal> {
    let command = Command::Challenge { payment_method: method.id.clone(), then };
    let (after, _) = intent.apply(command, tx.now)?;
    let intent = tx.state.intents.put(after);
    tx.emit_of_intent("payment_intent.requires_action", &intent);
    Ok(intent)
}

fn taken(tx: &mut Tx<'_>, attempt: &Attempt<'_>, command: Command) -> Result<Arc<Intent>, Refusal> {
    let (mut after, _) = attempt.intent.apply(command, tx.now)?;
    after.customer.clone_from(&attempt.customer);
    Ok(tx.state.intents.put(after))
}

fn failed(tx: &mut Tx<'_>, after: Intent) -> Arc<Intent> {
    let intent = tx.state.intents.put(after);
    tx.emit_of_intent("payment_intent.payment_failed", &intent);
    intent
}

/// What the buyer agreed to is kept for the customer; a method that nobody keeps can be used once.
fn keep(tx: &mut Tx<'_>, intent: &Intent, method: &Arc<PaymentMethod>) {
    let mut after = method.as_ref().clone();
    after.set_up |= intent.setup_future_usage == Some(SetUp::OffSession);
    match (&intent.customer, intent.setup_future_usage, &after.customer) {
        (Some(customer), Some(_), None) => {
            let customer = customer.clone();
            methods::keep(tx, after, &customer);
            return;
        }
        (_, _, None) => after.spent = true,
        _ => {}
    }
    tx.state.methods.put(after);
}

fn new_charge(tx: &Tx<'_>, attempt: &Attempt<'_>, status: ChargeStatus, decline: Option<Decline>) -> Charge {
    let (intent, method) = (attempt.intent, attempt.method);
    let scope = &intent.belongs.scope;
    let card = matches!(method.instrument, Instrument::Card(_));
    let waits = status == ChargeStatus::Failed || intent.capture_method == CaptureMethod::Manual;
    Charge {
        id: tx.mint.of_payment(if card { "ch_" } else { "py_" }, &intent.core, scope),
        core: intent.core.clone(),
        created: tx.seconds(),
        amount: intent.amount,
        captured: (!waits).then_some(intent.amount),
        amount_refunded: 0,
        currency: intent.currency,
        status,
        decline,
        intent: intent.id.clone(),
        payment_method: method.id.clone(),
        instrument: method.instrument.clone(),
        // The step was for the method that waited for it; a method given since has not been through one.
        authenticated: (intent.challenge.is_some() || intent.confirmed.is_some())
            && intent.payment_method.as_ref() == Some(&method.id),
        payer: attempt.payer.clone(),
        customer: attempt.customer.clone(),
        description: intent.description.clone(),
        metadata: intent.metadata.clone(),
        balance_transaction: None,
        dispute: None,
        charged_back: false,
        user_report: None,
        risk_score: tx.mint.percent("risk", scope),
        authorization_code: tx.mint.digits("authorization", scope, 6),
        network_transaction_id: tx.mint.digits("network", scope, 15),
        receipt_token: tx.mint.draw("receipt", scope, 60),
        receipt_email: intent.receipt_email.clone(),
        statement_descriptor: intent.statement_descriptor.clone(),
        statement_descriptor_suffix: intent.statement_descriptor_suffix.clone(),
        transfer_group: intent.transfer_group.clone(),
        shipping: intent.shipping.clone(),
        belongs: intent.belongs.clone(),
    }
}

fn put_charge(tx: &mut Tx<'_>, kind: &'static str, charge: Charge) -> Arc<Charge> {
    let charge = tx.state.charges.put(charge);
    tx.emit_of_payment(kind, Arc::clone(&charge), &charge.belongs, &charge.core);
    charge
}
