//! Events that nobody signed, or somebody else: S-W01, S-W02, S-W15.

use futures_util::FutureExt as _;
use futures_util::future::join_all;
use mock_stripe::control::dto::{Compose, Signing};

use super::shared::{Forgery, is_refused, made_up, nothing_done, waiting};
use crate::model::{Case, Level, Needs, Stop, Strength, Weight};
use crate::runner::Ctx;
use crate::steps::{Forged, Letter};

/// The address of a webhook is no secret. Whoever knows it writes a "paid" event in a minute; only the signature tells it from Stripe's.
pub static W01: Case = Case {
    id: "S-W01",
    title: "a well-formed completed event without Stripe-Signature",
    level: Level::Secure,
    strength: Strength::Must,
    clause: "an event without Stripe-Signature is refused (any 4xx) and nothing is done: a missing header is a wrong signature, not a reason to skip the check",
    sources: &["STW", "ASVS 4.1.5, 2.3.1", "I1", "I2", "I5", "I6"],
    needs: Needs::NOTHING,
    run: |ctx| unsigned(ctx).boxed(),
};

async fn unsigned(ctx: Ctx) -> Result<(), Stop> {
    let unpaid = ctx.purchase_named("unpaid").await?;
    let payload = made_up(&ctx, &unpaid);
    let compose =
        Compose { payload: Some(payload), signing: Signing::None, subjects: vec![unpaid.id], ..Compose::default() };
    let what = "made up for a purchase that nobody paid, without Stripe-Signature";
    let delivered = ctx.deliver(Forged::composed(format!("an event {what}"), compose)).await?;
    is_refused(&ctx, what, &delivered);
    let paid = waiting(&ctx).await?;
    paid.refuses(&ctx, Forgery::signing("without Stripe-Signature", Signing::None)).await?;
    let seen = ctx.settled(&unpaid).await?;
    nothing_done(&ctx, Weight::Must, &unpaid, &seen, "because of an unsigned event: nobody has paid for it");
    paid.untouched(&ctx, "because of an unsigned event").await?;
    paid.genuine_completes(&ctx).await
}

/// A signature is a number that anybody can compute; the secret is what makes it Stripe's.
pub static W02: Case = Case {
    id: "S-W02",
    title: "signature made with another secret",
    level: Level::Secure,
    strength: Strength::Must,
    clause: "an event whose v1 was not made with this endpoint's secret is refused and nothing is done, now or when the genuine one comes: the HMAC is computed and compared, and nothing is remembered of what failed",
    sources: &["STW"],
    needs: Needs::NOTHING,
    run: |ctx| other_secret(ctx).boxed(),
};

async fn other_secret(ctx: Ctx) -> Result<(), Stop> {
    let paid = waiting(&ctx).await?;
    let other_endpoint = format!("whsec_{}", ctx.ids().base62("other endpoint", &ctx.scope(), 32));
    let with = |secret: String| Compose { secret: Some(secret), ..Compose::default() };
    for forgery in [
        Forgery::signing("signed with another secret", Signing::WrongSecret),
        Forgery::new("signed with the secret of another endpoint", with(other_endpoint)),
        Forgery::signing("with one wrong digit in its v1", Signing::Broken),
    ] {
        paid.refuses(&ctx, forgery).await?;
    }
    paid.untouched(&ctx, "because of events with wrong signatures").await?;
    paid.genuine_completes(&ctx).await
}

/// Where people leave doors to their own service, by guess; below the service's own address.
const PATHS: [&str; 16] = [
    "/webhook",
    "/webhooks",
    "/webhook/test",
    "/test/webhook",
    "/debug/webhook",
    "/dev/webhook",
    "/stripe",
    "/stripe/webhook",
    "/stripe/test",
    "/webhooks/stripe",
    "/api/webhook",
    "/api/stripe/webhook",
    "/debug/complete",
    "/test/event",
    "/GatewayEvents/Test",
    "/GatewayEvents/HandleStripeEventTest",
];

/// What is put behind the real address by guess.
const QUERIES: [&str; 3] = ["test=true", "debug=1", "skip_signature=true"];

/// A second door without a lock, made for tests and forgotten, opens like the first.
pub static W15: Case = Case {
    id: "S-W15",
    title: "events at guessed paths",
    level: Level::Secure,
    strength: Strength::Must,
    clause: "an unsigned event has no effect wherever it is sent: no test route, debug switch or second path takes events without a signature",
    sources: &["ASVS 13.4.2, 13.4.5", "congressMCP 10 (test backdoor)"],
    needs: Needs::NOTHING,
    run: |ctx| guessed(ctx).boxed(),
};

async fn guessed(ctx: Ctx) -> Result<(), Stop> {
    let paid = waiting(&ctx).await?;
    let notify = &ctx.urls().notify;
    let mut urls = Vec::new();
    for path in PATHS.into_iter().filter(|path| *path != notify.path()) {
        let mut url = notify.clone();
        url.set_path(path);
        url.set_query(None);
        urls.push(url);
    }
    for query in QUERIES {
        let mut url = notify.clone();
        url.set_query(Some(query));
        urls.push(url);
    }
    // The event as our Stripe would write it: whoever takes it finds a payment that is really there.
    let genuine = paid.deliver(&ctx, Forgery::signing("without Stripe-Signature", Signing::None)).await?.payload;
    ctx.step(format!("sent the same unsigned event to {} more addresses of the service by guess", urls.len()));
    let replies = join_all(urls.iter().map(|url| ctx.knock(Letter::to(url).json(genuine.clone().into_bytes())))).await;
    let taken: Vec<String> = urls
        .iter()
        .zip(&replies)
        .filter(|(_, reply)| reply.is_success())
        .map(|(url, reply)| {
            format!("{}{}: {reply}", url.path(), url.query().map(|query| format!("?{query}")).unwrap_or_default())
        })
        .collect();
    ctx.report("addresses that answered 2xx", if taken.is_empty() { "none".to_owned() } else { taken.join("; ") });
    let seen = ctx.settled(&paid.purchase).await?;
    nothing_done(
        &ctx,
        Weight::Must,
        &paid.purchase,
        &seen,
        &format!(
            "because of unsigned events at other addresses{}",
            if taken.is_empty() { String::new() } else { format!(" (these answered 2xx: {})", taken.join("; ")) }
        ),
    );
    paid.genuine_completes(&ctx).await
}
