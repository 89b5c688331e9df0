//! What Stripe says about trying again: R-P03, R-P04.

use futures_util::FutureExt as _;
use futures_util::future::try_join_all;
use mock_core::faults::Effect;

use super::shared::{on_making, redirected_or_told, was_met};
use crate::cases::dataverse::shared::{no_storm, serves_again, struck, waits};
use crate::check::text::counted;
use crate::model::{Case, Level, Needs, Stop, Strength};
use crate::runner::Ctx;
use crate::steps::{Sale, Seller, coded, status, with_header};

/// How many calls a visit may make while each is refused as one too many.
const MOST_CALLS: usize = 6;

/// Stripe knows best whether another try makes sense, and says so in a header.
pub static P03: Case = Case {
    id: "R-P03",
    title: "Stripe answers 409 for a key in use, and 500 with Stripe-Should-Retry true and false",
    level: Level::Resilient,
    strength: Strength::Should,
    clause: "true is tried again or left to the next visit, false is not tried again within the visit; a key in use passes",
    sources: &["STE"],
    needs: Needs::PATIENT,
    run: |ctx| should_retry(ctx).boxed(),
};

async fn should_retry(ctx: Ctx) -> Result<(), Stop> {
    let seller = ctx.arrange(Sale::default()).await?;
    let in_use = coded(409, "idempotency_key_in_use");
    let told = |word: &str| with_header(status(500), "Stripe-Should-Retry", word);
    let hints = [
        ("409 idempotency_key_in_use", in_use, false),
        ("Stripe-Should-Retry: true", told("true"), false),
        ("Stripe-Should-Retry: false", told("false"), true),
    ];
    try_join_all(hints.map(|(what, effect, never)| hinted(&ctx, &seller, what, effect, never))).await?;
    Ok(())
}

async fn hinted(ctx: &Ctx, seller: &Seller, what: &str, effect: Effect, never: bool) -> Result<(), Stop> {
    let purchase = ctx.register(seller).await?;
    let trouble = on_making(ctx, &purchase, effect);
    let fault = ctx.trouble(if never { trouble } else { trouble.times(1) }).await?;
    let answer = ctx.follow(&purchase).await?;
    let seen = ctx.look(&purchase).await?;
    if was_met(ctx, fault, what).await? {
        redirected_or_told(ctx, &answer, &seen, &format!("after {what}"));
        let calls = struck(&seen.entries, "stripe").len();
        if never {
            ctx.check(
                "an answer with Stripe-Should-Retry: false is not tried again",
                "1 call",
                counted(calls, "call", "calls"),
                calls == 1,
            );
        }
    }
    serves_again(ctx, &purchase, "after that").await?;
    Ok(())
}

/// Rate limits are for those who send too much; sending more does not help.
pub static P04: Case = Case {
    id: "R-P04",
    title: "Stripe answers 429, without a hint and with Retry-After",
    level: Level::Resilient,
    strength: Strength::Should,
    clause: "the service backs off, waits as long as it is asked to, and gives up after a few tries: no storm",
    sources: &["STE rate limits"],
    needs: Needs::PATIENT,
    run: |ctx| limited(ctx).boxed(),
};

async fn limited(ctx: Ctx) -> Result<(), Stop> {
    let seller = ctx.arrange(Sale::default()).await?;
    let limits = [
        ("without a hint", status(429), None),
        ("with Retry-After: 1", with_header(status(429), "Retry-After", "1"), Some(1_000)),
    ];
    try_join_all(limits.map(|(what, effect, wait)| slowed_down(&ctx, &seller, what, effect, wait))).await?;
    Ok(())
}

async fn slowed_down(ctx: &Ctx, seller: &Seller, what: &str, effect: Effect, wait: Option<i64>) -> Result<(), Stop> {
    let purchase = ctx.register(seller).await?;
    let fault = ctx.trouble(on_making(ctx, &purchase, effect)).await?;
    let answer = ctx.follow(&purchase).await?;
    let seen = ctx.look(&purchase).await?;
    if was_met(ctx, fault, &format!("429 {what}")).await? {
        redirected_or_told(ctx, &answer, &seen, &format!("while Stripe answers 429 {what}"));
        no_storm(ctx, struck(&seen.entries, "stripe").len(), MOST_CALLS, "Stripe");
        if let Some(wait) = wait {
            waits(ctx, &seen.entries, "stripe", wait, "Stripe");
        }
    }
    serves_again(ctx, &purchase, "once the limit is no longer exceeded").await?;
    Ok(())
}
