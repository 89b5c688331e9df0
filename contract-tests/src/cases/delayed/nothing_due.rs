//! Sessions in which nothing was due: R-A06.

use futures_util::FutureExt as _;
use mock_stripe::control::dto::Compose;
use serde_json::json;

use crate::cases::delivery::shared::completed_once;
use crate::cases::notification::shared;
use crate::model::{Case, Level, Needs, Stop, Strength};
use crate::runner::Ctx;
use crate::steps::Forged;

/// A discount of a hundred per cent makes a session that completes without a payment. That is a ticket for nothing, unless the purchase costs
/// nothing.
pub static A06: Case = Case {
    id: "R-A06",
    title: "the session completes with no_payment_required, for a purchase that has a price",
    level: Level::Resilient,
    strength: Strength::Should,
    clause: "no_payment_required completes a purchase only if its own price is zero; else nothing is completed, and Stripe gets an answer that ends the matter or leaves a trace (2xx or a refusal, no 5xx)",
    sources: &["STP payment_status", "INV-1"],
    needs: Needs::NOTHING,
    run: |ctx| nothing_due(ctx).boxed(),
};

async fn nothing_due(ctx: Ctx) -> Result<(), Stop> {
    let purchase = ctx.purchase().await?;
    let held = ctx.pay_in_silence(&purchase).await?;
    let set = [
        ("data.object.payment_status", json!("no_payment_required")),
        ("data.object.amount_total", json!(0)),
        ("data.object.payment_intent", json!(null)),
    ];
    let compose = Compose {
        event: Some(held.event.clone()),
        fresh_id: true,
        set: set.map(|(path, value)| (path.to_owned(), value)).into(),
        subjects: vec![purchase.id],
        ..Compose::default()
    };
    let free = ctx.deliver(Forged::composed("a completed session with nothing to pay", compose)).await?;
    ctx.should(
        "the event ends",
        "2xx or a refusal",
        free.shown(),
        free.status.is_some_and(|status| (200..500).contains(&status)),
    );
    let seen = ctx.settled(&purchase).await?;
    shared::not_completed(&ctx, &purchase, &seen, "by a session in which nothing was due");
    // The genuine news, which says that the price was paid.
    ctx.resend(&held).await?;
    let seen = ctx.until_completed(&purchase).await?;
    completed_once(&ctx, &purchase, &seen, "by the payment itself");
    Ok(())
}
