//! The buyer's bank at work: it disputes a card payment, and decides a dispute that is under review.

use std::sync::Arc;

use mock_core::control::Problem;

use super::dto::{DisputePayment, Disputed};
use crate::domain::dispute::{Dispute, Verdict};
use crate::error::Error;
use crate::flows::{Tx, disputes};
use crate::stripe::Stripe;
use crate::webhooks;

/// Disputes the payment of an intent or session; returns when the endpoints have answered the events.
pub(super) async fn open(stripe: &Stripe, id: &str, wish: DisputePayment) -> Result<Disputed, Problem> {
    let hint = "name a payment intent that was paid by card, or its session";
    carry_out(stripe, hint, |tx| {
        let session = tx.state.sessions.get(id).and_then(|session| session.intent.clone());
        let intent = session.as_deref().unwrap_or(id);
        let intent =
            tx.state.intents.get(intent).ok_or_else(|| Error::no_such_at_url("payment_intent", intent, "intent"))?;
        let charge = intent.latest_charge.as_deref().and_then(|id| tx.state.charges.get(id));
        let charge = charge.ok_or_else(|| Error::invalid("Nobody has paid this PaymentIntent."))?;
        disputes::open_by_hand(tx, &charge, wish.reason.into(), wish.inquiry)
    })
    .await
}

/// Decides a dispute; returns when the endpoints have answered the events.
pub(super) async fn decide(stripe: &Stripe, id: &str, verdict: Verdict) -> Result<Disputed, Problem> {
    let hint =
        "the bank decides what is under review: evidence must have been submitted, and only inquiries are escalated";
    carry_out(stripe, hint, |tx| disputes::decide(tx, id, Some(verdict))).await
}

async fn carry_out(
    stripe: &Stripe,
    hint: &str,
    work: impl FnOnce(&mut Tx<'_>) -> Result<Arc<Dispute>, Error>,
) -> Result<Disputed, Problem> {
    let (result, batch) = stripe.change_by_itself(|tx| work(tx).map(|dispute| tx.shown().tree(dispute)));
    let dispute = result.map_err(|error| Problem::new(super::routes::conflict(error.status), error.message, hint))?;
    webhooks::send_all(stripe, batch).await;
    Ok(Disputed { dispute })
}
