//! Server errors and lost answers: R-P01, R-P02, R-P07.

use futures_util::FutureExt as _;
use futures_util::future::try_join_all;
use mock_core::faults::Effect;

use super::shared::{making, on_making, one_at_most, redirected_or_told, was_met};
use crate::cases::dataverse::shared::{serves_again, told};
use crate::model::{Case, Level, Needs, Payable, Stop, Strength};
use crate::runner::Ctx;
use crate::steps::{Sale, Seller, Trouble, saying, status};

/// Stripe is down for a moment, once for the first thing that the service makes there, once for the second.
pub static P01: Case = Case {
    id: "R-P01",
    title: "Stripe answers 500 or 503 once, to the first or the second thing that is made",
    level: Level::Resilient,
    strength: Strength::Must,
    clause: "302 after another try, or an error page and a next visit that works; never more than one payment link or session that is active",
    sources: &["STE", "RFC 9110 9.2.2"],
    needs: Needs::PATIENT,
    run: |ctx| server_errors(ctx).boxed(),
};

async fn server_errors(ctx: Ctx) -> Result<(), Stop> {
    let seller = ctx.arrange(Sale::default()).await?;
    let troubles = [(500, 0), (503, 0), (500, 1), (503, 1)];
    try_join_all(troubles.map(|(code, skip)| one_error(&ctx, &seller, code, skip))).await?;
    Ok(())
}

async fn one_error(ctx: &Ctx, seller: &Seller, code: u16, skip: u32) -> Result<(), Stop> {
    let purchase = ctx.register(seller).await?;
    let trouble = Trouble::stripe(status(code)).about(purchase.id).on_writes().after(skip).times(1);
    let fault = ctx.trouble(trouble).await?;
    let answer = ctx.follow(&purchase).await?;
    let seen = ctx.look(&purchase).await?;
    let why = format!("when Stripe answers {code} once");
    was_met(ctx, fault, &why).await?;
    redirected_or_told(ctx, &answer, &seen, &why);
    serves_again(ctx, &purchase, "after that").await?;
    Ok(())
}

/// The object is there and nobody knows its URL. Without an idempotency key the next try makes a second one, and both can be paid.
pub static P02: Case = Case {
    id: "R-P02",
    title: "the payment link or session is made, but Stripe's answer is lost",
    level: Level::Resilient,
    strength: Strength::Must,
    clause: "another try with the same idempotency key gets the same object; or there are two, of which only one can be paid",
    sources: &["STE idempotency", "INV-4", "I13"],
    needs: Needs::NOTHING,
    run: |ctx| lost_answers(ctx).boxed(),
};

async fn lost_answers(ctx: Ctx) -> Result<(), Stop> {
    let seller = ctx.arrange(Sale::default()).await?;
    let losses = [("the connection breaks", Effect::Reset), ("a gateway answers 502", status(502))];
    try_join_all(losses.map(|(what, effect)| lost_answer(&ctx, &seller, what, effect))).await?;
    Ok(())
}

async fn lost_answer(ctx: &Ctx, seller: &Seller, what: &str, effect: Effect) -> Result<(), Stop> {
    let purchase = ctx.register(seller).await?;
    let fault = ctx.trouble(on_making(ctx, &purchase, effect).times(1).losing_the_answer()).await?;
    let answer = ctx.follow(&purchase).await?;
    let seen = ctx.look(&purchase).await?;
    let why = format!("when {what} after it was made");
    was_met(ctx, fault, &why).await?;
    redirected_or_told(ctx, &answer, &seen, &why);
    serves_again(ctx, &purchase, "after the answer was lost").await?;
    let seen = ctx.settled(&purchase).await?;
    one_at_most(ctx, &seen, "in the end");
    Ok(())
}

/// A success is one only with a page to send the buyer to.
pub static P07: Case = Case {
    id: "R-P07",
    title: "Stripe answers 200 with url null, with an empty url, with something else altogether",
    level: Level::Resilient,
    strength: Strength::Should,
    clause: "an error page; no 302 with an empty or invented Location",
    sources: &["STP"],
    needs: Needs::NOTHING,
    run: |ctx| no_page(ctx).boxed(),
};

async fn no_page(ctx: Ctx) -> Result<(), Stop> {
    let seller = ctx.arrange(Sale::default()).await?;
    let object = match ctx.profile().declares.payable {
        Payable::Link => "\"object\":\"payment_link\",\"active\":true,\"metadata\":{},\"livemode\":false",
        Payable::Session => "\"object\":\"checkout.session\",\"status\":\"open\",\"metadata\":{},\"livemode\":false",
    };
    let bodies = [
        ("url null", format!("{{\"id\":\"obj_payloop\",{object},\"url\":null}}")),
        ("an empty url", format!("{{\"id\":\"obj_payloop\",{object},\"url\":\"\"}}")),
        ("a list", "{\"object\":\"list\",\"data\":[]}".to_owned()),
        ("a page of HTML", "<html><body>We will be right back</body></html>".to_owned()),
    ];
    try_join_all(bodies.map(|(what, body)| odd_success(&ctx, &seller, what, body))).await?;
    Ok(())
}

async fn odd_success(ctx: &Ctx, seller: &Seller, what: &str, body: String) -> Result<(), Stop> {
    let purchase = ctx.register(seller).await?;
    let fault = ctx.trouble(on_making(ctx, &purchase, saying(200, "application/json", &body))).await?;
    let answer = ctx.follow(&purchase).await?;
    if was_met(ctx, fault, &format!("{what} from {}", making(ctx))).await? {
        told(ctx, &answer, &format!("when Stripe answers 200 with {what}"));
    }
    serves_again(ctx, &purchase, "after that").await?;
    Ok(())
}
