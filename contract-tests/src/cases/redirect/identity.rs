//! The purchase id travels with the payment: C-R04.

use futures_util::FutureExt as _;

use super::leads_to_stripe;
use crate::buyer::Means;
use crate::model::{Case, Level, Needs, Stop, Strength};
use crate::runner::Ctx;

/// The notification must say which purchase was paid, so the id has to travel with the payable object into the completed session.
pub static R04: Case = Case {
    id: "C-R04",
    title: "looks for the purchase id at Stripe, before and after paying",
    level: Level::Core,
    strength: Strength::Must,
    clause: "the purchase id is in the metadata of the payment link or session and arrives in the completed session",
    sources: &["SA-A", "SA-B \"should include the Purchase ID\""],
    needs: Needs::NOTHING,
    run: |ctx| travels(ctx).boxed(),
};

async fn travels(ctx: Ctx) -> Result<(), Stop> {
    let purchase = ctx.purchase().await?;
    let answer = ctx.follow(&purchase).await?;
    let (payable, _) = leads_to_stripe(&ctx, &purchase, &answer).await?;
    let key = &ctx.profile().declares.metadata_key;
    let carried = payable.metadata.get(key);
    ctx.check(
        format!("the {} carries the purchase id as {key}", payable.kind.name()),
        purchase.id,
        carried.map_or("no such metadata", String::as_str),
        carried.is_some_and(|id| purchase.is(id)),
    );
    ctx.pay(&answer, &Means::card()).await?;
    let seen = ctx.settled(&purchase).await?;
    let paid: Vec<_> = seen.ledger.sessions.iter().filter(|session| session.is_paid()).collect();
    ctx.require("the purchase can be paid", "a paid session", seen.ledger.shown(), !paid.is_empty())?;
    for session in paid {
        let carried = session.metadata.get(key);
        ctx.check(
            format!("the completed session carries the purchase id as {key}"),
            purchase.id,
            carried.map_or("no such metadata", String::as_str),
            carried.is_some_and(|id| purchase.is(id)),
        );
    }
    Ok(())
}
