//! The books: a succeeded charge gets its balance transaction a moment later (`facts/stripe.md` 12), refunds and disputes at once.

use std::sync::Arc;

use crate::domain::belonging::Belonging;
use crate::domain::charge::{Charge, Command};
use crate::domain::dispute::{Dispute, dispute_fee};
use crate::domain::payer::Instrument;
use crate::domain::refund::Refund;
use crate::domain::sequel::Sequel;
use crate::domain::transaction::{BalanceTransaction, Entry, SETTLED_AFTER, fee};

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
    let (kind, at_once) = match &charge.instrument {
        Instrument::Card(card) => (Entry::Charge, card.sequel == Some(Sequel::AvailableAtOnce)),
        Instrument::SepaDebit { .. } => (Entry::Payment, false),
    };
    enter(
        tx,
        BalanceTransaction {
            id,
            created: charge.created,
            available_on: if at_once { charge.created } else { settled(charge.created) },
            amount,
            fee: fee(amount, charge.currency, &charge.instrument),
            currency: charge.currency,
            description: charge.description.clone(),
            source: charge.id.clone(),
            kind,
            belongs: charge.belongs.clone(),
        },
    );
    let booked = tx.state.charges.put(booked);
    // The balance transaction shows.
    tx.emit_shown_change("charge.updated", charge, Arc::clone(&booked), &booked.belongs, Some(&booked.core));
}

/// The balance transaction of a refund: the money leaves, the fee stays.
pub(crate) fn of_refund(tx: &mut Tx<'_>, refund: &Refund, core: &str, belongs: &Belonging) -> String {
    let kind = if refund.method_kind == "card" { Entry::Refund } else { Entry::PaymentRefund };
    refunded(tx, refund, -refund.amount, kind, core, belongs)
}

/// The balance transaction of a refund that came back.
pub(super) fn of_failed_refund(tx: &mut Tx<'_>, refund: &Refund, core: &str) -> String {
    refunded(tx, refund, refund.amount, Entry::RefundFailure, core, &refund.belongs)
}

fn refunded(tx: &mut Tx<'_>, refund: &Refund, amount: i64, kind: Entry, core: &str, belongs: &Belonging) -> String {
    let entry = BalanceTransaction {
        id: tx.mint.of_payment("txn_", core, &belongs.scope),
        created: tx.seconds(),
        available_on: settled(tx.seconds()),
        amount,
        fee: 0,
        currency: refund.currency,
        description: None,
        source: refund.id.clone(),
        kind,
        belongs: belongs.clone(),
    };
    enter(tx, entry).id.clone()
}

/// The disputed amount and the fee leave the account.
pub(super) fn withdraw(tx: &mut Tx<'_>, dispute: &Dispute) -> Arc<BalanceTransaction> {
    let fee = dispute_fee(dispute.currency);
    disputed(tx, dispute, Entry::DisputeWithdrawal, -dispute.amount, fee, "withdrawal")
}

/// The disputed amount comes back, and the fee where the account is one that gets it back.
pub(super) fn reinstate(tx: &mut Tx<'_>, dispute: &Dispute) -> Arc<BalanceTransaction> {
    let returned = tx.world.switches().value("STRIPE-DISPUTE-FEE", &dispute.belongs.scope) == "returned";
    let fee = if returned { -dispute_fee(dispute.currency) } else { 0 };
    disputed(tx, dispute, Entry::DisputeReversal, dispute.amount, fee, "reversal")
}

fn disputed(
    tx: &mut Tx<'_>,
    dispute: &Dispute,
    kind: Entry,
    amount: i64,
    fee: i64,
    what: &str,
) -> Arc<BalanceTransaction> {
    let entry = BalanceTransaction {
        id: tx.mint.plain("txn_", &dispute.belongs.scope),
        created: tx.seconds(),
        available_on: settled(tx.seconds()),
        amount,
        fee,
        currency: dispute.currency,
        description: Some(format!("Chargeback {what} for {}", dispute.charge)),
        source: dispute.id.clone(),
        kind,
        belongs: dispute.belongs.clone(),
    };
    enter(tx, entry)
}

fn enter(tx: &mut Tx<'_>, entry: BalanceTransaction) -> Arc<BalanceTransaction> {
    tx.state.books.enter(&entry, tx.now.as_second());
    tx.state.transactions.put(entry)
}

fn settled(at: i64) -> i64 {
    at.saturating_add(SETTLED_AFTER.as_secs())
}
