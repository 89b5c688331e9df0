//! Headers that look odd and are right: S-W10.

use futures_util::FutureExt as _;
use mock_stripe::control::dto::{Compose, Signing};

use super::shared::{Forgery, waiting};
use crate::cases::notification::shared::completed;
use crate::model::{Case, Level, Needs, Stop, Strength};
use crate::runner::Ctx;
use crate::steps::v1;

/// While a secret is rolled Stripe signs with both, for up to a day. Who looks at the first v1 only loses the payments of that day.
pub static W10: Case = Case {
    id: "S-W10",
    title: "two v1, one right; v1 before t; an unknown scheme beside",
    level: Level::Secure,
    strength: Strength::Must,
    clause: "an event is taken as any other if one of its v1 is right, in whatever order the header has its parts and whatever other schemes stand beside them",
    sources: &["STW (rolling secrets)"],
    needs: Needs::NOTHING,
    run: |ctx| odd_and_right(ctx).boxed(),
};

async fn odd_and_right(ctx: Ctx) -> Result<(), Stop> {
    let mut sent = Vec::new();
    for (what, signing) in [
        ("with two v1, the second right", Signing::Rolled),
        ("with v1 before t and an unknown scheme beside", Signing::Shuffled),
    ] {
        let paid = waiting(&ctx).await?;
        let delivered = paid.deliver(&ctx, Forgery::signing(what, signing)).await?;
        sent.push((paid, what, delivered));
    }
    let what = "with two v1, the first right";
    let paid = waiting(&ctx).await?;
    let unsigned =
        paid.deliver(&ctx, Forgery::signing("without Stripe-Signature, to be refused", Signing::None)).await?;
    let now = ctx.real_second();
    let right = v1(ctx.webhook_secret(), now, unsigned.payload.as_bytes());
    let other = v1("whsec_old", now, unsigned.payload.as_bytes());
    let compose = Compose { signature: Some(format!("t={now},v1={right},v1={other}")), ..Compose::default() };
    let delivered = paid.deliver(&ctx, Forgery::new(what, compose)).await?;
    sent.push((paid, what, delivered));
    for (paid, what, delivered) in sent {
        ctx.check(format!("the event {what} is acknowledged"), "2xx", delivered.told(), delivered.is_success());
        let seen = ctx.until_completed(&paid.purchase).await?;
        completed(&ctx, &paid.purchase, &seen, &format!("by the event {what}"));
    }
    Ok(())
}
