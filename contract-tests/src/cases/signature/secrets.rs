//! Secrets that everybody knows: S-W04, S-W05.

use futures_util::FutureExt as _;
use mock_stripe::control::dto::{Compose, Signing};

use super::shared::{Forgery, waiting};
use crate::model::{Case, Level, Needs, Stop, Strength};
use crate::runner::Ctx;

/// HMAC takes the empty key without a word, and libraries did so for years: a secret that is not set is a secret that everybody has.
pub static W04: Case = Case {
    id: "S-W04",
    title: "signed with the empty key",
    level: Level::Secure,
    strength: Strength::Must,
    clause: "a signature made with the empty key is refused and nothing is done: an unset or empty secret, also one of several, is never used to verify",
    sources: &["I3", "ASVS 16.5.3"],
    needs: Needs::NOTHING,
    run: |ctx| empty_key(ctx).boxed(),
};

async fn empty_key(ctx: Ctx) -> Result<(), Stop> {
    let paid = waiting(&ctx).await?;
    let blank = Compose { secret: Some(" ".to_owned()), ..Compose::default() };
    for forgery in [
        Forgery::signing("signed with the empty key", Signing::EmptySecret),
        Forgery::new("signed with a blank as the key", blank),
    ] {
        paid.refuses(&ctx, forgery).await?;
    }
    paid.untouched(&ctx, "because of events signed with the empty key").await?;
    paid.genuine_completes(&ctx).await
}

/// What stands in documentation, samples and templates of settings, and what an unset variable becomes in some languages.
const SAMPLES: [&str; 16] = [
    "whsec_test",
    "whsec_secret",
    "whsec_test_secret",
    "whsec_",
    "whsec_...",
    "whsec_xxx",
    "whsec_12345",
    "whsec_your_webhook_secret",
    "your_webhook_secret",
    "changeme",
    "secret",
    "password",
    "test",
    "undefined",
    "null",
    "None",
];

/// A default for development that is still there in production is a master key.
pub static W05: Case = Case {
    id: "S-W05",
    title: "signed with well-known sample secrets, and with the other secrets of the service",
    level: Level::Secure,
    strength: Strength::Must,
    clause: "a signature made with a sample secret (whsec_test, changeme, …), with the Stripe API key or with the client secret is refused and nothing is done: the endpoint's own secret is the only key",
    sources: &["PCI 8.6.2", "ASVS 13.3.1"],
    needs: Needs::NOTHING,
    run: |ctx| well_known(ctx).boxed(),
};

async fn well_known(ctx: Ctx) -> Result<(), Stop> {
    let paid = waiting(&ctx).await?;
    let endpoints = &ctx.bench().endpoints;
    let known = SAMPLES.iter().map(|sample| (format!("{sample:?}"), (*sample).to_owned()));
    let own = [
        ("the Stripe API key".to_owned(), endpoints.stripe.api_key.clone()),
        ("the client secret".to_owned(), endpoints.entra.client_secret.clone()),
    ];
    for (name, secret) in known.chain(own) {
        let compose = Compose { secret: Some(secret), ..Compose::default() };
        paid.refuses(&ctx, Forgery::new(format!("signed with {name}"), compose)).await?;
    }
    paid.untouched(&ctx, "because of events signed with what is not the endpoint's secret").await?;
    paid.genuine_completes(&ctx).await
}
