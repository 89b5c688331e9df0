//! Giving money back.

use std::sync::Arc;

use jiff::SignedDuration;

use crate::domain::belonging::Belonging;
use crate::domain::charge;
use crate::domain::refund::{Command, Refund, Status};
use crate::error::Error;
use crate::params::Params;

use super::{Tx, booking};

/// The work that brings the bank's reference; its subject is the refund's id.
pub(crate) const JOB: &str = "stripe.refund_reference";

/// Gives back part or all of a charge.
pub(crate) fn create(tx: &mut Tx<'_>, params: &Params, asked: &Belonging) -> Result<Arc<Refund>, Error> {
    let charge = match (params.text("charge"), params.text("payment_intent")) {
        (Some(_), Some(_)) => return Err(Error::exclusive("charge", "payment_intent")),
        (None, None) => return Err(Error::missing_one_of(&["charge", "payment_intent"])),
        (Some(id), None) => tx.state.charges.get(id).ok_or_else(|| Error::no_such_in_body("charge", id, "charge"))?,
        (None, Some(id)) => {
            let intent = tx
                .state
                .intents
                .get(id)
                .ok_or_else(|| Error::no_such_in_body("payment_intent", id, "payment_intent"))?;
            let charge = intent.latest_charge.as_deref().and_then(|charge| tx.state.charges.get(charge));
            charge.filter(|charge| charge.status == charge::Status::Succeeded && charge.captured.is_some()).ok_or_else(
                || Error::invalid("This PaymentIntent does not have a successful charge to refund.").executed(),
            )?
        }
    };
    let metadata = params.metadata().made().map_err(|fault| Error::metadata(&fault))?;
    let amount = params.integer("amount").unwrap_or_else(|| charge.refundable());
    if amount % charge.currency.step() != 0 {
        let fault = crate::domain::money::AmountFault::NotAMultipleOf(charge.currency.step());
        return Err(Error::bad_unit_amount("amount", fault, charge.currency));
    }
    let (after, _) = charge
        .apply(charge::Command::Refund(amount), tx.now)
        .map_err(|refusal| Error::refund(refusal, &charge, amount))?;

    let mut belongs = charge.belongs.clone();
    belongs.inherit(asked);
    let card = charge.instrument.kind() == "card";
    let mut refund = Refund {
        id: tx.mint.of_payment(if card { "re_" } else { "pyr_" }, &charge.core, &belongs.scope),
        created: tx.seconds(),
        amount,
        currency: charge.currency,
        charge: charge.id.clone(),
        intent: charge.intent.clone(),
        payment_method: charge.payment_method.clone(),
        method_kind: charge.instrument.kind(),
        customer: charge.customer.clone(),
        reason: params.string("reason"),
        status: Status::Succeeded,
        reference: None,
        reversal: false,
        balance_transaction: None,
        metadata,
        belongs: belongs.clone(),
    };
    refund.balance_transaction = Some(booking::of_refund(tx, &refund, &charge.core, &belongs));
    let refund = tx.state.refunds.put(refund);
    tx.emit_of_payment("refund.created", Arc::clone(&refund), &belongs, &charge.core);
    let after = tx.state.charges.put(after);
    tx.emit_change("charge.refunded", Arc::clone(&charge), Arc::clone(&after), &after.belongs, Some(&after.core));
    if card {
        tx.after(SignedDuration::from_secs(1), JOB, &refund.id);
    }
    Ok(refund)
}

/// The bank names its reference, about a second later.
pub(crate) fn reference(tx: &mut Tx<'_>, refund: &str) {
    let Some(refund) = tx.state.refunds.get(refund) else { return };
    let reference = tx.mint.digits("refund reference", &refund.belongs.scope, 16);
    let Ok((after, _)) = refund.apply(Command::Reference(reference), tx.now) else { return };
    changed(tx, &refund, after);
}

/// New metadata.
pub(crate) fn update(tx: &mut Tx<'_>, refund: &Arc<Refund>, params: &Params) -> Result<Arc<Refund>, Error> {
    let mut after = refund.as_ref().clone();
    after.metadata = params.metadata().apply(&refund.metadata).map_err(|fault| Error::metadata(&fault))?;
    Ok(changed(tx, refund, after))
}

fn changed(tx: &mut Tx<'_>, before: &Arc<Refund>, after: Refund) -> Arc<Refund> {
    let refund = tx.state.refunds.put(after);
    let core = tx.state.charges.get(&refund.charge).map(|charge| charge.core.clone());
    for kind in ["refund.updated", "charge.refund.updated"] {
        tx.emit_change(kind, Arc::clone(before), Arc::clone(&refund), &refund.belongs, core.as_deref());
    }
    refund
}
