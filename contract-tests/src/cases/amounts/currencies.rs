//! Currencies without decimals, with three, and the two special ones: R-M02, R-M03, R-M04.

use futures_util::FutureExt as _;

use super::shared::{Quoted, charges, in_each, quotes};
use crate::model::{Case, Level, Needs, Stop, Strength};
use crate::runner::Ctx;

/// Stripe's currencies without decimals (<https://docs.stripe.com/currencies#zero-decimal>), apart from the special one.
const ZERO: [&str; 15] =
    ["BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "MGA", "PYG", "RWF", "VND", "VUV", "XAF", "XOF", "XPF"];
/// Stripe's currencies with three decimals.
const THREE: [&str; 5] = ["BHD", "JOD", "KWD", "OMR", "TND"];
/// Whole amounts that are sent in hundredths all the same.
const WHOLE: [&str; 2] = ["ISK", "UGX"];

/// A yen has no hundredths. The factor of a hundred that is right for dollars charges a hundredfold here, and if the way back divides by the same
/// hundred, the service's own check finds nothing.
pub static M02: Case = Case {
    id: "R-M02",
    title: "currencies without decimals",
    level: Level::Resilient,
    strength: Strength::Must,
    clause: "50000 JPY is sent as 50000: no factor of a hundred (a currency that the profile does not declare may be refused)",
    sources: &["STC", "I11"],
    needs: Needs::NOTHING,
    run: |ctx| zero_decimals(ctx).boxed(),
};

async fn zero_decimals(ctx: Ctx) -> Result<(), Stop> {
    // Above every minimum, and a hundred times as much is still taken: the mistake shows as a wrong amount.
    for quoted in quotes(&ctx, &in_each("50000", &ZERO)).await? {
        charges(&ctx, &quoted, &[50_000]);
    }
    Ok(())
}

/// A dinar has a thousand fils, and Stripe wants the last digit to be 0.
pub static M03: Case = Case {
    id: "R-M03",
    title: "currencies with three decimals, with and without a last digit that Stripe takes",
    level: Level::Resilient,
    strength: Strength::Must,
    clause: "5.120 KWD is 5120, and 5.124 KWD is 5120 or 5130 or a refusal; never 512",
    sources: &["STC"],
    needs: Needs::NOTHING,
    run: |ctx| three_decimals(ctx).boxed(),
};

async fn three_decimals(ctx: Ctx) -> Result<(), Stop> {
    for quoted in quotes(&ctx, &in_each("5.120", &THREE)).await? {
        charges(&ctx, &quoted, &[5_120]);
    }
    for quoted in quotes_between(&ctx).await? {
        let amount = quoted.payable().and_then(|payable| payable.amount);
        ctx.check(
            format!("{} is charged in tens", quoted.price()),
            "5120 or 5130 minor units, or a refusal",
            quoted.charged(),
            matches!(amount, Some(5_120 | 5_130)) || (amount.is_none() && quoted.is_refused()),
        );
    }
    Ok(())
}

async fn quotes_between(ctx: &Ctx) -> Result<Vec<Quoted>, Stop> {
    let mut all = Vec::new();
    let seller = ctx.arrange(crate::steps::Sale { name: "between", ..crate::steps::Sale::default() }).await?;
    for code in THREE {
        let mut purchase = ctx.register(&seller).await?;
        ctx.set_money(&mut purchase, "5.124", code).await?;
        let answer = ctx.follow(&purchase).await?;
        let seen = ctx.look(&purchase).await?;
        all.push(Quoted { purchase, answer, seen });
    }
    Ok(all)
}

/// Two currencies lost their decimals and kept them on Stripe's wire.
pub static M04: Case = Case {
    id: "R-M04",
    title: "ISK and UGX: whole amounts, sent in hundredths",
    level: Level::Resilient,
    strength: Strength::Should,
    clause: "90000 ISK is sent as 9000000, and a fraction of a króna is refused, not rounded in silence",
    sources: &["STC", "ISK rule"],
    needs: Needs::NOTHING,
    run: |ctx| special(ctx).boxed(),
};

async fn special(ctx: Ctx) -> Result<(), Stop> {
    let mut prices = in_each("90000", &WHOLE);
    prices.extend(in_each("90000.50", &WHOLE));
    for quoted in quotes(&ctx, &prices).await? {
        if quoted.exact() == rust_decimal::Decimal::from(9_000_000) {
            charges(&ctx, &quoted, &[9_000_000]);
            continue;
        }
        ctx.check(
            format!("{} is not rounded in silence", quoted.price()),
            "a refusal: there is no such amount",
            quoted.charged(),
            quoted.is_refused(),
        );
    }
    Ok(())
}
