//! Refusals of coupons and promotion codes.

use rust_decimal::Decimal;

use super::object::{Error, shown};
use crate::domain::discount::{Coupon, Unredeemable};

impl Error {
    /// Neither percentage nor amount.
    pub fn coupon_takes_nothing_off() -> Self {
        Self::invalid("Must provide percent_off or amount_off.").code("parameter_missing")
    }

    /// Percentage and amount.
    pub fn coupon_takes_off_twice() -> Self {
        Self::invalid("Received both percent_off and amount_off parameters. Please pass in only one.")
    }

    /// An amount of no currency.
    pub fn coupon_without_currency() -> Self {
        Self::invalid("You must pass currency when passing amount_off").param("currency")
    }

    /// It repeats, for nobody knows how long.
    pub fn coupon_without_months() -> Self {
        let message = "The duration_in_months param must be set when creating a coupon with a repeating duration";
        Self::invalid(message).param("duration")
    }

    /// It does not repeat, for so many months.
    pub fn months_of_a_coupon_that_does_not_repeat() -> Self {
        let message = "The duration_in_months param can only be set when creating a coupon with a repeating duration";
        Self::invalid(message).param("duration_in_months")
    }

    /// There is one of this id.
    pub fn coupon_exists() -> Self {
        Self::invalid("Coupon already exists.").code("resource_already_exists")
    }

    /// A time that is over.
    pub fn in_the_past(param: &str, at: i64) -> Self {
        Self::invalid(format!(
            "The parameter `{param}` expects a unix timestamp representing a date and time in the future. You specified the value \
             `{at}` which is in the past."
        ))
        .param(param)
    }

    /// Whether a decimal is within its bounds.
    pub fn check_decimal(param: &str, value: Decimal, least: Decimal, most: Decimal) -> Result<(), Self> {
        let said = if value.fract().is_zero() { format!("{}.0", value.trunc()) } else { value.normalize().to_string() };
        let bound = match value {
            value if value < least => format!("greater than or equal to {least}"),
            value if value > most => format!("less than or equal to {most}"),
            _ => return Ok(()),
        };
        Err(Self::invalid(format!("This value must be {bound} (it currently is '{said}').")).param(param))
    }

    /// A code for nothing.
    pub fn code_without_coupon() -> Self {
        Self::invalid("You must pass promotion.coupon when passing promotion").param("promotion.coupon")
    }

    /// A code with other characters.
    pub fn not_a_code(code: &str) -> Self {
        Self::invalid(format!(
            "This value must match the regex pattern. (/\\A[a-zA-Z0-9\\-_]+\\z/ does not match for the value {}).",
            shown(code)
        ))
        .param("code")
    }

    /// A code that is in use.
    pub fn code_exists(code: &str) -> Self {
        Self::invalid(format!("An active promotion code with `code: {}` already exists.", shown(code)))
    }

    /// A code for more than five years.
    pub fn code_lasts_too_long() -> Self {
        Self::invalid("Invalid timestamp: can be no more than five years in the future.").param("expires_at")
    }

    /// A code that promises more than its coupon does.
    pub fn code_beyond_its_coupon(param: &str, coupons: &str) -> Self {
        Self::invalid(format!("The promotion code's `{param}` cannot be beyond the `{coupons}` of its coupon."))
            .param(param)
    }

    /// A coupon, or the code that brings it, cannot be had by this session.
    pub fn unredeemable(reason: Unredeemable, coupon: &Coupon, by_code: bool) -> Self {
        let why = match reason {
            Unredeemable::CouponExpired if !by_code => {
                let message = format!("Coupon expired: {}", shown(&coupon.id));
                return Self::invalid(message).code("coupon_expired").param("discounts[0][coupon]");
            }
            Unredeemable::CouponExpired | Unredeemable::Inactive => "",
            Unredeemable::UsedUp => " because it has been used the maximum number of times",
            Unredeemable::OtherCustomer => " because it is for another customer",
            Unredeemable::PriorTransactions => " because the associated customer has prior transactions",
            Unredeemable::BelowMinimum => " because the order is below its minimum amount",
            Unredeemable::OtherCurrency => " because it is in another currency",
            Unredeemable::OtherProducts => " because it does not apply to any of the line items",
        };
        let (noun, param) = if by_code { ("promotion code", "promotion_code") } else { ("coupon", "coupon") };
        Self::invalid(format!("This {noun} cannot be redeemed{why}.")).param(format!("discounts[0][{param}]"))
    }
}
