//! The payment timeout: C-T01, C-T02, C-T03.

use futures_util::FutureExt as _;

use crate::buyer::Means;
use crate::check::http::Outcome;
use crate::check::journal::COMPLETED;
use crate::model::{Case, Level, Needs, Stop, Strength};
use crate::runner::Ctx;
use crate::steps::Sale;

/// Until the last moment of the payment timeout, a payment completes the purchase.
pub static T01: Case = Case {
    id: "C-T01",
    title: "pays one clock step before the payment timeout",
    level: Level::Core,
    strength: Strength::Must,
    clause: "a payment inside the payment timeout, however late, completes the purchase",
    sources: &["SA-set timeout", "PASS"],
    needs: Needs::ALONE,
    run: |ctx| last_moment(ctx).boxed(),
};

async fn last_moment(ctx: Ctx) -> Result<(), Stop> {
    let sale = Sale::default();
    let minutes = ctx.profile().declares.platform.minutes(sale.timeout_minutes);
    let seller = ctx.arrange(sale).await?;
    let purchase = ctx.register(&seller).await?;
    let answer = ctx.follow(&purchase).await?;
    let mut buyer = ctx.buyer();
    let page = ctx.open(&mut buyer, &answer).await?;
    // Half a minute is left for the service, which lives in real time.
    ctx.advance(&format!("{}m 30s", minutes - 1)).await?;
    ctx.send(&mut buyer, &page, &Means::card()).await?;
    let seen = ctx.settled(&purchase).await?;
    ctx.check(
        "the purchase is completed",
        "completed",
        format!("{} ({})", seen.state.word(), seen.shown_finalizes()),
        seen.state.is_completed(),
    );
    Ok(())
}

/// When nobody pays, the platform ends the reservation; the service has no part in that and stays well.
pub static T02: Case = Case {
    id: "C-T02",
    title: "lets the payment timeout pass without a payment",
    level: Level::Core,
    strength: Strength::Must,
    clause: "when nobody pays in time the reservation is cancelled; the service completes nothing and serves others on",
    sources: &["SA-set", "PASS"],
    needs: Needs::ALONE,
    run: |ctx| nobody_pays(ctx).boxed(),
};

async fn nobody_pays(ctx: Ctx) -> Result<(), Stop> {
    let sale = Sale::default();
    let minutes = ctx.profile().declares.platform.minutes(sale.timeout_minutes);
    let seller = ctx.arrange(sale).await?;
    let purchase = ctx.register(&seller).await?;
    ctx.follow(&purchase).await?;
    ctx.advance(&format!("{}m", minutes + 1)).await?;
    let seen = ctx.settled(&purchase).await?;
    ctx.check("the reservation is over", "cancelled or expired", seen.state.word(), seen.state.is_over());
    let completing = seen.finalizes_as(COMPLETED);
    ctx.check("nothing is completed", "no finalize with 100000001", seen.shown_finalizes(), completing.is_empty());
    let next = ctx.register(&seller).await?;
    let answer = ctx.follow(&next).await?;
    ctx.check("the next visitor is served", "302", &answer, answer.status == 302);
    Ok(())
}

/// The link is valid for the set time only. After it, nothing more is sold: a refusal, a page, or a return with a reason are all right.
pub static T03: Case = Case {
    id: "C-T03",
    title: "follows the link after the payment timeout",
    level: Level::Core,
    strength: Strength::Should,
    clause: "after the payment timeout the link makes no new payment link or session; the visitor gets a refusal, a page or a return",
    sources: &["PASS \"link is valid\"", "SA-A record holds the state of payment"],
    needs: Needs::NOTHING,
    run: |ctx| too_late(ctx).boxed(),
};

async fn too_late(ctx: Ctx) -> Result<(), Stop> {
    let purchase = ctx.purchase().await?;
    ctx.time_out(&purchase).await?;
    let answer = ctx.follow(&purchase).await?;
    let seen = ctx.settled(&purchase).await?;
    let payables = &seen.ledger.payables;
    ctx.check(
        "a reservation that is over is not sold",
        "no payment link or session",
        seen.ledger.shown(),
        payables.is_empty(),
    );
    ctx.check(
        "the visitor is told",
        "a refusal, a page, or a return to the return URL",
        &answer,
        match answer.outcome() {
            Outcome::Refusal | Outcome::Success => true,
            Outcome::Redirect => answer.location() == answer.return_url.as_deref(),
            Outcome::Broken | Outcome::Other => false,
        },
    );
    Ok(())
}
