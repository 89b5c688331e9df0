//! A service that asks Stripe about the session: R-P08.

use futures_util::FutureExt as _;

use crate::cases::dataverse::shared::{completed_in_the_end, not_acknowledged};
use crate::model::{Case, Level, Needs, Stop, Strength};
use crate::runner::Ctx;
use crate::steps::{Trouble, status};
use crate::target::Finalize;

/// Stripe's own advice is to retrieve the session before fulfilling. Then that call can fail too.
pub static P08: Case = Case {
    id: "R-P08",
    title: "the lookup of the session fails while the notification is handled",
    level: Level::Resilient,
    strength: Strength::Should,
    clause: "as with Dataverse: not acknowledged (or a queue tries again), and completed once Stripe answers",
    sources: &["STF"],
    needs: Needs::PATIENT,
    run: |ctx| no_lookup(ctx).boxed(),
};

async fn no_lookup(ctx: Ctx) -> Result<(), Stop> {
    let purchase = ctx.purchase().await?;
    let held = ctx.pay_in_silence(&purchase).await?;
    let ledger = ctx.ledger(purchase.id).await?;
    let session = ledger.sessions.iter().find(|session| session.is_paid()).map(|session| session.id.clone());
    let session = session.ok_or_else(|| Stop::suite("our Stripe has no paid session"))?;
    let fault = ctx.trouble(Trouble::stripe(status(503)).naming(&session)).await?;
    let delivery = ctx.resend(&held).await?;
    if ctx.profile().declares.finalize == Finalize::Queued {
        // The work, and with it the lookup, comes after the answer.
        ctx.settle().await?;
    }
    let met = ctx.healed(fault).await?;
    if met > 0 {
        not_acknowledged(&ctx, &delivery, "while the session cannot be looked up");
    }
    completed_in_the_end(&ctx, &purchase, "once Stripe answers").await?;
    if met == 0 {
        return Err(Stop::NotApplicable("the service does not look the session up when it is notified".to_owned()));
    }
    Ok(())
}
