//! Dataverse does not answer: R-V06.

use std::time::Duration;

use futures_util::FutureExt as _;
use futures_util::future::try_join;
use mock_core::faults::Effect;

use super::shared::{completed_in_the_end, not_acknowledged, paid_into_trouble, serves_again, told};
use crate::model::{Case, Level, Needs, Stop, Strength};
use crate::runner::Ctx;
use crate::steps::{Purchase, Trouble, answer_to};

/// Longer than anybody should wait; the fault is healed as soon as the service has given up.
const DELAY: u64 = 120_000;

/// A call that is not answered must not hold up everybody, and what was not done must not be acknowledged.
pub static V06: Case = Case {
    id: "R-V06",
    title: "Dataverse takes two minutes to answer",
    level: Level::Resilient,
    strength: Strength::Must,
    clause: "the service has a time limit of its own: the visit ends in an error page within the profile's budget, and so does the notification, which is not acknowledged without the work being safe",
    sources: &["STW", "AV 13.2.6"],
    needs: Needs::PATIENT,
    run: |ctx| late(ctx).boxed(),
};

async fn late(ctx: Ctx) -> Result<(), Stop> {
    let read = ctx.purchase_named("read").await?;
    let finalize = ctx.purchase_named("finalize").await?;
    try_join(late_read(&ctx, &read), late_finalize(&ctx, &finalize)).await?;
    Ok(())
}

async fn late_read(ctx: &Ctx, purchase: &Purchase) -> Result<(), Stop> {
    let fault = ctx.trouble(Trouble::dataverse(Effect::Delay { millis: DELAY }).about(purchase.id)).await?;
    let answer = ctx.follow(purchase).await?;
    let budget = ctx.profile().budgets.redirect;
    in_time(ctx, "the visit", &answer.to_string(), Duration::from_millis(answer.millis), budget.0);
    told(ctx, &answer, "while Dataverse does not answer");
    ctx.healed(fault).await?;
    serves_again(ctx, purchase, "once Dataverse answers again").await?;
    Ok(())
}

async fn late_finalize(ctx: &Ctx, purchase: &Purchase) -> Result<(), Stop> {
    let protocol = ctx.profile().declares.protocol;
    let trouble = Trouble::dataverse(Effect::Delay { millis: DELAY }).about(purchase.id).on_finalize(protocol);
    let (held, fault) = paid_into_trouble(ctx, purchase, trouble).await?;
    let began = ctx.moment();
    let delivery = ctx.resend(&held).await?;
    let took = ctx.moment().saturating_sub(began);
    in_time(ctx, "the notification", &answer_to(&delivery), took, ctx.profile().budgets.webhook.0);
    not_acknowledged(ctx, &delivery, "while finalize is not answered");
    ctx.healed(fault).await?;
    completed_in_the_end(ctx, purchase, "once Dataverse answers again").await
}

fn in_time(ctx: &Ctx, what: &str, answer: &str, took: Duration, budget: Duration) {
    ctx.check(
        format!("{what} is answered although Dataverse is not answering"),
        format!("any answer within {} s, by a time limit of the service's own", budget.as_secs()),
        format!("{answer} after {} ms", took.as_millis()),
        took <= budget,
    );
}
