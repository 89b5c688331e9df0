//! Money that is still on its way, and money that never comes: C-N03, C-N07.

use futures_util::FutureExt as _;

use super::shared::{self, SESSION_COMPLETED, pay_by_debit, sale_by_debit};
use crate::buyer::Means;
use crate::check::journal::CANCELLED;
use crate::model::{Case, Level, Needs, Payable, Stop, Strength};
use crate::runner::Ctx;
use crate::steps::{Purchase, Seen};

/// With a delayed way to pay, the session completes although no money has arrived: `payment_status` is `unpaid`. That is no payment.
pub static N03: Case = Case {
    id: "C-N03",
    title: "pays by SEPA debit: the completed session is unpaid",
    level: Level::Core,
    strength: Strength::Must,
    clause: "a completed session whose payment_status is unpaid is answered 2xx and completes nothing: the money is still on its way",
    sources: &["SA-B `status == \"paid\"`", "STF"],
    needs: Needs::NOTHING,
    run: |ctx| unpaid(ctx).boxed(),
};

async fn unpaid(ctx: Ctx) -> Result<(), Stop> {
    let seller = ctx.arrange(sale_by_debit(&ctx)?).await?;
    let purchase = ctx.register(&seller).await?;
    pay_by_debit(&ctx, &purchase, &Means::debit()).await?;
    let seen = ctx.settled(&purchase).await?;
    let statuses: Vec<&str> = seen.ledger.sessions.iter().map(|session| session.payment_status.as_str()).collect();
    if statuses.iter().any(|status| *status != "unpaid") {
        return Err(Stop::suite(format!(
            "our Stripe's session of a debit that nobody has answered is {}",
            statuses.join(", ")
        )));
    }
    shared::acknowledged(&ctx, &purchase, &seen, SESSION_COMPLETED);
    shared::not_completed(&ctx, &purchase, &seen, "while its money is on its way");
    ctx.should(
        format!("purchase {} keeps its reservation while its money is on its way", purchase.id),
        "reserved in Dataverse: unpaid is not refused",
        format!("{}; {}", seen.state.word(), seen.shown_finalizes()),
        seen.state.is_reserved(),
    );
    Ok(())
}

/// A payment that the bank has refused for good ends the reservation; the platform's own timeout would end it too, only later.
///
/// What is final differs: one expired session of a Payment Link says nothing about the next, but a service that makes a Checkout Session for the
/// purchase has nothing left to pay once that has expired.
pub static N07: Case = Case {
    id: "C-N07",
    title: "the payment is rejected for good: the bank refuses a debit, a Checkout Session expires",
    level: Level::Core,
    strength: Strength::Should,
    clause: "a final rejection while the reservation is open (async_payment_failed; for services that sell with Checkout Sessions also checkout.session.expired) is finalized with 100000000; leaving it to the platform's timeout is a warning",
    sources: &["SA-over \"payment completion and payment rejection events\"", "SA-B status list"],
    needs: Needs::REAL_TIME,
    run: |ctx| rejected(ctx).boxed(),
};

async fn rejected(ctx: Ctx) -> Result<(), Stop> {
    if ctx.profile().declares.payable == Payable::Session {
        expired_session(&ctx).await?;
    }
    let seller = ctx.arrange(sale_by_debit(&ctx)?).await?;
    let purchase = ctx.register(&seller).await?;
    pay_by_debit(&ctx, &purchase, &Means::failing_debit()).await?;
    // The bank's answer comes days later; the service has long dealt with the completed session.
    let seen = ctx.settled(&purchase).await?;
    if seen.ledger.sessions.is_empty() {
        return no_session(&ctx, &purchase, &seen);
    }
    ctx.bank_answers(&purchase, false).await?;
    let seen = ctx.settled(&purchase).await?;
    cancelled(&ctx, &purchase, &seen, "checkout.session.async_payment_failed");
    Ok(())
}

async fn expired_session(ctx: &Ctx) -> Result<(), Stop> {
    let purchase = ctx.purchase().await?;
    ctx.follow(&purchase).await?;
    let seen = ctx.look(&purchase).await?;
    let Some(session) = seen.ledger.sessions.first() else { return no_session(ctx, &purchase, &seen) };
    ctx.step(format!("let session {} expire unpaid", session.id));
    ctx.stripe_api(&format!("/v1/checkout/sessions/{}/expire", session.id), &[]).await?;
    let seen = ctx.settled(&purchase).await?;
    cancelled(ctx, &purchase, &seen, "checkout.session.expired");
    Ok(())
}

fn no_session(ctx: &Ctx, purchase: &Purchase, seen: &Seen) -> Result<(), Stop> {
    let what = format!("our Stripe has a session for purchase {}", purchase.id);
    ctx.require(what, "a session that belongs to this purchase", seen.ledger.shown(), false)
}

fn cancelled(ctx: &Ctx, purchase: &Purchase, seen: &Seen, kind: &str) {
    shared::acknowledged(ctx, purchase, seen, kind);
    shared::not_completed(ctx, purchase, seen, "by a rejected payment");
    let told = seen.finalizes_as(CANCELLED).iter().any(|call| call.purchase == Some(purchase.id) && call.accepted);
    ctx.check(
        format!("purchase {} is finalized as cancelled after {kind}", purchase.id),
        "a finalize call with 100000000, so that the seat is free at once and not only after the payment timeout",
        format!("{}; {} in Dataverse", seen.shown_finalizes(), seen.state.word()),
        told && seen.state.is_over(),
    );
}
