//! Dataverse is down, or its answers do not arrive: R-V04, R-V05.

use futures_util::FutureExt as _;
use futures_util::future::try_join_all;
use mock_core::faults::Effect;

use super::shared::{completed_in_the_end, not_acknowledged, paid_into_trouble, serves_again, told};
use crate::model::{Case, Level, Needs, Stop, Strength};
use crate::runner::Ctx;
use crate::steps::{Sale, Seller, Trouble, saying, status};

/// What a read can meet.
fn on_reads() -> [(&'static str, Effect); 6] {
    [
        ("503", status(503)),
        ("502", status(502)),
        ("504", status(504)),
        ("a reset connection", Effect::Reset),
        ("an empty answer", saying(200, "application/json", "")),
        ("a body that is cut", Effect::CutBody { after: 20 }),
    ]
}

/// What a finalize call can meet without having been done. (An empty 2xx would be a success.)
fn on_finalizes() -> [(&'static str, Effect); 4] {
    [("503", status(503)), ("502", status(502)), ("504", status(504)), ("a reset connection", Effect::Reset)]
}

/// Whatever keeps Dataverse from answering: the buyer is told, and no payment is lost.
pub static V04: Case = Case {
    id: "R-V04",
    title: "Dataverse answers 502, 503, 504, nothing at all, or half of an answer, to reads and to finalize calls",
    level: Level::Resilient,
    strength: Strength::Must,
    clause: "on the read: an error page, no 302, and the next visit works; on finalize: not acknowledged, or a queue tries again, and finally completed",
    sources: &["RFC 9110 15.6", "AV 16.5.2"],
    needs: Needs::PATIENT,
    run: |ctx| down(ctx).boxed(),
};

async fn down(ctx: Ctx) -> Result<(), Stop> {
    let seller = ctx.arrange(Sale::default()).await?;
    let reads = on_reads().map(|(what, effect)| broken_read(&ctx, &seller, what, effect).boxed());
    let finalizes = on_finalizes().map(|(what, effect)| broken_finalize(&ctx, &seller, what, effect).boxed());
    try_join_all(reads.into_iter().chain(finalizes)).await?;
    Ok(())
}

async fn broken_read(ctx: &Ctx, seller: &Seller, what: &str, effect: Effect) -> Result<(), Stop> {
    let purchase = ctx.register(seller).await?;
    let fault = ctx.trouble(Trouble::dataverse(effect).about(purchase.id)).await?;
    let answer = ctx.follow(&purchase).await?;
    told(ctx, &answer, &format!("while Dataverse answers with {what}"));
    ctx.healed(fault).await?;
    serves_again(ctx, &purchase, &format!("after Dataverse answered with {what}")).await?;
    Ok(())
}

async fn broken_finalize(ctx: &Ctx, seller: &Seller, what: &str, effect: Effect) -> Result<(), Stop> {
    let purchase = ctx.register(seller).await?;
    let trouble = Trouble::dataverse(effect).about(purchase.id).on_finalize(ctx.profile().declares.protocol);
    let (held, fault) = paid_into_trouble(ctx, &purchase, trouble).await?;
    let delivery = ctx.resend(&held).await?;
    not_acknowledged(ctx, &delivery, &format!("while finalize is answered with {what}"));
    ctx.healed(fault).await?;
    completed_in_the_end(ctx, &purchase, &format!("although finalize met {what}")).await
}

/// The seat was given, and nobody heard of it. Asking again is right; taking the refusal of the second call for the loss of the seat is not: the
/// refund makes it a free ticket.
pub static V05: Case = Case {
    id: "R-V05",
    title: "finalize is done, but its answer is lost: the connection breaks, or a gateway answers 504",
    level: Level::Resilient,
    strength: Strength::Must,
    clause: "finally acknowledged and completed once, with the money kept: a refusal of the repeated call is understood as what it is",
    sources: &["RFC 9110 9.2.2", "STF"],
    needs: Needs { patient: true, ..Needs::under("AMB-1", &["success", "fault"]) },
    run: |ctx| lost(ctx).boxed(),
};

async fn lost(ctx: Ctx) -> Result<(), Stop> {
    let seller = ctx.arrange(Sale::default()).await?;
    let losses = [("the connection broke", Effect::Reset), ("a gateway answered 504", status(504))];
    try_join_all(losses.map(|(what, effect)| lost_answer(&ctx, &seller, what, effect))).await?;
    Ok(())
}

async fn lost_answer(ctx: &Ctx, seller: &Seller, what: &str, effect: Effect) -> Result<(), Stop> {
    let purchase = ctx.register(seller).await?;
    let protocol = ctx.profile().declares.protocol;
    let trouble = Trouble::dataverse(effect).about(purchase.id).on_finalize(protocol).times(1).losing_the_answer();
    let (held, fault) = paid_into_trouble(ctx, &purchase, trouble).await?;
    ctx.resend(&held).await?;
    ctx.settle().await?;
    ctx.healed(fault).await?;
    completed_in_the_end(ctx, &purchase, &format!("although {what} after finalize was done")).await
}
