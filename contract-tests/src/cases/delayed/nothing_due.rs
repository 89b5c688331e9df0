//! Sessions in which nothing was due: R-A06.

use futures_util::FutureExt as _;

use crate::buyer::{End, Means};
use crate::cases::delivery::shared::completed_once;
use crate::cases::notification::shared::{self, SESSION_COMPLETED};
use crate::check::url::{parameter, with_parameter};
use crate::model::{Case, Level, Needs, Stop, Strength};
use crate::runner::Ctx;
use crate::steps::{Purchase, answer_to};

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
    let mut purchase = ctx.purchase().await?;
    // The session that is made below has to have a page to return to; it is the same one, given by the link, whatever the platform gives.
    if parameter(&purchase.link, "returnUrl").is_none() {
        purchase.link = with_parameter(&purchase.link, "returnUrl", Some(ctx.profile().return_origin()));
    }
    let held = ctx.pay_in_silence(&purchase).await?;
    // A genuine one: a service that asks Stripe about the session hears the same as one that goes by the event.
    free_session(&ctx, &purchase).await?;
    let all = ctx.deliveries(purchase.id, Some(SESSION_COMPLETED)).await?;
    let free = all.into_iter().find(|delivery| delivery.event != held.event);
    let free = free.ok_or_else(|| Stop::suite("our Stripe has no event about the session in which nothing was due"))?;
    let told = ctx.resend(&free).await?;
    let status = told.attempts.last().and_then(|attempt| attempt.status);
    ctx.should(
        "the event ends",
        "2xx or a refusal",
        answer_to(&told),
        status.is_some_and(|status| (200..500).contains(&status)),
    );
    let seen = ctx.settled(&purchase).await?;
    shared::not_completed(&ctx, &purchase, &seen, "by a session in which nothing was due");
    // The genuine news, which says that the price was paid.
    ctx.resend(&held).await?;
    let seen = ctx.until_completed(&purchase).await?;
    completed_once(&ctx, &purchase, &seen, "by the payment itself");
    Ok(())
}

/// Somebody who may use the account's key makes a session for the purchase with a coupon of everything, and goes through with it.
async fn free_session(ctx: &Ctx, purchase: &Purchase) -> Result<(), Stop> {
    ctx.step("made a session for this purchase with a coupon of 100 %, and went through with it");
    let coupon = ctx.stripe_api("/v1/coupons", &[("percent_off", "100"), ("duration", "once")]).await?;
    let coupon = coupon["id"].as_str().unwrap_or_default();
    let back = parameter(&purchase.link, "returnUrl").unwrap_or_else(|| ctx.profile().return_origin().to_owned());
    let (amount, id) = (purchase.minor().unwrap_or_default().to_string(), purchase.id.to_string());
    let form = [
        ("mode", "payment"),
        ("line_items[0][quantity]", "1"),
        ("line_items[0][price_data][currency]", &purchase.currency.to_ascii_lowercase()),
        ("line_items[0][price_data][unit_amount]", &amount),
        ("line_items[0][price_data][product_data][name]", "Seat"),
        ("discounts[0][coupon]", coupon),
        (&format!("metadata[{}]", ctx.profile().declares.metadata_key), &id),
        ("success_url", &back),
    ];
    let session = ctx.stripe_api("/v1/checkout/sessions", &form).await?;
    let bought = ctx.pay_at(session["url"].as_str().unwrap_or_default(), &Means::card()).await?;
    if bought.end == End::Paid {
        return Ok(());
    }
    Err(Stop::suite(format!("our payment page did not end a session in which nothing is due: {}", bought.page.says())))
}
