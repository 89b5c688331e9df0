//! What is charged: C-R03, C-R12, C-R13, C-R16.

use futures_util::FutureExt as _;

use super::{leads_to_stripe, nothing_at_stripe};
use crate::check::money;
use crate::model::{Case, Level, Needs, Stop, Strength};
use crate::runner::Ctx;
use crate::steps::Seen;

/// The payable object costs what the purchase says, in Stripe's minor unit, once.
pub static R03: Case = Case {
    id: "C-R03",
    title: "reads the price at Stripe",
    level: Level::Core,
    strength: Strength::Must,
    clause: "amount and currency at Stripe are the purchase's, in Stripe's minor unit, with quantity 1",
    sources: &["SA-A fetch", "SA-A link"],
    needs: Needs::NOTHING,
    run: |ctx| price(ctx).boxed(),
};

async fn price(ctx: Ctx) -> Result<(), Stop> {
    let purchase = ctx.purchase().await?;
    let answer = ctx.follow(&purchase).await?;
    let (payable, _) = leads_to_stripe(&ctx, &purchase, &answer).await?;
    let amount = payable.amount.map(|amount| money::shown(amount, &payable.currency));
    ctx.check(
        "the amount is the purchase's total price in Stripe's minor unit",
        purchase.shown_price(),
        amount.unwrap_or_else(|| "no amount".to_owned()),
        payable.amount == purchase.minor(),
    );
    ctx.check(
        "the currency is the purchase's",
        &purchase.currency,
        &payable.currency,
        payable.currency.eq_ignore_ascii_case(&purchase.currency),
    );
    ctx.check("it is sold once", "quantity 1", payable.quantity, payable.quantity == 1);
    Ok(())
}

/// A purchase whose total price is not set is not sold: the sample throws there.
pub static R12: Case = Case {
    id: "C-R12",
    title: "follows the link of a purchase without total price",
    level: Level::Core,
    strength: Strength::Must,
    clause: "a purchase without total price leads to no payment page, and nothing is made at Stripe",
    sources: &["SA-A snippet (throws)"],
    needs: Needs::NOTHING,
    run: |ctx| no_price(ctx).boxed(),
};

async fn no_price(ctx: Ctx) -> Result<(), Stop> {
    let mut purchase = ctx.purchase().await?;
    ctx.take_price(&mut purchase).await?;
    let answer = ctx.follow(&purchase).await?;
    let seen = ctx.settled(&purchase).await?;
    ctx.check("there is no redirect", "no 302", &answer, answer.status != 302);
    nothing_at_stripe(&ctx, &seen);
    Ok(())
}

/// A purchase without currency is refused, or charged in US dollars as the sample does; which of the two is reported, since a guessed
/// currency is a risk.
pub static R13: Case = Case {
    id: "C-R13",
    title: "follows the link of a purchase without currency",
    level: Level::Core,
    strength: Strength::Should,
    clause: "a purchase without currency leads to no payment page, or to one in US dollars as in the sample",
    sources: &["SA-A snippet (?? \"USD\")"],
    needs: Needs::under("AMB-8", &["null", "absent"]),
    run: |ctx| no_currency(ctx).boxed(),
};

async fn no_currency(ctx: Ctx) -> Result<(), Stop> {
    let mut purchase = ctx.purchase().await?;
    ctx.take_currency(&mut purchase).await?;
    let answer = ctx.follow(&purchase).await?;
    let seen = ctx.settled(&purchase).await?;
    let payable = seen.ledger.payables.first();
    match payable {
        None => ctx.report("what the service does without a currency", format!("it does not sell: {answer}")),
        Some(payable) => {
            ctx.report("what the service does without a currency", format!("it charges a guess: {payable}"));
        }
    }
    let dollars = payable.is_some_and(|payable| payable.currency.eq_ignore_ascii_case("USD"));
    ctx.check(
        "without a currency there is no payment page, or one in US dollars",
        "no 302 and nothing to pay at Stripe, or 302 and a payment link or session in USD",
        format!("{answer}; {}", seen.ledger.shown()),
        if answer.status == 302 { dollars } else { payable.is_none() },
    );
    Ok(())
}

/// Stripe writes currency codes in lower case; Dataverse gives them in upper case.
pub static R16: Case = Case {
    id: "C-R16",
    title: "reads the currency as it was sent to Stripe",
    level: Level::Core,
    strength: Strength::Should,
    clause: "the currency goes to Stripe as a lower-case ISO code",
    sources: &["STC"],
    needs: Needs::NOTHING,
    run: |ctx| currency_case(ctx).boxed(),
};

async fn currency_case(ctx: Ctx) -> Result<(), Stop> {
    let purchase = ctx.purchase().await?;
    ctx.follow(&purchase).await?;
    let seen = ctx.settled(&purchase).await?;
    let sent = currencies_sent(&seen);
    ctx.require("a currency is sent to Stripe", &purchase.currency, sent.join(", "), !sent.is_empty())?;
    let lower = purchase.currency.to_ascii_lowercase();
    let all_lower = sent.iter().all(|code| *code == lower);
    ctx.check("every currency sent is a lower-case ISO code", &lower, sent.join(", "), all_lower);
    Ok(())
}

/// The values of all form fields that are called `currency`, at whatever depth.
fn currencies_sent(seen: &Seen) -> Vec<String> {
    seen.stripe_writes()
        .iter()
        .flat_map(|entry| form_urlencoded::parse(entry.request.body.as_bytes()).into_owned().collect::<Vec<_>>())
        .filter(|(name, _)| name == "currency" || name.ends_with("[currency]"))
        .map(|(_, value)| value)
        .collect()
}
