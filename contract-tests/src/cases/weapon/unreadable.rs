//! Bodies that are no events: S-H03, S-H04.

use futures_util::FutureExt as _;
use mock_stripe::control::dto::Compose;
use serde_json::json;

use super::shared::{is_refused, still_serves};
use crate::cases::notification::shared::SESSION_COMPLETED;
use crate::model::{Case, Level, Needs, Stop, Strength};
use crate::runner::Ctx;
use crate::steps::{Forged, Letter};

/// How deep is deep.
const DEPTH: usize = 100_000;

/// Parsers are older than their callers' patience. What comes from a stranger is not parsed before the signature is right.
pub static H03: Case = Case {
    id: "S-H03",
    title: "unsigned JSON nested 100,000 deep; a number of 1 MB; 1e308 and beyond; NaN",
    level: Level::Secure,
    strength: Strength::Must,
    clause: "JSON that breaks parsers, from a stranger, is refused with a 4xx (verify first, parse then), and the service lives",
    sources: &["RFC 8259 9", "ASVS 1.5.2"],
    needs: Needs::NOTHING,
    run: |ctx| hostile(ctx).boxed(),
};

async fn hostile(ctx: Ctx) -> Result<(), Stop> {
    let digits = "1".repeat(1024 * 1024);
    let bodies = [
        ("JSON nested 100,000 deep", format!("{}{}", "[".repeat(DEPTH), "]".repeat(DEPTH))),
        ("an object nested 100,000 deep that never ends", "{\"a\":".repeat(DEPTH)),
        ("a number of 1 MB", format!("{{\"type\":{digits}}}")),
        ("the number 1e308308308", "{\"type\":1e308308308,\"created\":-1e999999999}".to_owned()),
        ("NaN", "{\"type\":NaN,\"created\":Infinity}".to_owned()),
        ("half a surrogate", "{\"type\":\"\\ud800\"}".to_owned()),
    ];
    for (what, body) in bodies {
        ctx.step(format!("sent {what} to the webhook with a signature that signs nothing"));
        let letter = Letter::to(&ctx.urls().notify).header("stripe-signature", ctx.sham_signature());
        let reply = ctx.knock(letter.json(body.into_bytes())).await;
        // A service that cuts large bodies off may hang up on this one.
        let cut_off = reply.status.is_none() && what.contains("1 MB");
        if !cut_off {
            is_refused(&ctx, what, &reply);
        }
    }
    still_serves(&ctx, "after JSON that breaks parsers").await
}

/// Rightly signed, and still not what it should be: a proxy cut it, Stripe added a kind, a test tool sent a draft.
pub static H04: Case = Case {
    id: "S-H04",
    title: "validly signed but broken JSON, empty body, array, null, missing data.object",
    level: Level::Secure,
    strength: Strength::Must,
    clause: "a rightly signed body that is no usable event is refused with a 4xx or acknowledged, never answered 5xx (which Stripe repeats for days), and nothing is done",
    sources: &["RFC 8259", "I9", "ASVS 16.5.3"],
    needs: Needs::NOTHING,
    run: |ctx| unusable(ctx).boxed(),
};

async fn unusable(ctx: Ctx) -> Result<(), Stop> {
    let purchase = ctx.purchase().await?;
    let key = &ctx.profile().declares.metadata_key;
    let event = |data: serde_json::Value| {
        json!({ "id": "evt_1PayloopUnusable", "object": "event", "type": SESSION_COMPLETED, "data": data }).to_string()
    };
    let metadata = json!({ key.clone(): purchase.id });
    let bodies = [
        ("that is empty", String::new()),
        ("of one blank", " ".to_owned()),
        ("that is cut off", format!("{{\"id\":\"evt_1\",\"type\":\"{SESSION_COMPLETED}\",\"data\":{{")),
        ("that is an empty array", "[]".to_owned()),
        ("that is an array of one event", format!("[{}]", event(json!({ "object": {} })))),
        ("that is null", "null".to_owned()),
        ("that is a text", "\"event\"".to_owned()),
        ("that is an empty object", "{}".to_owned()),
        ("whose type is a number", "{\"id\":\"evt_1\",\"type\":7,\"data\":{\"object\":{}}}".to_owned()),
        ("without data", json!({ "id": "evt_1PayloopUnusable", "type": SESSION_COMPLETED }).to_string()),
        ("without data.object", event(json!({}))),
        ("whose data.object is null", event(json!({ "object": null }))),
        ("whose data.object is an array", event(json!({ "object": [] }))),
        ("whose session is empty", event(json!({ "object": {} }))),
        ("whose metadata is null", event(json!({ "object": { "payment_status": "paid", "metadata": null } }))),
        ("whose metadata is an array", event(json!({ "object": { "payment_status": "paid", "metadata": [] } }))),
        (
            "whose order id is an object",
            event(json!({ "object": { "payment_status": "paid", "metadata": { key.clone(): {} } } })),
        ),
        ("without payment_status and amount", event(json!({ "object": { "id": "cs_test_1", "metadata": metadata } }))),
        (
            "without amount and currency",
            event(json!({ "object": { "id": "cs_test_1", "payment_status": "paid", "metadata": metadata } })),
        ),
    ];
    for (what, body) in bodies {
        let compose = Compose { payload: Some(body), subjects: vec![purchase.id], ..Compose::default() };
        let delivered = ctx.deliver(Forged::composed(format!("a rightly signed body {what}"), compose)).await?;
        ctx.check(
            format!("a rightly signed body {what} is dealt with"),
            "any 4xx, or 2xx; not 5xx",
            delivered.told(),
            delivered.is_refusal() || delivered.is_success(),
        );
    }
    let seen = ctx.settled(&purchase).await?;
    ctx.must(
        format!("nothing is done for purchase {} because of bodies that are no events", purchase.id),
        "no finalize call, and still reserved in Dataverse",
        format!("{}; {} in Dataverse", seen.shown_finalizes(), seen.state.word()),
        seen.finalizes().is_empty() && seen.state.is_reserved(),
    );
    still_serves(&ctx, "after bodies that are no events").await
}
