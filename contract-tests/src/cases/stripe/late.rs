//! Stripe does not answer: R-P06.

use std::sync::atomic::{AtomicBool, Ordering};

use futures_util::FutureExt as _;
use futures_util::future::try_join;
use mock_core::faults::Effect;

use super::shared::{on_making, one_at_most, was_met};
use crate::cases::dataverse::shared::{serves_again, told};
use crate::model::{Case, Level, Needs, Stop, Strength};
use crate::runner::Ctx;

/// Longer than anybody should wait; the fault is healed as soon as the service has given up.
const DELAY: u64 = 120_000;

/// One buyer's slow call is not everybody's.
pub static P06: Case = Case {
    id: "R-P06",
    title: "Stripe takes two minutes to answer one visit, while another buyer comes",
    level: Level::Resilient,
    strength: Strength::Must,
    clause: "the visit ends in an error page within the profile's budget, the other buyer is served meanwhile, and later visits work",
    sources: &["AV 13.2.6", "RFC 9110 15.6.5"],
    needs: Needs::PATIENT,
    run: |ctx| late(ctx).boxed(),
};

async fn late(ctx: Ctx) -> Result<(), Stop> {
    let slow = ctx.purchase_named("slow").await?;
    let other = ctx.purchase_named("other").await?;
    let fault = ctx.trouble(on_making(&ctx, &slow, Effect::Delay { millis: DELAY })).await?;
    let over = AtomicBool::new(false);
    let visit = async {
        let answer = ctx.follow(&slow).await;
        over.store(true, Ordering::Release);
        answer
    };
    let (answer, (other_answer, waited)) = try_join(visit, async {
        // The slow call has to be under way before the other buyer comes.
        ctx.until_met(fault, || over.load(Ordering::Acquire)).await?;
        let began = ctx.moment();
        let answer = ctx.follow(&other).await?;
        Ok::<_, Stop>((answer, ctx.moment().saturating_sub(began)))
    })
    .await?;
    let seen = ctx.look(&slow).await?;
    let budget = ctx.profile().budgets.redirect;
    if was_met(&ctx, fault, "the call that is not answered").await? {
        told(&ctx, &answer, "while Stripe does not answer");
        ctx.check(
            "the visit is answered although Stripe is not answering",
            format!("any answer within {budget}, by a time limit of the service's own"),
            format!("{answer} after {} ms", answer.millis),
            u128::from(answer.millis) <= budget.0.as_millis(),
        );
    }
    ctx.check(
        "another buyer is served meanwhile",
        format!("302 within {budget}"),
        format!("{other_answer} after {} ms", waited.as_millis()),
        other_answer.status == 302 && waited <= budget.0,
    );
    one_at_most(&ctx, &seen, "while Stripe does not answer");
    serves_again(&ctx, &slow, "once Stripe answers again").await?;
    Ok(())
}
