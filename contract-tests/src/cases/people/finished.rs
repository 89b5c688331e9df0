//! Links of purchases that have ended: R-C03, R-C04.

use futures_util::FutureExt as _;

use crate::buyer::Means;
use crate::cases::notification::shared::{pay_by_card, pay_by_debit, sale_by_debit};
use crate::check::http::Outcome;
use crate::model::{Case, Level, Needs, Stop, Strength};
use crate::runner::Ctx;
use crate::steps::Purchase;

/// The mail with the link outlives the payment.
pub static C03: Case = Case {
    id: "R-C03",
    title: "follows the link of a purchase that is completed",
    level: Level::Resilient,
    strength: Strength::Must,
    clause: "no new payment link or session; the visitor goes to the return URL, or is told that it is paid",
    sources: &["SA-A \"state of payment\"", "INV-4"],
    needs: Needs::NOTHING,
    run: |ctx| completed(ctx).boxed(),
};

async fn completed(ctx: Ctx) -> Result<(), Stop> {
    let purchase = ctx.purchase().await?;
    pay_by_card(&ctx, &purchase).await?;
    let seen = ctx.settled(&purchase).await?;
    ctx.require("the purchase is completed", "completed", seen.state.word(), seen.state.is_completed())?;
    sells_no_more(&ctx, &purchase).await
}

/// A purchase that was given up is over; who still wants to come registers anew.
pub static C04: Case = Case {
    id: "R-C04",
    title: "follows the link of a purchase that was cancelled",
    level: Level::Resilient,
    strength: Strength::Should,
    clause: "no new payment link or session; a refusal, a page or a return",
    sources: &["SA-A", "PASS"],
    needs: Needs::NOTHING,
    run: |ctx| cancelled(ctx).boxed(),
};

async fn cancelled(ctx: Ctx) -> Result<(), Stop> {
    let seller = ctx.arrange(sale_by_debit(&ctx)?).await?;
    let purchase = ctx.register(&seller).await?;
    pay_by_debit(&ctx, &purchase, &Means::failing_debit()).await?;
    ctx.settle().await?;
    ctx.bank_answers(&purchase, false).await?;
    let seen = ctx.settled(&purchase).await?;
    if !seen.state.is_over() {
        // The service leaves that to the platform (C-N07).
        ctx.time_out(&purchase).await?;
    }
    sells_no_more(&ctx, &purchase).await
}

async fn sells_no_more(ctx: &Ctx, purchase: &Purchase) -> Result<(), Stop> {
    let before = ctx.ledger(purchase.id).await?;
    let answer = ctx.follow(purchase).await?;
    let seen = ctx.settled(purchase).await?;
    let active: Vec<String> =
        seen.ledger.payables.iter().filter(|payable| payable.active).map(ToString::to_string).collect();
    let new = seen.ledger.payables.len().saturating_sub(before.payables.len());
    ctx.check(
        "nothing more can be paid",
        "no new payment link or session, and none that is active",
        if active.is_empty() { format!("{new} new, none active") } else { active.join("; ") },
        new == 0 && active.is_empty(),
    );
    ctx.check(
        "the visitor is told",
        "a return to the return URL, a page, or a refusal",
        &answer,
        match answer.outcome() {
            Outcome::Refusal | Outcome::Success => true,
            Outcome::Redirect => answer.location() == answer.return_url.as_deref(),
            Outcome::Broken | Outcome::Other => false,
        },
    );
    Ok(())
}
