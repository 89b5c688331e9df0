//! Stripe says no: R-P05.

use std::collections::BTreeMap;

use futures_util::FutureExt as _;
use futures_util::future::try_join_all;
use mock_core::faults::Effect;

use super::shared::was_met;
use crate::cases::dataverse::shared::{no_storm, serves_again, struck, told};
use crate::model::{Case, Level, Needs, Stop, Strength};
use crate::runner::Ctx;
use crate::steps::{Sale, Seller, Trouble};

/// How many calls a visit may make when each is refused for good.
const MOST_CALLS: usize = 4;

/// A wrong key, a currency that the account does not have, a request that fails: the buyer is told, and not in Stripe's words to the developer.
pub static P05: Case = Case {
    id: "R-P05",
    title: "Stripe answers 400, 401 and 402 to what the service makes",
    level: Level::Resilient,
    strength: Strength::Must,
    clause: "an error page, no 302, no loop; neither the key nor Stripe's message about it is shown to the buyer",
    sources: &["STE", "AV 16.5.1"],
    needs: Needs::NOTHING,
    run: |ctx| refusals(ctx).boxed(),
};

async fn refusals(ctx: Ctx) -> Result<(), Stop> {
    let seller = ctx.arrange(Sale::default()).await?;
    // Stripe shows the end of a wrong key; the page must not.
    let key = &ctx.bench().endpoints.stripe.api_key;
    let end = key.get(key.len().saturating_sub(4)..).unwrap_or_default();
    let refusals = [
        (
            400,
            "currency_not_supported",
            "Invalid currency: usd. Your account cannot make charges in this currency.".to_owned(),
        ),
        (401, "api_key_invalid", format!("Invalid API Key provided: sk_test_********************{end}")),
        (402, "card_declined", "The request failed although its parameters were right.".to_owned()),
    ];
    try_join_all(refusals.map(|(status, code, message)| refused(&ctx, &seller, status, code, message))).await?;
    Ok(())
}

async fn refused(ctx: &Ctx, seller: &Seller, status: u16, code: &str, message: String) -> Result<(), Stop> {
    let purchase = ctx.register(seller).await?;
    let effect = Effect::Answer {
        status,
        code: Some(code.to_owned()),
        message: Some(message.clone()),
        headers: BTreeMap::new(),
        body: None,
    };
    let fault = ctx.trouble(Trouble::stripe(effect).about(purchase.id).on_writes()).await?;
    let answer = ctx.follow(&purchase).await?;
    let seen = ctx.look(&purchase).await?;
    if was_met(ctx, fault, &format!("{status} {code}")).await? {
        told(ctx, &answer, &format!("when Stripe answers {status} {code}"));
        let shown = answer.body.contains(&message) || answer.body.contains("sk_test_");
        ctx.check(
            "Stripe's message to the developer is not shown to the buyer",
            "neither a key nor the text of Stripe's error on the page",
            if shown { format!("the page holds {message:?}") } else { "neither".to_owned() },
            !shown,
        );
        no_storm(ctx, struck(&seen.entries, "stripe").len(), MOST_CALLS, "Stripe");
    }
    serves_again(ctx, &purchase, "once Stripe takes it").await?;
    Ok(())
}
