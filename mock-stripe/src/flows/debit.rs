//! Delayed payments: what happens when the bank has answered.

use std::sync::Arc;

use crate::domain::cards::Decline;
use crate::domain::charge;
use crate::domain::intent::{self, PaymentError};
use crate::domain::payer::Instrument;
use crate::domain::session;
use crate::error::Error;

use super::{Tx, booking};

/// The work that asks the bank; its subject is the intent's id.
pub(crate) const JOB: &str = "stripe.debit";

/// A refused debit. Stripe publishes no sample; code and sentence are those of its bank debits in general.
const REFUSED: Decline = Decline {
    code: "payment_intent_payment_attempt_failed",
    decline_code: "generic_decline",
    message: "The payment failed.",
    blocked: false,
};

/// The bank answers: as `settles` says, or else as the account's test number says. Only a processing intent has an answer coming.
pub(crate) fn answer(tx: &mut Tx<'_>, intent: &str, settles: Option<bool>) -> Result<(), Error> {
    let intent =
        tx.state.intents.get(intent).ok_or_else(|| Error::no_such_at_url("payment_intent", intent, "intent"))?;
    let charge = intent.latest_charge.as_deref().and_then(|id| tx.state.charges.get(id));
    let shown = tx.shown().intent(&intent);
    let Some(charge) = charge else {
        return Err(Error::intent_state(intent::Refusal::Status(intent.status), "settle", intent.currency, shown));
    };
    let settles = settles.unwrap_or(match &charge.instrument {
        Instrument::SepaDebit { settles, .. } => *settles,
        Instrument::Card(_) => true,
    });
    let (on_intent, on_charge, on_session) = if settles {
        (intent::Command::Settle, charge::Command::Settle, session::Command::Settle)
    } else {
        let declined = PaymentError::declined(REFUSED, Some(charge.id.clone()), charge.payment_method.clone());
        let error = PaymentError { decline_code: None, ..declined };
        (intent::Command::Bounce(error), charge::Command::Bounce(REFUSED), session::Command::Fail)
    };
    let refuse = |refusal| Error::intent_state(refusal, "settle", intent.currency, shown.clone());
    let (intent_after, _) = intent.apply(on_intent, tx.now).map_err(refuse)?;
    let (charge_after, _) =
        charge.apply(on_charge, tx.now).map_err(|_| refuse(intent::Refusal::Status(intent.status)))?;

    let charge = tx.state.charges.put(charge_after);
    let kind = if settles { "charge.succeeded" } else { "charge.failed" };
    tx.emit_of_payment(kind, Arc::clone(&charge), &charge.belongs, &charge.core);

    let intent = tx.state.intents.put(intent_after);
    let kind = if settles { "payment_intent.succeeded" } else { "payment_intent.payment_failed" };
    tx.emit_of_intent(kind, &intent);

    if let Some(session) = intent.session.as_deref().and_then(|id| tx.state.sessions.get(id))
        && let Ok((session, _)) = session.apply(on_session, tx.now)
    {
        let session = tx.state.sessions.put(session);
        let kind =
            if settles { "checkout.session.async_payment_succeeded" } else { "checkout.session.async_payment_failed" };
        tx.emit(kind, Arc::clone(&session), &session.belongs);
    }
    if settles {
        booking::schedule(tx, &charge);
    }
    Ok(())
}
