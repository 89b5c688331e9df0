//! Headers that are no signature: S-W09.

use futures_util::FutureExt as _;
use mock_stripe::control::dto::{Compose, Signing};

use super::shared::{Forgery, waiting};
use crate::model::{Case, Level, Needs, Stop, Strength};
use crate::runner::Ctx;
use crate::steps::{Letter, v1};

/// How long the long header is.
const LONG: usize = 10 * 1024;

/// Parsers of signatures meet everything but signatures. What they cannot read is a wrong signature, and no reason to fall over.
pub static W09: Case = Case {
    id: "S-W09",
    title: "header variants: empty, no t, no v1, t not a number, only v0, 10 kB long, repeated header",
    level: Level::Secure,
    strength: Strength::Must,
    clause: "a Stripe-Signature that is empty, incomplete, malformed, very long or there twice is refused with a 4xx, never with a 5xx, and nothing is done",
    sources: &["STW", "ASVS 16.5.3"],
    needs: Needs::NOTHING,
    run: |ctx| variants(ctx).boxed(),
};

async fn variants(ctx: Ctx) -> Result<(), Stop> {
    let paid = waiting(&ctx).await?;
    let first = Forgery::signing("whose header has only t and v0", Signing::OnlyV0);
    let genuine = paid.refuses(&ctx, first).await?.payload;
    let now = ctx.real_second();
    let right = v1(ctx.webhook_secret(), now, genuine.as_bytes());
    let long = format!("t={now},v1={}", "0123456789abcdef".repeat(LONG / 16));
    for (what, header) in [
        ("whose header is empty", String::new()),
        ("whose header has no t", format!("v1={right}")),
        ("whose header has an empty t", format!("t=,v1={right}")),
        ("whose header has no v1", format!("t={now}")),
        ("whose header has an empty v1", format!("t={now},v1=")),
        ("whose t is no number", format!("t=now,v1={right}")),
        ("whose t is larger than any number of 64 bits", format!("t=99999999999999999999999,v1={right}")),
        ("whose header is commas and equals signs", ",,=,==,t=,v1,".to_owned()),
        ("whose v1 is no hexadecimal", format!("t={now},v1={}", "zz".repeat(32))),
        ("whose v1 is half of the right one", format!("t={now},v1={}", right.get(..32).unwrap_or_default())),
        ("whose header is 10 kB long", long),
    ] {
        let compose = Compose { signature: Some(header), ..Compose::default() };
        paid.refuses(&ctx, Forgery::new(what, compose)).await?;
    }
    ctx.step("sent the paid session's event with two Stripe-Signature headers, both wrong");
    let letter = Letter::to(&ctx.urls().notify)
        .header("stripe-signature", ctx.sham_signature())
        .header("stripe-signature", format!("t={now},v1={}", v1("whsec_other", now, genuine.as_bytes())))
        .json(genuine.into_bytes());
    let reply = ctx.knock(letter).await;
    let (what, expected) = ("the event with two headers, both wrong, is refused", "any 4xx");
    if reply.is_success() {
        ctx.should(what, expected, &reply, false);
    } else {
        ctx.check(what, expected, &reply, reply.is_refusal());
    }
    paid.untouched(&ctx, "because of events with headers that are no signature").await?;
    paid.genuine_completes(&ctx).await
}
