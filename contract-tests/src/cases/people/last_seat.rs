//! Two buyers, one seat: R-C07.

use futures_util::FutureExt as _;
use futures_util::future::try_join;

use crate::buyer::Means;
use crate::cases::delivery::shared::{all_taken, completed_once, given_back};
use crate::cases::notification::shared::SESSION_COMPLETED;
use crate::model::{Case, Level, Needs, Stop, Strength};
use crate::runner::Ctx;
use crate::steps::Sale;

/// The first buyer's reservation has run out while they were at the payment page; the seat went to the second. Both pay.
pub static C07: Case = Case {
    id: "R-C07",
    title: "two buyers pay for the last seat at the same time, and the platform gives it to one",
    level: Level::Resilient,
    strength: Strength::Must,
    clause: "one purchase is completed; the other one's money goes back or is parked visibly, its event ends in 2xx",
    sources: &["PASS capacity", "AV 2.3.4", "I12"],
    needs: Needs::under("AMB-2", &["fault", "ignored", "accepted-if-room"]),
    run: |ctx| both_pay(ctx).boxed(),
};

async fn both_pay(ctx: Ctx) -> Result<(), Stop> {
    let seller = ctx.arrange(Sale { capacity: 1, ..Sale::default() }).await?;
    let slow = ctx.register(&seller).await?;
    let to_slow = ctx.follow(&slow).await?;
    let mut slow_buyer = ctx.buyer();
    let slow_page = ctx.open(&mut slow_buyer, &to_slow).await?;
    ctx.time_out(&slow).await?;
    let quick = ctx.register(&seller).await?;
    let to_quick = ctx.follow(&quick).await?;
    let mut quick_buyer = ctx.buyer();
    let quick_page = ctx.open(&mut quick_buyer, &to_quick).await?;
    let means = Means::card();
    try_join(ctx.send(&mut slow_buyer, &slow_page, &means), ctx.send(&mut quick_buyer, &quick_page, &means)).await?;
    let seen = ctx.until_settled(&quick).await?;
    completed_once(&ctx, &quick, &seen, "since its reservation stands");
    let seen = ctx.until_settled(&slow).await?;
    all_taken(&ctx, &slow, Some(SESSION_COMPLETED), "although the seat is gone").await?;
    given_back(&ctx, &slow, &seen, "since the seat went to somebody else");
    Ok(())
}
