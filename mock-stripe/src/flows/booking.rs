//! The books: a succeeded charge gets its balance transaction a moment later (`facts/stripe.md` 12), a refund at once.

use std::sync::Arc;

use crate::domain::belonging::Belonging;
use crate::domain::charge::{BalanceTransaction, Charge, Command, fee};
use crate::domain::payer::Instrument;
use crate::domain::refund::Refund;

use super::Tx;

/// The work that books a charge; its subject is the charge's id.
pub(crate) const JOB: &str = "stripe.booking";

/// A charge succeeded: it is booked soon.
pub(crate) fn schedule(tx: &Tx<'_>, charge: &Charge) {
    tx.after(tx.config.booked_after, JOB, &charge.id);
}

/// Books a charge, unless that was done.
pub(crate) fn book(tx: &mut Tx<'_>, charge: &str) {
    let Some(charge) = tx.state.charges.get(charge) else { return };
    let id = tx.mint.of_payment("txn_", &charge.core, &charge.belongs.scope);
    let Ok((booked, _)) = charge.apply(Command::Book(id.clone()), tx.now) else { return };
    let amount = charge.captured.unwrap_or_default();
    tx.state.transactions.put(BalanceTransaction {
        id,
        created: charge.created,
        amount,
        fee: fee(amount, charge.currency, &charge.instrument),
        currency: charge.currency,
        description: charge.description.clone(),
        source: charge.id.clone(),
        kind: if matches!(charge.instrument, Instrument::Card(_)) { "charge" } else { "payment" },
        belongs: charge.belongs.clone(),
    });
    let booked = tx.state.charges.put(booked);
    tx.emit_change("charge.updated", charge, Arc::clone(&booked), &booked.belongs, Some(&booked.core));
}

/// The balance transaction of a refund: the money leaves, the fee stays.
pub(crate) fn of_refund(tx: &mut Tx<'_>, refund: &Refund, core: &str, belongs: &Belonging) -> String {
    let id = tx.mint.of_payment("txn_", core, &belongs.scope);
    tx.state.transactions.put(BalanceTransaction {
        id: id.clone(),
        created: tx.seconds(),
        amount: -refund.amount,
        fee: 0,
        currency: refund.currency,
        description: None,
        source: refund.id.clone(),
        kind: if refund.method_kind == "card" { "refund" } else { "payment_refund" },
        belongs: belongs.clone(),
    });
    id
}
