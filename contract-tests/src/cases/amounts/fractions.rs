//! Prices that are no sums of powers of two, and prices below the smallest unit: R-M01, R-M05.

use futures_util::FutureExt as _;
use rust_decimal::Decimal;

use super::shared::{charges, quotes};
use crate::buyer::Means;
use crate::cases::delivery::shared::completed_once;
use crate::check::money;
use crate::model::{Case, Level, Needs, Stop, Strength};
use crate::runner::Ctx;

/// Prices whose hundredfold in binary floating point lies just below a whole number: cut off, it is one cent short. (0.29, the usual example, is
/// below what Stripe takes.)
const PRICES: [&str; 12] =
    ["0.57", "0.58", "1.10", "1.13", "1.15", "4.35", "8.20", "19.99", "64.10", "1025.12", "131072.01", "999999.99"];
/// How many more are drawn.
const DRAWN: u64 = 12;

/// A decimal price has one amount in cents. Who goes through floating point and cuts off charges a cent too little now and then.
pub static M01: Case = Case {
    id: "R-M01",
    title: "prices that binary fractions cannot hold (fixed and generated)",
    level: Level::Resilient,
    strength: Strength::Must,
    clause: "the amount at Stripe is the price to the minor unit, never off by one",
    sources: &["STC", "SA-A `priceInCents`"],
    needs: Needs::NOTHING,
    run: |ctx| exact(ctx).boxed(),
};

async fn exact(ctx: Ctx) -> Result<(), Stop> {
    let currency = ctx.profile().currency().to_owned();
    if money::decimals(&currency) != 2 {
        return Err(Stop::NotApplicable(format!("the profile's currency {currency} has no hundredths")));
    }
    ctx.step(format!("drew {DRAWN} more prices (seed {})", ctx.bench().options.seed));
    let drawn = (0..DRAWN).map(|number| {
        let text = ctx.ids().base62("price", &format!("{} {number}", ctx.scope()), 8);
        let cents = text.bytes().fold(0_i64, |sum, byte| (sum * 131 + i64::from(byte)) % 9_999_900) + 100;
        Decimal::new(cents, 2).to_string()
    });
    let prices: Vec<_> =
        PRICES.iter().map(ToString::to_string).chain(drawn).map(|price| (price, currency.clone())).collect();
    for quoted in quotes(&ctx, &prices).await? {
        let right: Vec<i64> = quoted.purchase.minor().into_iter().collect();
        charges(&ctx, &quoted, &right);
    }
    Ok(())
}

/// Dataverse keeps money with four decimals.
const SMALLER: [&str; 4] = ["10.0050", "10.0049", "10.0051", "7.3333"];

/// A price with more decimals than the currency has cannot be charged as it stands. Either rounding is fine as long as it is one of the two nearest
/// amounts, and as long as the service recognises its own amount afterwards.
pub static M05: Case = Case {
    id: "R-M05",
    title: "prices with four decimals, as Dataverse keeps them",
    level: Level::Resilient,
    strength: Strength::Should,
    clause: "the amount is the price rounded to the nearest minor unit (a tie either way), or the visit is refused; what was charged completes the purchase",
    sources: &["SA-A Money", "STC"],
    needs: Needs::NOTHING,
    run: |ctx| rounded(ctx).boxed(),
};

async fn rounded(ctx: Ctx) -> Result<(), Stop> {
    let currency = ctx.profile().currency().to_owned();
    let prices: Vec<_> = SMALLER.iter().map(|price| ((*price).to_owned(), currency.clone())).collect();
    let mut paid = None;
    for quoted in quotes(&ctx, &prices).await? {
        let amount = quoted.payable().and_then(|payable| payable.amount);
        let off = amount.map(|amount| (Decimal::from(amount) - quoted.exact()).abs());
        ctx.check(
            format!("{} is rounded to the nearest minor unit", quoted.price()),
            format!("at most half a minor unit from {}, or a refusal", quoted.exact().normalize()),
            quoted.charged(),
            off.map_or(quoted.is_refused(), |off| off <= Decimal::new(5, 1)),
        );
        if paid.is_none() && amount.is_some() {
            ctx.pay(&quoted.answer, &Means::card()).await?;
            paid = Some(quoted.purchase);
        }
    }
    if let Some(purchase) = paid {
        let seen = ctx.settled(&purchase).await?;
        completed_once(&ctx, &purchase, &seen, "by the amount that the service itself made of its price");
    }
    Ok(())
}
