//! A promotion code: what a buyer types to have a coupon.
//!
//! Source: <https://docs.stripe.com/api/promotion_codes/object>.

use crate::domain::belonging::Belonging;
use crate::domain::metadata::Metadata;
use crate::domain::money::Currency;

/// The least that an order must cost, in the currency's smallest unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Minimum {
    /// How much.
    pub amount: i64,
    /// In which currency.
    pub currency: Currency,
}

/// A promotion code.
#[derive(Clone, Debug, PartialEq)]
pub struct PromotionCode {
    /// `promo_…`
    pub id: String,
    /// Unix seconds.
    pub created: i64,
    /// What is typed.
    pub code: String,
    /// The same in capitals: letters count alike in both cases.
    pub key: String,
    /// The coupon that it stands for.
    pub coupon: String,
    /// Whether its maker lets it be used.
    pub active: bool,
    /// The only customer who may use it.
    pub customer: Option<String>,
    /// Unix seconds.
    pub expires_at: Option<i64>,
    /// When its coupon can be redeemed no more, in Unix seconds.
    pub coupon_ends: Option<i64>,
    /// How often it can be redeemed.
    pub max_redemptions: Option<i64>,
    /// How often it was redeemed.
    pub times_redeemed: i64,
    /// Whether it is for customers who have not paid before.
    pub first_time: bool,
    /// The least that an order must cost.
    pub minimum: Option<Minimum>,
    /// Metadata.
    pub metadata: Metadata,
    /// What it belongs to.
    pub belongs: Belonging,
}

impl PromotionCode {
    /// Whether it can be used at `now` (Unix seconds), as far as it knows itself.
    pub fn is_active(&self, now: i64) -> bool {
        let ends = [self.expires_at, self.coupon_ends].into_iter().flatten().min();
        self.active && !self.is_used_up() && ends.is_none_or(|last| now <= last)
    }

    /// Whether it was redeemed as often as it may be.
    pub fn is_used_up(&self) -> bool {
        self.max_redemptions.is_some_and(|most| self.times_redeemed >= most)
    }

    /// The [`key`](Self::key) of what was typed.
    pub fn key_of(code: &str) -> String {
        code.to_ascii_uppercase()
    }
}

/// Whether this can be a code: letters, digits, dashes and underscores.
pub fn is_code(text: &str) -> bool {
    (1..=500).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
}
