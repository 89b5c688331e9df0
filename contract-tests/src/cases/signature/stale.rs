//! Right signatures at the wrong time: S-W06, S-W07.

use futures_util::FutureExt as _;
use mock_stripe::control::dto::{Compose, Signing};

use super::shared::{Forgery, nothing_done, waiting};
use crate::model::{Case, Level, Needs, Stop, Strength, Weight};
use crate::runner::Ctx;

const HOUR: i64 = 3_600;
const DAY: i64 = 24 * HOUR;

/// Rightly signed, so many seconds ago; a negative age lies in the future.
fn aged(what: &str, seconds: i64) -> Forgery {
    let compose = Compose { signing: Signing::Old, age_seconds: Some(seconds), ..Compose::default() };
    Forgery::new(what, compose)
}

/// A delivery that somebody recorded stays right for ever unless its time is looked at. Stripe signs each try anew, so nothing genuine is old.
pub static W06: Case = Case {
    id: "S-W06",
    title: "valid signature, timestamp older than the tolerance",
    level: Level::Secure,
    strength: Strength::Must,
    clause: "a rightly signed event whose t is an hour old is refused and nothing is done: t is compared with the clock, with a tolerance of minutes (Stripe's libraries: five)",
    sources: &["STW 5 min"],
    needs: Needs::NOTHING,
    run: |ctx| old(ctx).boxed(),
};

async fn old(ctx: Ctx) -> Result<(), Stop> {
    let paid = waiting(&ctx).await?;
    paid.refuses(&ctx, aged("signed an hour ago", HOUR)).await?;
    paid.refuses(&ctx, aged("signed thirty days ago", 30 * DAY)).await?;
    paid.untouched(&ctx, "because of replayed events").await?;
    paid.genuine_completes(&ctx).await
}

/// A time that has not come yet keeps a recorded delivery fresh for longer. Libraries differ, so this warns.
pub static W07: Case = Case {
    id: "S-W07",
    title: "timestamp far in the future",
    level: Level::Secure,
    strength: Strength::Should,
    clause: "a rightly signed event whose t lies an hour ahead is refused and nothing is done: the tolerance holds in both directions",
    sources: &["STW"],
    needs: Needs::NOTHING,
    run: |ctx| ahead(ctx).boxed(),
};

async fn ahead(ctx: Ctx) -> Result<(), Stop> {
    let paid = waiting(&ctx).await?;
    paid.refuses(&ctx, aged("signed an hour ahead of time", -HOUR)).await?;
    paid.refuses(&ctx, aged("signed a day ahead of time", -DAY)).await?;
    let seen = ctx.settled(&paid.purchase).await?;
    nothing_done(&ctx, Weight::Should, &paid.purchase, &seen, "because of events of the future");
    paid.genuine_completes(&ctx).await
}
