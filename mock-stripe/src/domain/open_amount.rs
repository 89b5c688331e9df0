//! Amounts that the buyer chooses (`custom_unit_amount`): their bounds, where they start, and what they do not go together with.
//!
//! Source: `facts/stripe.md` 9, after <https://docs.stripe.com/payments/checkout/pay-what-you-want> and
//! <https://docs.stripe.com/payment-links/api> (one line only).

use super::catalog::LineItem;
use super::money::{AmountFault, Currency};

/// What a price says of the amount that its buyer chooses, in the currency's smallest unit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OpenAmount {
    /// Least, where the seller said so.
    pub minimum: Option<i64>,
    /// Most, where the seller said so.
    pub maximum: Option<i64>,
    /// What stands there at first, where the seller said so.
    pub preset: Option<i64>,
}

/// The amounts that a buyer can choose, in the currency's smallest unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AmountRange {
    /// Least.
    pub least: i64,
    /// Most.
    pub most: i64,
}

/// Which member of [`OpenAmount`] is not right.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wrong {
    /// The least, which cannot be charged or is above the most.
    Minimum(AmountFault),
    /// The most, which is beyond the currency's.
    Maximum(AmountFault),
    /// What stands there at first, which the buyer could not choose.
    Preset,
}

/// Why a line with an open amount cannot be sold so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unsellable {
    /// There are other lines.
    OtherLines,
    /// There is more than one piece, or may be.
    Quantity,
    /// Something would be taken off.
    Discounts,
}

impl OpenAmount {
    /// The amounts that can be chosen.
    pub fn range(self, currency: Currency) -> AmountRange {
        // What cannot be charged cannot be chosen either.
        let floor = currency.minimum().max(currency.step());
        AmountRange {
            least: self.minimum.unwrap_or(floor),
            most: self.maximum.unwrap_or_else(|| currency.maximum() - currency.maximum() % currency.step()),
        }
    }

    /// What stands there until the buyer chooses: the preset, else the least.
    pub fn start(self, currency: Currency) -> i64 {
        self.preset.unwrap_or_else(|| self.range(currency).least)
    }

    /// Whether the bounds are such that somebody can choose.
    pub fn check(self, currency: Currency) -> Result<(), Wrong> {
        let range = self.range(currency);
        currency.check_unit(range.most).map_err(Wrong::Maximum)?;
        currency.check_unit(range.least).map_err(Wrong::Minimum)?;
        if range.least < currency.minimum() {
            return Err(Wrong::Minimum(AmountFault::BelowMinimum(currency.minimum())));
        }
        if range.least > range.most {
            return Err(Wrong::Minimum(AmountFault::AboveMaximum(range.most)));
        }
        if range.takes(self.start(currency), currency) { Ok(()) } else { Err(Wrong::Preset) }
    }
}

impl AmountRange {
    /// Whether the buyer can choose this amount.
    pub fn takes(self, amount: i64, currency: Currency) -> bool {
        (self.least..=self.most).contains(&amount) && currency.check_unit(amount).is_ok()
    }
}

/// Whether these lines can be sold together; `discounts` says whether something is or may be taken off.
pub fn sellable(lines: &[LineItem], discounts: bool) -> Result<(), Unsellable> {
    if lines.iter().all(|line| line.open.is_none()) {
        return Ok(());
    }
    match lines {
        [_, _, ..] => Err(Unsellable::OtherLines),
        [line] if line.quantity != 1 || line.adjustable.is_some() => Err(Unsellable::Quantity),
        _ if discounts => Err(Unsellable::Discounts),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{AmountFault, AmountRange, Currency, LineItem, OpenAmount, Unsellable, Wrong, sellable};
    use crate::domain::catalog::Adjustable;

    fn open(minimum: Option<i64>, preset: Option<i64>, maximum: Option<i64>) -> OpenAmount {
        OpenAmount { minimum, maximum, preset }
    }

    #[track_caller]
    fn check(code: &str, amount: OpenAmount, expect: Result<(), Wrong>) {
        assert_eq!(amount.check(Currency::parse(code).unwrap()), expect, "{amount:?}");
    }

    #[test]
    fn bounds_leave_something_to_choose() {
        check("usd", open(None, None, None), Ok(()));
        check("usd", open(Some(500), Some(1_000), Some(5_000)), Ok(()));
        check("usd", open(Some(49), None, None), Err(Wrong::Minimum(AmountFault::BelowMinimum(50))));
        check("usd", open(Some(600), None, Some(500)), Err(Wrong::Minimum(AmountFault::AboveMaximum(500))));
        check("usd", open(None, None, Some(100_000_000)), Err(Wrong::Maximum(AmountFault::AboveMaximum(99_999_999))));
        check("usd", open(Some(500), Some(499), None), Err(Wrong::Preset));
        check("usd", open(None, Some(49), None), Err(Wrong::Preset));
        check("kwd", open(None, None, None), Ok(()));
        check("kwd", open(Some(1_005), None, None), Err(Wrong::Minimum(AmountFault::NotAMultipleOf(10))));
    }

    #[test]
    fn an_open_amount_is_sold_alone() {
        let line = |quantity, adjustable, open| LineItem {
            id: "li_1".into(),
            price: "price_1".into(),
            description: "x".into(),
            quantity,
            adjustable,
            amount: 500,
            open,
            currency: Currency::parse("usd").unwrap(),
        };
        let range = Some(AmountRange { least: 50, most: 1_000 });
        let adjustable = Some(Adjustable { minimum: 0, maximum: 9 });
        assert_eq!(sellable(&[line(1, None, range)], false), Ok(()));
        assert_eq!(sellable(&[line(2, adjustable, None), line(1, None, None)], true), Ok(()));
        assert_eq!(sellable(&[line(1, None, None), line(1, None, range)], false), Err(Unsellable::OtherLines));
        assert_eq!(sellable(&[line(2, None, range)], false), Err(Unsellable::Quantity));
        assert_eq!(sellable(&[line(1, adjustable, range)], false), Err(Unsellable::Quantity));
        assert_eq!(sellable(&[line(1, None, range)], true), Err(Unsellable::Discounts));
    }

    proptest! {
        #[test]
        fn whatever_passes_starts_with_an_amount_that_can_be_charged(
            minimum in proptest::option::of(0..2_000_i64),
            preset in proptest::option::of(0..2_000_i64),
            maximum in proptest::option::of(0..2_000_i64),
            code in proptest::sample::select(vec!["usd", "jpy", "kwd", "huf", "isk"]),
        ) {
            let (amount, currency) = (open(minimum, preset, maximum), Currency::parse(code).unwrap());
            if amount.check(currency).is_ok() {
                let start = amount.start(currency);
                prop_assert!(start > 0 && currency.check_total(start).is_ok());
                prop_assert!(amount.range(currency).takes(start, currency));
            }
        }
    }
}
