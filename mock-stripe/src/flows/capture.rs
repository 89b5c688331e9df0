//! Authorised money: taken by the seller, in whole or in part, or let go.

use std::sync::Arc;

use crate::domain::charge::{self, Charge};
use crate::domain::intent::{self, Intent, Status};
use crate::domain::refund::{Refund, Status as RefundStatus};
use crate::domain::session;
use crate::error::Error;
use crate::params::Params;

use super::{Tx, booking, disputes};

/// The work that ends an authorisation whose time is over; its subject is the intent's id.
pub(crate) const JOB: &str = "stripe.authorization";

/// The seller takes what was authorised, or the part asked for.
pub(crate) fn capture(tx: &mut Tx<'_>, intent: &Arc<Intent>, params: &Params) -> Result<Arc<Intent>, Error> {
    let amount = params.integer("amount_to_capture").unwrap_or(intent.amount_capturable);
    if params.flag("final_capture") == Some(false) {
        return Err(Error::unsupported("capturing an amount in several parts", Some("final_capture")));
    }
    let metadata = params.metadata().apply(&intent.metadata).map_err(|fault| Error::metadata(&fault))?;
    let refused = |refusal| Error::intent_state(refusal, "capture", intent.currency, tx.shown().intent(intent));
    let (mut after, _) = intent.apply(intent::Command::Capture(amount), tx.now).map_err(refused)?;
    let status = || refused(intent::Refusal::Status(intent.status));
    let charge = charge_of(tx, intent).ok_or_else(status)?;
    let (mut taken, _) = charge.apply(charge::Command::Capture(amount), tx.now).map_err(|_| status())?;
    after.metadata = metadata;
    for (name, of_intent, of_charge) in [
        ("statement_descriptor", &mut after.statement_descriptor, &mut taken.statement_descriptor),
        ("statement_descriptor_suffix", &mut after.statement_descriptor_suffix, &mut taken.statement_descriptor_suffix),
    ] {
        if let Some(text) = params.string(name) {
            *of_intent = Some(text.clone());
            *of_charge = Some(text);
        }
    }
    let charge = tx.state.charges.put(taken);
    let_go(tx, &charge, charge.released(), None);
    booking::schedule(tx, &charge);
    tx.emit_of_payment("charge.captured", Arc::clone(&charge), &charge.belongs, &charge.core);
    let intent = tx.state.intents.put(after);
    tx.emit_of_intent("payment_intent.succeeded", &intent);
    if let Some(session) = intent.session.as_deref().and_then(|id| tx.state.sessions.get(id))
        && let Ok((session, _)) = session.apply(session::Command::Capture, tx.now)
    {
        // No event tells of it.
        tx.state.sessions.put(session);
    }
    disputes::follow(tx, &charge);
    Ok(intent)
}

/// Gives an intent up; what was authorised is let go.
pub(crate) fn cancel(
    tx: &mut Tx<'_>,
    intent: &Arc<Intent>,
    reason: Option<String>,
) -> Result<Arc<Intent>, intent::Refusal> {
    let waits = intent.status == Status::RequiresCapture;
    let (after, _) = intent.apply(intent::Command::Cancel(reason), tx.now)?;
    if waits {
        release(tx, intent, charge::Command::Release, None);
    }
    Ok(canceled(tx, after))
}

/// Ends an authorisation that nobody captured in time.
pub(crate) fn expire(tx: &mut Tx<'_>, intent: &str) {
    let Some(intent) = tx.state.intents.get(intent) else { return };
    if intent.status != Status::RequiresCapture {
        return;
    }
    let Ok((after, _)) = intent.apply(intent::Command::Cancel(Some("automatic".to_owned())), tx.now) else { return };
    release(tx, &intent, charge::Command::Expire, Some("expired_uncaptured_charge"));
    canceled(tx, after);
}

fn canceled(tx: &mut Tx<'_>, after: Intent) -> Arc<Intent> {
    let intent = tx.state.intents.put(after);
    tx.emit_of_intent("payment_intent.canceled", &intent);
    intent
}

fn release(tx: &mut Tx<'_>, intent: &Intent, command: charge::Command, reason: Option<&str>) {
    let Some(charge) = charge_of(tx, intent) else { return };
    let kind = if command == charge::Command::Expire { "charge.expired" } else { "charge.refunded" };
    let Ok((after, _)) = charge.apply(command, tx.now) else { return };
    let after = tx.state.charges.put(after);
    let_go(tx, &after, after.released(), reason);
    tx.emit_change(kind, charge, Arc::clone(&after), &after.belongs, Some(&after.core));
}

fn charge_of(tx: &Tx<'_>, intent: &Intent) -> Option<Arc<Charge>> {
    intent.latest_charge.as_deref().and_then(|id| tx.state.charges.get(id))
}

/// What was never taken shows as a refund without a booking.
fn let_go(tx: &mut Tx<'_>, charge: &Charge, amount: i64, reason: Option<&str>) {
    if amount == 0 {
        return;
    }
    tx.state.refunds.put(Refund {
        id: tx.mint.of_payment("re_", &charge.core, &charge.belongs.scope),
        created: tx.seconds(),
        amount,
        currency: charge.currency,
        charge: charge.id.clone(),
        intent: charge.intent.clone(),
        payment_method: charge.payment_method.clone(),
        method_kind: charge.instrument.kind(),
        customer: charge.customer.clone(),
        reason: reason.map(str::to_owned),
        status: RefundStatus::Succeeded,
        reference: None,
        reversal: true,
        balance_transaction: None,
        failure_transaction: None,
        metadata: crate::domain::metadata::Metadata::new(),
        belongs: charge.belongs.clone(),
    });
}
