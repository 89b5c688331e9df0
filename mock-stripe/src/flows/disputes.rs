//! Disputes: opened by the buyer's bank after a payment with a test card that is disputed, answered by the seller, decided by the bank.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use crate::domain::charge::{Charge, Command as OnCharge};
use crate::domain::dispute::{
    Command, Dispute, EVIDENCE, Evidence, INQUIRY_LIFE, MOST_EVIDENCE, Reason, Refusal, Status, Verdict, due_by,
    halves, opening,
};
use crate::domain::effect::Effect;
use crate::domain::metadata::Metadata;
use crate::domain::payer::Instrument;
use crate::domain::sequel::Sequel;
use crate::error::Error;
use crate::params::Params;

use super::{Tx, booking, warnings};

/// The work in which the bank decides; its subject is the dispute's id.
pub(crate) const DECISION: &str = "stripe.dispute_decision";
/// The work that ends a dispute whose time is over; its subject is the dispute's id.
pub(crate) const DUE: &str = "stripe.dispute_due";

/// How long the bank of a sandbox thinks about evidence whose words decide.
const THINKS_FOR: SignedDuration = SignedDuration::from_secs(5);

/// What the buyer's bank does about a charge that was just taken.
pub(super) fn follow(tx: &mut Tx<'_>, charge: &Arc<Charge>) {
    let (Instrument::Card(card), Some(amount)) = (&charge.instrument, charge.captured) else { return };
    match card.sequel {
        Some(Sequel::Dispute(reason)) => drop(open(tx, charge, card.brand, amount, reason, Status::NeedsResponse)),
        Some(Sequel::Inquiry) => {
            open(tx, charge, card.brand, amount, Reason::General, Status::WarningNeedsResponse);
        }
        Some(Sequel::Disputes) => {
            let (first, second) = halves(amount, charge.currency);
            for part in [first, second].into_iter().filter(|part| *part > 0) {
                open(tx, charge, card.brand, part, Reason::Fraudulent, Status::NeedsResponse);
            }
        }
        Some(Sequel::FraudWarning) => warnings::open(tx, charge),
        _ => {}
    }
}

fn open(
    tx: &mut Tx<'_>,
    charge: &Charge,
    brand: &'static str,
    amount: i64,
    reason: Reason,
    status: Status,
) -> Arc<Dispute> {
    let dispute = Dispute {
        id: tx.mint.plain("du_", &charge.belongs.scope),
        created: tx.seconds(),
        amount,
        currency: charge.currency,
        charge: charge.id.clone(),
        intent: charge.intent.clone(),
        brand,
        reason,
        status,
        evidence: Evidence::default(),
        submissions: 0,
        due_by: due_by(tx.seconds()),
        metadata: Metadata::new(),
        transactions: Vec::new(),
        belongs: charge.belongs.clone(),
    };
    mark(tx, &dispute, false);
    if status.is_inquiry() {
        tx.after(INQUIRY_LIFE, DUE, &dispute.id);
    } else {
        wait_for_seller(tx, &dispute);
    }
    let dispute = carry_out(tx, None, dispute, opening(status));
    warnings::answered(tx, &dispute.charge);
    dispute
}

/// The buyer's bank disputes what is left of a charge, without a test card's doing.
pub(crate) fn open_by_hand(
    tx: &mut Tx<'_>,
    charge: &Charge,
    reason: Reason,
    inquiry: bool,
) -> Result<Arc<Dispute>, Error> {
    let Instrument::Card(card) = &charge.instrument else {
        return Err(Error::invalid("Only card payments are disputed here."));
    };
    let amount = charge.refundable();
    if amount == 0 || charge.charged_back {
        return Err(Error::invalid("There is nothing left of this payment that could be disputed."));
    }
    let status = if inquiry { Status::WarningNeedsResponse } else { Status::NeedsResponse };
    Ok(open(tx, charge, card.brand, amount, reason, status))
}

/// The charge tells of its dispute.
fn mark(tx: &mut Tx<'_>, dispute: &Dispute, withdrawn: bool) {
    let command = OnCharge::Dispute { dispute: dispute.id.clone(), withdrawn };
    let charge = tx.state.charges.get(&dispute.charge);
    if let Some(Ok((charge, _))) = charge.map(|charge| charge.apply(command, tx.now)) {
        tx.state.charges.put(charge);
    }
}

/// The charge can be refunded again, unless another dispute took of its money.
fn unmark(tx: &mut Tx<'_>, dispute: &Dispute) {
    let others: Vec<_> =
        tx.state.disputes.by("charge", &dispute.charge).filter(|other| other.id != dispute.id).collect();
    if others.iter().all(|other| other.status.leaves_money())
        && let Some(charge) = tx.state.charges.get(&dispute.charge)
        && let Ok((charge, _)) = charge.apply(OnCharge::DisputeWon, tx.now)
    {
        tx.state.charges.put(charge);
    }
}

