//! A price that changes after the buyer has seen it: R-M09.

use futures_util::FutureExt as _;

use crate::buyer::Means;
use crate::cases::delivery::shared::{all_taken, completed_once, given_back};
use crate::cases::notification::shared::SESSION_COMPLETED;
use crate::model::{Case, Level, Needs, Stop, Strength};
use crate::runner::Ctx;

/// The organizer edits the row while the buyer is at the payment page. The buyer has paid what was shown.
pub static M09: Case = Case {
    id: "R-M09",
    title: "the organizer changes the price between the link and the payment, upwards and downwards",
    level: Level::Resilient,
    strength: Strength::Should,
    clause: "the purchase is completed for the price that the buyer was shown, or it is not and the money goes back; never is the buyer left without both",
    sources: &["INV-1", "AV 2.2.3"],
    needs: Needs::NOTHING,
    run: |ctx| changed(ctx).boxed(),
};

async fn changed(ctx: Ctx) -> Result<(), Stop> {
    for price in ["199.50", "99.50"] {
        let purchase = ctx.purchase_named(if price == "199.50" { "dearer" } else { "cheaper" }).await?;
        let answer = ctx.follow(&purchase).await?;
        let mut buyer = ctx.buyer();
        let page = ctx.open(&mut buyer, &answer).await?;
        ctx.set_price(&mut purchase.clone(), price).await?;
        // What it cost when the payable object was made is what counts (INV-1).
        ctx.own(&purchase);
        ctx.send(&mut buyer, &page, &Means::card()).await?;
        let seen = ctx.until_settled(&purchase).await?;
        let why = format!("after its price became {price} while the buyer was paying");
        all_taken(&ctx, &purchase, Some(SESSION_COMPLETED), &why).await?;
        if seen.state.is_completed() {
            ctx.report("which of the two", "completed for the price that was shown");
            completed_once(&ctx, &purchase, &seen, &why);
        } else {
            ctx.report("which of the two", "not completed");
            given_back(&ctx, &purchase, &seen, &why);
        }
    }
    Ok(())
}
