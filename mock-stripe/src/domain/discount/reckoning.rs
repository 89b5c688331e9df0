//! What a coupon takes off an order, and whether it may.

use std::collections::BTreeSet;
use std::sync::Arc;

use rust_decimal::prelude::ToPrimitive as _;
use rust_decimal::{Decimal, RoundingStrategy};

use super::coupon::{Coupon, Off};
use super::promotion::PromotionCode;
use crate::domain::money::Currency;

/// A coupon on an order.
#[derive(Clone, Debug, PartialEq)]
pub struct Discount {
    /// `di_…`
    pub id: String,
    /// Unix seconds.
    pub start: i64,
    /// The coupon as it was.
    pub coupon: Arc<Coupon>,
    /// The id of the code that brought it.
    pub promotion: Option<String>,
    /// The code itself.
    pub code: Option<String>,
    /// The ids of the lines that it is for.
    pub lines: BTreeSet<String>,
}

/// An order that somebody wants to have cheaper.
#[derive(Clone, Debug)]
pub struct Order<'a> {
    /// Its currency.
    pub currency: Currency,
    /// What it costs, in the smallest unit.
    pub subtotal: i64,
    /// The ids of its lines with their products.
    pub lines: &'a [(String, String)],
    /// Who buys.
    pub customer: Option<&'a str>,
    /// Whether the customer paid before.
    pub paid_before: bool,
}

/// Why a coupon or code cannot be had.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unredeemable {
    /// The coupon's time is over, or it was redeemed as often as it may be.
    CouponExpired,
    /// The code is switched off, or its time is over.
    Inactive,
    /// The code was redeemed as often as it may be.
    UsedUp,
    /// It is for another customer.
    OtherCustomer,
    /// The customer paid before.
    PriorTransactions,
    /// The order costs too little.
    BelowMinimum,
    /// It is in another currency.
    OtherCurrency,
    /// It is for other products.
    OtherProducts,
}

/// The ids of the lines that a coupon is for, when it may be applied to this order at `now` (Unix seconds).
pub fn redeemable(
    coupon: &Coupon,
    code: Option<&PromotionCode>,
    order: &Order<'_>,
    now: i64,
) -> Result<BTreeSet<String>, Unredeemable> {
    if let Some(code) = code {
        check_code(code, order, now)?;
    }
    if !coupon.is_valid(now) {
        return Err(Unredeemable::CouponExpired);
    }
    if matches!(coupon.off, Off::Amount(_, currency) if currency != order.currency) {
        return Err(Unredeemable::OtherCurrency);
    }
    let is_for = |product: &String| coupon.products.is_empty() || coupon.products.contains(product);
    let lines: BTreeSet<_> =
        order.lines.iter().filter(|(_, product)| is_for(product)).map(|(line, _)| line.clone()).collect();
    if lines.is_empty() { Err(Unredeemable::OtherProducts) } else { Ok(lines) }
}

fn check_code(code: &PromotionCode, order: &Order<'_>, now: i64) -> Result<(), Unredeemable> {
    if code.is_used_up() {
        return Err(Unredeemable::UsedUp);
    }
    if !code.is_active(now) {
        return Err(Unredeemable::Inactive);
    }
    if code.customer.is_some() && code.customer.as_deref() != order.customer {
        return Err(Unredeemable::OtherCustomer);
    }
    if code.first_time && order.paid_before {
        return Err(Unredeemable::PriorTransactions);
    }
    match code.minimum {
        Some(least) if least.currency != order.currency => Err(Unredeemable::OtherCurrency),
        Some(least) if order.subtotal < least.amount => Err(Unredeemable::BelowMinimum),
        _ => Ok(()),
    }
}

/// What is taken off each line, in the smallest unit: of the `amounts` those that are marked share the whole in proportion, rounded so
/// that the shares add up to it. Never more than a line costs.
pub fn shares(off: Off, amounts: &[(i64, bool)]) -> Vec<i64> {
    let sum = amounts.iter().filter(|(_, marked)| *marked).fold(0_i64, |sum, (amount, _)| sum.saturating_add(*amount));
    let whole = match off {
        Off::Amount(amount, _) => amount.min(sum),
        Off::Percent(percent) => part_of(sum, percent, Decimal::ONE_HUNDRED).min(sum),
    };
    let (mut left, mut open) = (whole, sum);
    amounts
        .iter()
        .map(|(amount, marked)| {
            if !marked || open <= 0 {
                return 0;
            }
            // What is left is shared out among what is left: the last line takes the rest exactly.
            let share = part_of(*amount, Decimal::from(left), Decimal::from(open)).clamp(0, left.min(*amount));
            left -= share;
            open -= amount;
            share
        })
        .collect()
}

/// `amount` × `numerator` ÷ `denominator`, half away from zero.
fn part_of(amount: i64, numerator: Decimal, denominator: Decimal) -> i64 {
    Decimal::from(amount)
        .checked_mul(numerator)
        .and_then(|product| product.checked_div(denominator))
        .map(|part| part.round_dp_with_strategy(0, RoundingStrategy::MidpointAwayFromZero))
        .and_then(|part| part.to_i64())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rust_decimal::Decimal;

    use super::{Off, shares};
    use crate::domain::money::Currency;

    fn usd(amount: i64) -> Off {
        Off::Amount(amount, Currency::parse("usd").unwrap())
    }

    fn percent(text: &str) -> Off {
        Off::Percent(text.parse().unwrap())
    }

    #[test]
    fn a_discount_is_shared_by_the_lines_it_is_for() {
        assert_eq!(shares(percent("25.5"), &[(1000, true)]), [255]);
        assert_eq!(shares(percent("50"), &[(5, true)]), [3], "half away from zero");
        assert_eq!(shares(percent("100"), &[(4950, true), (1, true)]), [4950, 1]);
        assert_eq!(shares(usd(500), &[(300, true), (100, true)]), [300, 100], "never more than it costs");
        assert_eq!(shares(usd(100), &[(1000, true), (2000, true)]), [33, 67]);
        assert_eq!(shares(usd(100), &[(1000, false), (2000, true)]), [0, 100]);
        assert_eq!(shares(usd(100), &[(0, true)]), [0]);
        assert_eq!(shares(usd(100), &[]), [0_i64; 0]);
    }

    proptest! {
        #[test]
        fn shares_add_up_and_no_line_gets_more_than_it_costs(
            amounts in prop::collection::vec((0_i64..99_999_999, any::<bool>()), 0..8),
            off in 1_i64..99_999_999,
            hundredths in 1_i64..=10_000,
        ) {
            let sum: i64 = amounts.iter().filter(|(_, marked)| *marked).map(|(amount, _)| amount).sum();
            let fixed = shares(usd(off), &amounts);
            prop_assert_eq!(fixed.iter().sum::<i64>(), off.min(sum));
            let part = shares(Off::Percent(Decimal::new(hundredths, 2)), &amounts);
            let exact = sum * hundredths;
            prop_assert!((part.iter().sum::<i64>() * 10_000 - exact).abs() <= 5_000);
            for taken in [fixed, part] {
                for (share, (amount, marked)) in taken.iter().zip(&amounts) {
                    prop_assert!((0..=*amount).contains(share) && (*marked || *share == 0));
                }
            }
        }
    }
}
