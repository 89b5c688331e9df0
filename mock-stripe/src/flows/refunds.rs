//! Giving money back.

use std::sync::Arc;

use jiff::SignedDuration;

use crate::domain::belonging::Belonging;
use crate::domain::charge;
use crate::domain::effect::Effect;
use crate::domain::payer::Instrument;
use crate::domain::refund::{Command, Refund, Refusal, Status};
use crate::domain::sequel::Sequel;
use crate::error::Error;
use crate::params::Params;

use super::{Tx, booking, warnings};

/// The work that brings the bank's reference; its subject is the refund's id.
pub(crate) const JOB: &str = "stripe.refund_reference";
/// The work that brings the bank's answer to a refund which waits for it or will come back; its subject is the refund's id.
pub(crate) const ANSWER: &str = "stripe.refund_answer";

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
    let sequel = match &charge.instrument {
        Instrument::Card(card) => card.sequel,
        Instrument::SepaDebit { .. } => None,
    };
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
        status: if sequel == Some(Sequel::RefundPending) { Status::Pending } else { Status::Succeeded },
        reference: None,
        reversal: false,
        balance_transaction: None,
        failure_transaction: None,
        metadata,
        belongs: belongs.clone(),
    };
    refund.balance_transaction = Some(booking::of_refund(tx, &refund, &charge.core, &belongs));
    let refund = tx.state.refunds.put(refund);
    tx.emit_of_payment("refund.created", Arc::clone(&refund), &belongs, &charge.core);
    let after = tx.state.charges.put(after);
    tx.emit_change("charge.refunded", Arc::clone(&charge), Arc::clone(&after), &after.belongs, Some(&after.core));
    if after.is_refunded() {
        warnings::answered(tx, &after.id);
    }
    if card && refund.status == Status::Succeeded {
        tx.after(SignedDuration::from_secs(1), JOB, &refund.id);
    }
    if matches!(sequel, Some(Sequel::RefundPending | Sequel::RefundFails)) {
        tx.after(tx.config.refund_answered_after, ANSWER, &refund.id);
    }
    Ok(refund)
}

/// The bank names its reference, about a second later.
pub(crate) fn reference(tx: &mut Tx<'_>, refund: &str) {
    let Some(refund) = tx.state.refunds.get(refund) else { return };
    let reference = tx.mint.digits("refund reference", &refund.belongs.scope, 16);
    apply(tx, &refund, Command::Reference(reference)).ok();
}

/// The bank answers: a refund that waited is done, one that seemed done comes back.
pub(crate) fn answer(tx: &mut Tx<'_>, refund: &str) {
    let Some(refund) = tx.state.refunds.get(refund) else { return };
    if refund.status != Status::Pending {
        fail(tx, &refund);
    } else if apply(tx, &refund, Command::Succeed).is_ok() {
        tx.after(SignedDuration::from_secs(1), JOB, &refund.id);
    }
}

/// The buyer's bank sends the money back: the account has it again, and the charge is refunded less.
fn fail(tx: &mut Tx<'_>, refund: &Arc<Refund>) {
    let Some(charge) = tx.state.charges.get(&refund.charge) else { return };
    let Ok((lighter, _)) = charge.apply(charge::Command::RefundFailed(refund.amount), tx.now) else { return };
    let Ok((mut after, effects)) = refund.apply(Command::Fail, tx.now) else { return };
    after.failure_transaction = Some(booking::of_failed_refund(tx, refund, &charge.core));
    tell(tx, refund, after, &effects);
    let lighter = tx.state.charges.put(lighter);
    tx.emit_change("charge.updated", charge, Arc::clone(&lighter), &lighter.belongs, Some(&lighter.core));
}

/// Called off, while it waits for the buyer.
pub(crate) fn cancel(tx: &mut Tx<'_>, refund: &Arc<Refund>) -> Result<Arc<Refund>, Error> {
    apply(tx, refund, Command::Cancel)
        .map_err(|Refusal(_)| Error::invalid("Canceling this refund is unsupported.").executed())
}

fn apply(tx: &mut Tx<'_>, refund: &Arc<Refund>, command: Command) -> Result<Arc<Refund>, Refusal> {
    let (after, effects) = refund.apply(command, tx.now)?;
    Ok(tell(tx, refund, after, &effects))
}

/// New metadata.
pub(crate) fn update(tx: &mut Tx<'_>, refund: &Arc<Refund>, params: &Params) -> Result<Arc<Refund>, Error> {
    let mut after = refund.as_ref().clone();
    after.metadata = params.metadata().apply(&refund.metadata).map_err(|fault| Error::metadata(&fault))?;
    let told = ["refund.updated", "charge.refund.updated"].map(Effect::Emit);
    Ok(tell(tx, refund, after, &told))
}

fn tell(tx: &mut Tx<'_>, before: &Arc<Refund>, after: Refund, effects: &[Effect]) -> Arc<Refund> {
    let refund = tx.state.refunds.put(after);
    let core = tx.state.charges.get(&refund.charge).map(|charge| charge.core.clone());
    let kinds = effects.iter().filter_map(|effect| match effect {
        Effect::Emit(kind) => Some(*kind),
        _ => None,
    });
    for kind in kinds {
        tx.emit_change(kind, Arc::clone(before), Arc::clone(&refund), &refund.belongs, core.as_deref());
    }
    refund
}
