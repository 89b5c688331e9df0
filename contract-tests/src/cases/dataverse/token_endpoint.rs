//! The token endpoint in trouble: R-V09.

use futures_util::FutureExt as _;
use mock_core::faults::Effect;
use serde_json::{Value, json};

use super::shared::serves_again;
use crate::check::http::Outcome;
use crate::model::{Case, Level, Needs, Stop, Strength};
use crate::runner::Ctx;
use crate::steps::{Sale, Trouble, saying, status, with_header};

/// Without a token nothing goes; afterwards everything does.
pub static V09: Case = Case {
    id: "R-V09",
    title: "the token endpoint answers 429, 503, late, with broken JSON, with expires_in as text and without it",
    level: Level::Resilient,
    strength: Strength::Should,
    clause: "the visit waits it out or ends in an error page, and works afterwards without a restart; a lifetime that is text or missing is no reason to fail",
    sources: &["DVA", "AV 16.5.2"],
    needs: Needs::ALONE,
    run: |ctx| no_tokens(ctx).boxed(),
};

async fn no_tokens(ctx: Ctx) -> Result<(), Stop> {
    let seller = ctx.arrange(Sale::default()).await?;
    let troubles: [(&str, Effect, bool); 6] = [
        ("429 with Retry-After: 1", with_header(status(429), "Retry-After", "1"), false),
        ("503", status(503), false),
        ("a second late", Effect::Delay { millis: 1_000 }, false),
        ("broken JSON", saying(200, "application/json", "{\"token_type\":\"Bearer\",\"acc"), false),
        ("expires_in as text", granted(&ctx, Some(json!("3599"))).await?, true),
        ("no expires_in", granted(&ctx, None).await?, true),
    ];
    for (what, effect, has_to_work) in troubles {
        let purchase = ctx.register(&seller).await?;
        // A token that Dataverse refuses makes the service ask for another one.
        let refused = ctx.trouble(Trouble::dataverse(status(401)).about(purchase.id).for_the_same_token()).await?;
        let trouble = ctx.trouble(Trouble::tokens(effect).times(1)).await?;
        let answer = ctx.follow(&purchase).await?;
        ctx.check(
            format!("the visit ends properly when the token endpoint answers {what}"),
            if has_to_work { "302: the token is good" } else { "302 after another try, or an error page" },
            &answer,
            answer.status == 302 || (!has_to_work && matches!(answer.outcome(), Outcome::Refusal | Outcome::Broken)),
        );
        let met = ctx.healed(trouble).await?;
        if met == 0 {
            ctx.report(format!("the token endpoint's answer {what}"), "the service asked for no token");
        }
        ctx.healed(refused).await?;
        serves_again(&ctx, &purchase, &format!("after the token endpoint answered {what}")).await?;
    }
    Ok(())
}

/// An answer of the token endpoint with a token that is good and this lifetime, in seconds.
async fn granted(ctx: &Ctx, lifetime: Option<Value>) -> Result<Effect, Stop> {
    let mut body = json!({ "token_type": "Bearer", "access_token": token(ctx).await? });
    if let (Some(lifetime), Some(body)) = (lifetime, body.as_object_mut()) {
        body.insert("expires_in".to_owned(), lifetime);
    }
    Ok(saying(200, "application/json", &body.to_string()))
}

/// A token that Dataverse takes, for answers that we write ourselves.
async fn token(ctx: &Ctx) -> Result<String, Stop> {
    let endpoints = &ctx.bench().endpoints;
    let scope = format!("{}/.default", endpoints.dataverse.url.trim_end_matches('/'));
    let form = [
        ("grant_type", "client_credentials"),
        ("client_id", endpoints.entra.client_id.as_str()),
        ("client_secret", endpoints.entra.client_secret.as_str()),
        ("scope", scope.as_str()),
    ];
    let broken = |error: reqwest::Error| Stop::suite(format!("our own token endpoint does not answer: {error}"));
    let answer = ctx.http().post(&endpoints.entra.token_url).form(&form).send().await.map_err(broken)?;
    let body: Value = answer.json().await.map_err(broken)?;
    let token = body.get("access_token").and_then(Value::as_str).map(str::to_owned);
    token.ok_or_else(|| Stop::suite(format!("our own token endpoint gave no token: {body}")))
}
