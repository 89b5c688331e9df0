//! What the bank says days later: R-A01 to R-A04.

use futures_util::FutureExt as _;
use mock_stripe::control::dto::HoldAction;

use crate::buyer::Means;
use crate::cases::delivery::shared::{all_taken, completed_once, completed_or_given_back, taken};
use crate::cases::notification::shared::{self, SESSION_COMPLETED, pay_by_debit, sale_by_debit};
use crate::check::journal::CANCELLED;
use crate::model::{Case, Level, Needs, Stop, Strength};
use crate::runner::Ctx;
use crate::steps::Purchase;

/// The event that says that the money of a delayed payment has come.
const SUCCEEDED: &str = "checkout.session.async_payment_succeeded";
/// The event that says that it will not.
const FAILED: &str = "checkout.session.async_payment_failed";

/// A registered purchase whose buyer went through with a debit that the bank has not answered.
async fn by_debit(ctx: &Ctx, means: &Means) -> Result<Purchase, Stop> {
    let seller = ctx.arrange(sale_by_debit(ctx)?).await?;
    let purchase = ctx.register(&seller).await?;
    pay_by_debit(ctx, &purchase, means).await?;
    Ok(purchase)
}

/// A completed session that is unpaid is the middle of the story. A service that knows only the first event never completes these purchases; one
/// that takes unpaid for failed throws the buyer out, who then pays for nothing.
pub static A01: Case = Case {
    id: "R-A01",
    title: "a debit: completed but unpaid at first, paid by the bank later, inside the reservation",
    level: Level::Resilient,
    strength: Strength::Must,
    clause: "nothing is finalized while the money is on its way; checkout.session.async_payment_succeeded completes the purchase",
    sources: &["STF", "I10"],
    needs: Needs::NOTHING,
    run: |ctx| succeeds(ctx).boxed(),
};

async fn succeeds(ctx: Ctx) -> Result<(), Stop> {
    let purchase = by_debit(&ctx, &Means::debit()).await?;
    let seen = ctx.settled(&purchase).await?;
    shared::untouched(&ctx, &purchase, &seen, "while its money is on its way");
    ctx.bank_answers(&purchase, true).await?;
    let seen = ctx.settled(&purchase).await?;
    shared::acknowledged(&ctx, &purchase, &seen, SUCCEEDED);
    completed_once(&ctx, &purchase, &seen, "when its money came");
    Ok(())
}

/// Money that never comes completes nothing. Whether the seat is given back at once is C-N07's question.
pub static A02: Case = Case {
    id: "R-A02",
    title: "a debit: completed but unpaid at first, refused by the bank later",
    level: Level::Resilient,
    strength: Strength::Must,
    clause: "the purchase is never completed; it is cancelled, or left to the platform's timeout",
    sources: &["STF", "SA-over rejection", "I10"],
    needs: Needs::NOTHING,
    run: |ctx| fails(ctx).boxed(),
};

async fn fails(ctx: Ctx) -> Result<(), Stop> {
    let purchase = by_debit(&ctx, &Means::failing_debit()).await?;
    let seen = ctx.settled(&purchase).await?;
    shared::untouched(&ctx, &purchase, &seen, "while its money is on its way");
    ctx.bank_answers(&purchase, false).await?;
    let seen = ctx.settled(&purchase).await?;
    shared::acknowledged(&ctx, &purchase, &seen, FAILED);
    shared::not_completed(&ctx, &purchase, &seen, "by a debit that the bank refused");
    let how = if seen.finalizes_as(CANCELLED).is_empty() { "left to the platform's timeout" } else { "cancelled" };
    ctx.report("what becomes of the reservation", how);
    Ok(())
}

/// Order is not promised: the good news may be first. What comes behind is an older snapshot of the same session.
pub static A03: Case = Case {
    id: "R-A03",
    title: "async_payment_succeeded arrives before checkout.session.completed",
    level: Level::Resilient,
    strength: Strength::Must,
    clause: "the purchase is completed by the first, and the later unpaid snapshot changes nothing",
    sources: &["STW order"],
    needs: Needs::under("AMB-5", &["refused", "last-wins"]),
    run: |ctx| other_way_round(ctx).boxed(),
};

async fn other_way_round(ctx: Ctx) -> Result<(), Stop> {
    let seller = ctx.arrange(sale_by_debit(&ctx)?).await?;
    let purchase = ctx.register(&seller).await?;
    ctx.rule(HoldAction::Hold, &purchase, Some(SESSION_COMPLETED)).await?;
    pay_by_debit(&ctx, &purchase, &Means::debit()).await?;
    let held = ctx.held(&purchase, SESSION_COMPLETED).await?;
    ctx.bank_answers(&purchase, true).await?;
    let seen = ctx.settled(&purchase).await?;
    shared::acknowledged(&ctx, &purchase, &seen, SUCCEEDED);
    completed_once(&ctx, &purchase, &seen, "by the event that came first");
    let late = ctx.resend(&held).await?;
    taken(&ctx, &late, "the unpaid snapshot that came second");
    let seen = ctx.settled(&purchase).await?;
    completed_once(&ctx, &purchase, &seen, "and stays so after the event that came second");
    Ok(())
}

/// A bank takes days, a reservation half an hour.
pub static A04: Case = Case {
    id: "R-A04",
    title: "a debit: paid by the bank after the reservation has ended",
    level: Level::Resilient,
    strength: Strength::Should,
    clause: "as with any late payment: no false success, the event ends in 2xx, and the money goes back or is parked visibly",
    sources: &["PASS", "STF"],
    needs: Needs::under("AMB-2", &["fault", "ignored", "accepted-if-room"]),
    run: |ctx| too_late(ctx).boxed(),
};

async fn too_late(ctx: Ctx) -> Result<(), Stop> {
    let purchase = by_debit(&ctx, &Means::debit()).await?;
    ctx.settle().await?;
    ctx.time_out(&purchase).await?;
    ctx.bank_answers(&purchase, true).await?;
    let seen = ctx.until_settled(&purchase).await?;
    all_taken(&ctx, &purchase, None, "although the seat is gone").await?;
    completed_or_given_back(&ctx, &purchase, &seen, "by money that came too late");
    Ok(())
}
