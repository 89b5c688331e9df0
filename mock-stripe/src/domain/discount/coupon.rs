//! A coupon: so much off, for whom and how long.
//!
//! Source: <https://docs.stripe.com/api/coupons/object>.

use rust_decimal::Decimal;

use crate::domain::belonging::Belonging;
use crate::domain::metadata::Metadata;
use crate::domain::money::Currency;

/// How much is taken off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Off {
    /// So much of the price, above 0 and at most 100.
    Percent(Decimal),
    /// An amount in the currency's smallest unit, above 0.
    Amount(i64, Currency),
}

/// A coupon.
#[derive(Clone, Debug, PartialEq)]
pub struct Coupon {
    /// Eight letters and digits, or the caller's own.
    pub id: String,
    /// Unix seconds.
    pub created: i64,
    /// How much is taken off.
    pub off: Off,
    /// `forever`, `once` or `repeating`: how long a subscription has it. One-off payments have it once.
    pub duration: String,
    /// Of a repeating one.
    pub duration_in_months: Option<i64>,
    /// What the buyer reads.
    pub name: Option<String>,
    /// The products that it is for; all when there are none.
    pub products: Vec<String>,
    /// How often it can be redeemed.
    pub max_redemptions: Option<i64>,
    /// The last moment in which it can be redeemed, in Unix seconds.
    pub redeem_by: Option<i64>,
    /// How often it was redeemed.
    pub times_redeemed: i64,
    /// Metadata.
    pub metadata: Metadata,
    /// Deleted coupons are not found any more; what they were applied to keeps them.
    pub deleted: bool,
    /// What it belongs to.
    pub belongs: Belonging,
}

impl Coupon {
    /// Whether it can be applied at `now` (Unix seconds).
    pub fn is_valid(&self, now: i64) -> bool {
        !self.deleted && !self.is_used_up() && self.redeem_by.is_none_or(|last| now <= last)
    }

    /// Whether it was redeemed as often as it may be.
    pub fn is_used_up(&self) -> bool {
        self.max_redemptions.is_some_and(|most| self.times_redeemed >= most)
    }
}
