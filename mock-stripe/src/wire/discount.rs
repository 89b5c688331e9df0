//! `coupon`, `promotion_code` and the `discount` that comes of them.

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive as _;
use serde::Serialize;

use super::View;
use super::shape::{Either, shape};
use crate::domain::discount::{Coupon, Discount, Off, PromotionCode};
use crate::domain::session::Session;

/// A coupon.
pub fn coupon<'a>(coupon: &'a Coupon, view: &View) -> impl Serialize + use<'a> {
    let (amount, currency, percent) = match coupon.off {
        Off::Percent(percent) => (None, None, Some(number(percent))),
        Off::Amount(amount, currency) => (Some(amount), Some(currency.code()), None),
    };
    shape!({
        "id": &coupon.id,
        "object": "coupon",
        "amount_off": amount,
        "created": coupon.created,
        "currency": currency,
        "duration": &coupon.duration,
        "duration_in_months": coupon.duration_in_months,
        "livemode": view.livemode,
        "max_redemptions": coupon.max_redemptions,
        "metadata": &coupon.metadata,
        "name": &coupon.name,
        "percent_off": percent,
        "redeem_by": coupon.redeem_by,
        "times_redeemed": coupon.times_redeemed,
        "valid": coupon.is_valid(view.now),
    })
}

/// A whole number as such, another one with its places.
fn number(decimal: Decimal) -> impl Serialize {
    match decimal.to_i64().filter(|_| decimal.fract().is_zero()) {
        Some(whole) => Either::One(whole),
        None => Either::Other(decimal.to_f64()),
    }
}

/// A promotion code.
pub fn promotion_code<'a>(code: &'a PromotionCode, view: &View) -> impl Serialize + use<'a> {
    shape!({
        "id": &code.id,
        "object": "promotion_code",
        "active": code.is_active(view.now),
        "code": &code.code,
        "created": code.created,
        "customer": &code.customer,
        "customer_account": null,
        "expires_at": code.expires_at,
        "livemode": view.livemode,
        "max_redemptions": code.max_redemptions,
        "metadata": &code.metadata,
        "promotion": { "coupon": &code.coupon, "type": "coupon" },
        "restrictions": {
            "first_time_transaction": code.first_time,
            "minimum_amount": code.minimum.map(|least| least.amount),
            "minimum_amount_currency": code.minimum.map(|least| least.currency.code()),
        },
        "times_redeemed": code.times_redeemed,
    })
}

/// A share of a session's discount, in the smallest unit, with the discount itself.
pub fn discount_share<'a>(amount: i64, discount: &'a Discount, session: &'a Session) -> impl Serialize + use<'a> {
    shape!({
        "amount": amount,
        "discount": {
            "id": &discount.id,
            "object": "discount",
            "checkout_session": &session.id,
            "customer": &session.customer,
            "customer_account": null,
            "end": null,
            "invoice": null,
            "invoice_item": null,
            "promotion_code": &discount.promotion,
            "source": { "coupon": &discount.coupon.id, "type": "coupon" },
            "start": discount.start,
            "subscription": null,
            "subscription_item": null,
        },
    })
}
