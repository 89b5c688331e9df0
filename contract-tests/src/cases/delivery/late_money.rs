//! Money that comes after the platform gave the seat away: R-D11, R-D12.

use futures_util::FutureExt as _;

use super::shared::{all_taken, completed_or_given_back, given_back};
use crate::buyer::{End, Means};
use crate::cases::notification::shared::SESSION_COMPLETED;
use crate::model::{Case, Level, Needs, Stop, Strength};
use crate::runner::Ctx;

/// What the platform says to a late completion is not documented: it may refuse, take it if there is room, or say yes and do nothing.
const LATE: &[&str] = &["fault", "ignored", "accepted-if-room"];

/// The seat is gone, the money is there. Neither a ticket that is none, nor money that stays without a word.
pub static D11: Case = Case {
    id: "R-D11",
    title: "the buyer pays after the platform has released the reservation",
    level: Level::Resilient,
    strength: Strength::Must,
    clause: "no false success, no endless deliveries: the event ends in 2xx, and the money goes back or is parked visibly as the profile declares; a success that Dataverse only pretends is not believed",
    sources: &["SA-set", "PASS", "I12", "INV-2"],
    needs: Needs::under("AMB-2", LATE),
    run: |ctx| late(ctx).boxed(),
};

async fn late(ctx: Ctx) -> Result<(), Stop> {
    let purchase = ctx.purchase().await?;
    let answer = ctx.follow(&purchase).await?;
    let mut buyer = ctx.buyer();
    let page = ctx.open(&mut buyer, &answer).await?;
    ctx.time_out(&purchase).await?;
    let bought = ctx.send(&mut buyer, &page, &Means::card()).await?;
    if bought.end != End::Paid {
        let seen = ctx.settled(&purchase).await?;
        ctx.report("the page takes no payment once the reservation is over", bought.page.says());
        given_back(&ctx, &purchase, &seen, "after its reservation ended");
        return Ok(());
    }
    let seen = ctx.until_settled(&purchase).await?;
    all_taken(&ctx, &purchase, Some(SESSION_COMPLETED), "although the seat is gone").await?;
    completed_or_given_back(&ctx, &purchase, &seen, "by a payment that came too late");
    Ok(())
}

/// The page that was opened in time stays open in the buyer's browser. Whoever comes back to the link is told that it is over; whoever pays all the
/// same in the old tab gets the money back, unless the service has closed what it made.
pub static D12: Case = Case {
    id: "R-D12",
    title: "the link at Stripe is still there when the reservation has ended",
    level: Level::Resilient,
    strength: Strength::Should,
    clause: "the service closes the payment link or session when it learns that the reservation is over, or gives back what is paid there; sessions live at least 30 minutes, so a shorter timeout does not end them by itself",
    sources: &["PASS", "STP", "I12"],
    needs: Needs::NOTHING,
    run: |ctx| left_open(ctx).boxed(),
};

async fn left_open(ctx: Ctx) -> Result<(), Stop> {
    let purchase = ctx.purchase().await?;
    // What becomes of a payment that the platform still takes is R-D11's question; here the reservation is over for good.
    ctx.control().set_switch("AMB-2", "fault", Some(&purchase.id.to_string())).await?;
    let answer = ctx.follow(&purchase).await?;
    let mut buyer = ctx.buyer();
    let page = ctx.open(&mut buyer, &answer).await?;
    ctx.time_out(&purchase).await?;
    // This is how a service without a schedule of its own learns of it.
    ctx.follow(&purchase).await?;
    let seen = ctx.settled(&purchase).await?;
    let active = seen.ledger.payables.iter().filter(|payable| payable.active).count();
    ctx.report(
        "what can still be paid after the buyer came back to the link",
        format!("{active} of: {}", seen.ledger.shown()),
    );
    let bought = ctx.send(&mut buyer, &page, &Means::card()).await?;
    if bought.end == End::Paid {
        let seen = ctx.until_settled(&purchase).await?;
        all_taken(&ctx, &purchase, Some(SESSION_COMPLETED), "although the seat is gone").await?;
        given_back(&ctx, &purchase, &seen, "by a payment on a page that was left open");
    } else {
        ctx.report("the page that was left open", bought.page.says());
    }
    Ok(())
}
