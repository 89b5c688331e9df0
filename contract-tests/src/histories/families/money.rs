//! H-M: prices of any size in every currency that the profile declares arrive at Stripe to the last digit.

use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use proptest::prelude::{Strategy as _, any};
use proptest::strategy::BoxedStrategy;
use rust_decimal::Decimal;

use super::family::{Family, Offered};
use crate::check::money::{decimals, shown};
use crate::model::{Check, Stop, Weight};
use crate::runner::Ctx;
use crate::steps::Seller;
use crate::target::Profile;

/// The smallest amount that is drawn, in the minor unit: above what Stripe takes at least, in every currency.
const LEAST: i64 = 1_000;
/// The largest one. Stripe takes eight digits.
const MOST: i64 = 99_999_900;

/// A price.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Price {
    minor: i64,
    currency: String,
}

impl Price {
    /// As near as its currency allows: dinars in tens of fils, currencies without parts in hundreds.
    fn new(minor: i64, currency: &str) -> Self {
        let step = match (decimals(currency), currency) {
            (_, "ISK" | "UGX") => 100,
            (3, _) => 10,
            _ => 1,
        };
        Self { minor: (minor / step * step).max(LEAST), currency: currency.to_owned() }
    }

    fn decimal(&self) -> Decimal {
        Decimal::new(self.minor, decimals(&self.currency))
    }
}

/// The family.
#[derive(Clone, Copy, Debug)]
pub(super) struct Prices;

impl Family for Prices {
    type Example = Price;
    type Seen = Offered;
    const ID: &'static str = "H-M";
    const NAME: &'static str = "prices";

    fn strategy(profile: &Profile) -> BoxedStrategy<Price> {
        let currencies = profile.declares.currencies.clone();
        // As many digits as there are sizes: small prices are as likely as large ones.
        let minor = (4..=8_u32).prop_flat_map(|digits| 10_i64.pow(digits - 1)..=(10_i64.pow(digits) - 1).min(MOST));
        (minor, any::<proptest::sample::Index>())
            .prop_map(move |(minor, index)| Price::new(minor, &currencies[index.index(currencies.len())]))
            .boxed()
    }

    fn smaller(price: &Price, profile: &Profile) -> Vec<Price> {
        let minor = price.minor;
        let first = profile.declares.currencies.first().unwrap_or(&price.currency);
        let other = Price::new(minor, first);
        let mut all: Vec<Price> = [LEAST, minor / 10, minor / 2, minor - 1_000, minor - 100, minor - 10, minor - 1]
            .into_iter()
            .map(|smaller| Price::new(smaller, &price.currency))
            .filter(|smaller| smaller.minor < minor)
            .collect();
        if other.currency != price.currency && other.minor <= minor {
            all.push(other);
        }
        all.dedup();
        all
    }

    fn show(price: &Price, _: &Profile) -> String {
        format!("a price of {} {}", price.decimal(), price.currency)
    }

    fn play(ctx: Ctx, seller: Seller, price: Price) -> BoxFuture<'static, Result<Offered, Stop>> {
        async move {
            let mut purchase = ctx.register(&seller).await?;
            ctx.set_money(&mut purchase, &price.decimal().to_string(), &price.currency).await?;
            let answer = ctx.follow(&purchase).await?;
            let ledger = ctx.ledger(purchase.id).await?;
            Ok(Offered { answer: answer.to_string(), ledger })
        }
        .boxed()
    }

    fn check(price: &Price, Offered { answer, ledger }: &Offered, _: &Profile) -> Check {
        let offered = ledger.payables.first();
        Check {
            what: format!("a purchase of {} {} is offered at its price", price.decimal(), price.currency),
            expected: format!("a redirect to something of {}", shown(price.minor, &price.currency)),
            seen: if offered.is_some() { ledger.shown() } else { answer.clone() },
            ok: offered.is_some_and(|offered| {
                offered.amount == Some(price.minor) && offered.currency.eq_ignore_ascii_case(&price.currency)
            }),
            weight: Weight::Must,
            invariant: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn every_price_can_be_said_in_its_minor_unit_and_shrinks(price in Prices::strategy(&Profile::default())) {
            prop_assert_eq!(crate::check::money::minor(price.decimal(), &price.currency), Some(price.minor));
            prop_assert!((LEAST..=MOST).contains(&price.minor));
            for smaller in Prices::smaller(&price, &Profile::default()) {
                prop_assert!(smaller.minor < price.minor || smaller.currency != price.currency);
            }
        }
    }
}
