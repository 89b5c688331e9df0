//! Services and platforms that stop and start: R-C08, R-C09.

use futures_util::FutureExt as _;
use mock_core::faults::Effect;

use crate::cases::dataverse::shared::{completed_in_the_end, serves_again, told};
use crate::cases::notification::shared::pay_by_card;
use crate::model::{Case, Level, Needs, Stop, Strength};
use crate::runner::Ctx;
use crate::steps::Trouble;

/// Nobody restarts a service because a platform was away for a while. Seen from the service, a platform that restarts is one that breaks every
/// connection and takes no old token afterwards; that is what the fakes do here.
pub static C08: Case = Case {
    id: "R-C08",
    title: "Dataverse, the token endpoint and Stripe are away for a while, as in a restart, and come back",
    level: Level::Resilient,
    strength: Strength::Should,
    clause: "visits meanwhile end in an error page; afterwards the service works without a restart of its own, with new tokens",
    sources: &["AV 16.5.2"],
    needs: Needs::ALONE,
    run: |ctx| away(ctx).boxed(),
};

async fn away(ctx: Ctx) -> Result<(), Stop> {
    let purchase = ctx.purchase().await?;
    let mut faults = Vec::new();
    for trouble in [Trouble::dataverse(Effect::Reset), Trouble::tokens(Effect::Reset), Trouble::stripe(Effect::Reset)] {
        faults.push(ctx.trouble(trouble).await?);
    }
    let answer = ctx.follow(&purchase).await?;
    for fault in faults {
        ctx.healed(fault).await?;
    }
    told(&ctx, &answer, "while nothing can be reached");
    let old_token = crate::steps::status(401);
    let fault = ctx.trouble(Trouble::dataverse(old_token).about(purchase.id).for_the_same_token()).await?;
    serves_again(&ctx, &purchase, "once all is back").await?;
    pay_by_card(&ctx, &purchase).await?;
    completed_in_the_end(&ctx, &purchase, "after everything was away for a while").await?;
    ctx.healed(fault).await?;
    Ok(())
}

/// How late Dataverse is while the service is stopped, in milliseconds.
const LATE: u64 = 400;

/// A deployment does not wait for the last notification.
pub static C09: Case = Case {
    id: "R-C09",
    title: "stops the service while it works on a notification, and starts it again",
    level: Level::Resilient,
    strength: Strength::Should,
    clause: "no half state: the purchase is completed by the work that went on, or by Stripe's next delivery",
    sources: &["STW"],
    needs: Needs { managed: true, ..Needs::ALONE },
    run: |ctx| stopped(ctx).boxed(),
};

async fn stopped(ctx: Ctx) -> Result<(), Stop> {
    let purchase = ctx.purchase().await?;
    let held = ctx.pay_in_silence(&purchase).await?;
    let slow = ctx.trouble(Trouble::dataverse(Effect::Delay { millis: LATE }).about(purchase.id)).await?;
    let delivery = tokio::spawn({
        let (ctx, held) = (ctx.clone(), held.clone());
        async move { ctx.resend(&held).await }
    });
    ctx.until_met(slow, || delivery.is_finished()).await?;
    ctx.restart().await?;
    // It was answered, or its connection ended with the service.
    delivery.await.map_err(Stop::suite)??;
    ctx.healed(slow).await?;
    completed_in_the_end(&ctx, &purchase, "although the service was stopped in the middle").await
}