fn wait_for_seller(tx: &Tx<'_>, dispute: &Dispute) {
    let due = Timestamp::from_second(dispute.due_by.saturating_add(1)).unwrap_or(Timestamp::MAX);
    tx.world.scheduler().at(due, DUE, dispute.id.as_str());
}

/// Puts the dispute as it is after a step in place, with the bookings and events of the step in their order.
fn carry_out(tx: &mut Tx<'_>, before: Option<Arc<Dispute>>, mut after: Dispute, effects: Vec<Effect>) -> Arc<Dispute> {
    let mut told = before;
    for effect in effects {
        match effect {
            Effect::WithdrawFunds => {
                mark(tx, &after, true);
                after.transactions.push(booking::withdraw(tx, &after));
            }
            Effect::ReinstateFunds => {
                after.transactions.push(booking::reinstate(tx, &after));
                unmark(tx, &after);
            }
            Effect::Emit(kind) if kind.starts_with("charge.dispute.funds_") => {
                let row = tx.state.disputes.put(after.clone());
                tx.emit(kind, Arc::clone(&row), &row.belongs);
            }
            Effect::Emit(kind) => {
                let row = tx.state.disputes.put(after.clone());
                match told.replace(Arc::clone(&row)) {
                    Some(before) => tx.emit_change(kind, before, Arc::clone(&row), &row.belongs, None),
                    None => tx.emit(kind, Arc::clone(&row), &row.belongs),
                }
            }
            Effect::OpenSession | Effect::LimitReached => {}
        }
    }
    tx.state.disputes.put(after)
}

/// The seller says something: metadata, evidence kept in store, or evidence handed in.
pub(crate) fn update(tx: &mut Tx<'_>, dispute: &Arc<Dispute>, params: &Params) -> Result<Arc<Dispute>, Error> {
    let metadata = params.metadata().apply(&dispute.metadata).map_err(|fault| Error::metadata(&fault))?;
    let mut evidence = dispute.evidence.clone();
    let given = params.object("evidence").unwrap_or_default();
    for (member, file) in EVIDENCE.iter().filter(|(member, _)| given.has(member)) {
        let said = given.text(member);
        if let Some(id) = said.filter(|id| *file && !tx.state.files.has(id)) {
            return Err(Error::no_such_in_body("file upload", id, &format!("evidence[{member}]")));
        }
        evidence.set(member, said);
    }
    if evidence.length() > MOST_EVIDENCE {
        let message = format!("The evidence of a dispute can have up to {MOST_EVIDENCE} characters in total.");
        return Err(Error::invalid(message).param("evidence"));
    }
    let speaks = params.has("evidence");
    let submits = params.flag("submit").unwrap_or(speaks && !evidence.is_empty());
    let (mut after, effects) = if submits {
        dispute.apply(Command::Submit(evidence), tx.now)
    } else if speaks {
        dispute.apply(Command::Stage(evidence), tx.now)
    } else {
        Ok((dispute.as_ref().clone(), vec![Effect::Emit("charge.dispute.updated")]))
    }
    .map_err(|refusal| Error::dispute(refusal, "updated"))?;
    after.metadata = metadata;
    if after == **dispute {
        return Ok(Arc::clone(dispute));
    }
    if submits && after.evidence.verdict().is_some() {
        tx.after(THINKS_FOR, DECISION, &after.id);
    }
    Ok(carry_out(tx, Some(Arc::clone(dispute)), after, effects))
}

/// The seller gives in.
pub(crate) fn close(tx: &mut Tx<'_>, dispute: &Arc<Dispute>) -> Result<Arc<Dispute>, Error> {
    step(tx, dispute, Command::Close).map_err(|refusal| Error::dispute(refusal, "closed"))
}

/// The bank decides: as `verdict` says, or else as the words of the evidence do.
pub(crate) fn decide(tx: &mut Tx<'_>, dispute: &str, verdict: Option<Verdict>) -> Result<Arc<Dispute>, Error> {
    let dispute = tx.state.disputes.get(dispute).ok_or_else(|| Error::no_such_at_url("dispute", dispute, "dispute"))?;
    let Some(verdict) = verdict.or_else(|| dispute.evidence.verdict()) else { return Ok(dispute) };
    let after = step(tx, &dispute, Command::Decide(verdict)).map_err(|refusal| Error::dispute(refusal, "decided"))?;
    if after.status == Status::NeedsResponse {
        wait_for_seller(tx, &after);
    }
    Ok(after)
}

/// Its time is over, unless it ended before.
pub(crate) fn time_out(tx: &mut Tx<'_>, dispute: &str) {
    if let Some(dispute) = tx.state.disputes.get(dispute) {
        step(tx, &dispute, Command::TimeOut).ok();
    }
}

fn step(tx: &mut Tx<'_>, dispute: &Arc<Dispute>, command: Command) -> Result<Arc<Dispute>, Refusal> {
    let (after, effects) = dispute.apply(command, tx.now)?;
    Ok(carry_out(tx, Some(Arc::clone(dispute)), after, effects))
}
