//! Prices that cannot be paid: R-M06, R-M07, R-M10.

use futures_util::FutureExt as _;

use super::shared::{Quoted, quotes};
use crate::model::{Case, Level, Needs, Stop, Strength};
use crate::runner::Ctx;

/// How many calls to Stripe a visit may make at most when each is refused.
const MOST_CALLS: usize = 12;

/// Stripe takes no ten cents, and no million.
pub static M06: Case = Case {
    id: "R-M06",
    title: "prices below Stripe's minimum and above its maximum",
    level: Level::Resilient,
    strength: Strength::Should,
    clause: "Stripe's refusal becomes a refusal or an error page: no 302, no loop",
    sources: &["STC", "STE"],
    needs: Needs::NOTHING,
    run: |ctx| out_of_bounds(ctx).boxed(),
};

async fn out_of_bounds(ctx: Ctx) -> Result<(), Stop> {
    let currency = ctx.profile().currency();
    for quoted in of(&ctx, &["0.10", "100000000.00"], currency).await? {
        // A page that says so is right too; what must not be is a page to pay at.
        ctx.check(
            format!("{} is not sold", quoted.price()),
            "a refusal or an error page",
            &quoted.answer,
            quoted.answer.status >= 400 && quoted.is_refused(),
        );
        let calls = quoted.seen.calls_to("stripe").len();
        ctx.check(
            "what Stripe refuses is not asked for again and again",
            format!("at most {MOST_CALLS} calls"),
            calls,
            calls <= MOST_CALLS,
        );
    }
    Ok(())
}

/// Whether a purchase that costs nothing should lead to a payment page, be completed at once, or be refused, no source says.
pub static M07: Case = Case {
    id: "R-M07",
    title: "a purchase with a price of zero",
    level: Level::Resilient,
    strength: Strength::Info,
    clause: "only reported: a redirect, a completion without a payment, or a refusal",
    sources: &["not settled by the seeds"],
    needs: Needs::NOTHING,
    run: |ctx| nothing_to_pay(ctx).boxed(),
};

async fn nothing_to_pay(ctx: Ctx) -> Result<(), Stop> {
    let currency = ctx.profile().currency();
    for quoted in of(&ctx, &["0.00"], currency).await? {
        ctx.report("what a visit leads to", format!("{}; the purchase is {}", quoted.answer, quoted.seen.state.word()));
    }
    Ok(())
}

/// Rows are edited by people and by imports.
pub static M10: Case = Case {
    id: "R-M10",
    title: "negative and absurd prices",
    level: Level::Resilient,
    strength: Strength::Should,
    clause: "a refusal, and nothing is made at Stripe",
    sources: &["AV 2.2.1"],
    needs: Needs::NOTHING,
    run: |ctx| absurd(ctx).boxed(),
};

async fn absurd(ctx: Ctx) -> Result<(), Stop> {
    let currency = ctx.profile().currency();
    for quoted in of(&ctx, &["-5.00", "-0.01", "900000000000.9999"], currency).await? {
        ctx.check(
            format!("{} is not sold", quoted.price()),
            "a refusal, and no payment link or session",
            format!("{}; {}", quoted.answer, quoted.seen.ledger.shown()),
            quoted.answer.status >= 400 && quoted.is_refused(),
        );
    }
    Ok(())
}

async fn of(ctx: &Ctx, prices: &[&str], currency: &str) -> Result<Vec<Quoted>, Stop> {
    let prices: Vec<_> = prices.iter().map(|price| ((*price).to_owned(), currency.to_owned())).collect();
    quotes(ctx, &prices).await
}
