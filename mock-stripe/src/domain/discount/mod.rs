//! What makes an order cheaper: coupons, the codes that buyers type, and the discount that comes of them.

mod coupon;
mod promotion;
mod reckoning;

pub use coupon::{Coupon, Off};
pub use promotion::{Minimum, PromotionCode, is_code};
pub use reckoning::{Discount, Order, Unredeemable, redeemable, shares};
