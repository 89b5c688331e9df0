//! Coupons and promotion codes: made and changed by the seller.

use std::sync::Arc;

use rust_decimal::Decimal;

use crate::domain::belonging::Belonging;
use crate::domain::discount::{Coupon, Minimum, Off, PromotionCode, is_code};
use crate::error::Error;
use crate::params::Params;

use super::{Tx, customers};

/// The longest that a promotion code may last, in seconds: five years.
const LONGEST: i64 = 5 * 365 * 24 * 3_600;

/// Makes a coupon.
pub(crate) fn create_coupon(tx: &mut Tx<'_>, params: &Params, belongs: &Belonging) -> Result<Arc<Coupon>, Error> {
    let off = off(params)?;
    let duration = params.string("duration").unwrap_or_else(|| "once".to_owned());
    let duration_in_months = params.integer("duration_in_months");
    match (duration.as_str(), duration_in_months) {
        ("repeating", None) => return Err(Error::coupon_without_months()),
        ("repeating", Some(_)) | (_, None) => {}
        (_, Some(_)) => return Err(Error::months_of_a_coupon_that_does_not_repeat()),
    }
    let redeem_by = params.integer("redeem_by");
    if let Some(at) = redeem_by.filter(|at| *at <= tx.seconds()) {
        return Err(Error::in_the_past("redeem_by", at));
    }
    let id = params.string("id");
    if id.as_deref().is_some_and(|id| tx.state.coupons.get(id).is_some_and(|coupon| !coupon.deleted)) {
        return Err(Error::coupon_exists());
    }
    let products = params.object("applies_to").and_then(|given| given.strings("products")).unwrap_or_default();
    for (at, product) in products.iter().enumerate() {
        if tx.state.products.get(product).is_none_or(|product| product.deleted) {
            return Err(Error::no_such_in_body("product", product, &format!("applies_to[products][{at}]")));
        }
    }
    let coupon = tx.state.coupons.put(Coupon {
        id: id.unwrap_or_else(|| tx.mint.coupon(&belongs.scope)),
        created: tx.seconds(),
        off,
        duration,
        duration_in_months,
        name: params.string("name"),
        products,
        max_redemptions: params.integer("max_redemptions"),
        redeem_by,
        times_redeemed: 0,
        metadata: params.metadata().made().map_err(|fault| Error::metadata(&fault))?,
        deleted: false,
        belongs: belongs.clone(),
    });
    tx.emit("coupon.created", Arc::clone(&coupon), &coupon.belongs);
    Ok(coupon)
}

fn off(params: &Params) -> Result<Off, Error> {
    match (params.text("percent_off"), params.integer("amount_off")) {
        (None, None) => Err(Error::coupon_takes_nothing_off()),
        (Some(_), Some(_)) => Err(Error::coupon_takes_off_twice()),
        (None, Some(amount)) => {
            let currency = params.currency("currency").ok_or_else(Error::coupon_without_currency)?;
            Ok(Off::Amount(amount, currency))
        }
        (Some(text), None) => {
            let percent: Decimal = text.parse().unwrap_or_default();
            Error::check_decimal("percent_off", percent, Decimal::new(1, 2), Decimal::ONE_HUNDRED)?;
            Ok(Off::Percent(percent))
        }
    }
}

/// Changes a coupon's name and metadata; the rest of it never changes.
pub(crate) fn update_coupon(tx: &mut Tx<'_>, coupon: &Arc<Coupon>, params: &Params) -> Result<Arc<Coupon>, Error> {
    let mut after = coupon.as_ref().clone();
    after.metadata = params.metadata().apply(&coupon.metadata).map_err(|fault| Error::metadata(&fault))?;
    if params.has("name") {
        after.name = params.string("name");
    }
    let after = tx.state.coupons.put(after);
    tx.emit_change("coupon.updated", Arc::clone(coupon), Arc::clone(&after), &after.belongs, None);
    Ok(after)
}

/// Deletes a coupon. What it was applied to keeps it; its codes bring nothing any more.
pub(crate) fn delete_coupon(tx: &mut Tx<'_>, coupon: &Coupon) -> Arc<Coupon> {
    let after = tx.state.coupons.put(Coupon { deleted: true, ..coupon.clone() });
    end_codes(tx, &after.id);
    tx.emit("coupon.deleted", Arc::clone(&after), &after.belongs);
    after
}

/// The codes of a coupon that cannot be redeemed any more.
pub(super) fn end_codes(tx: &mut Tx<'_>, coupon: &str) {
    let ended = Some(tx.seconds() - 1);
    let codes: Vec<_> = tx.state.promotions.by("coupon", coupon).collect();
    for code in codes {
        tx.state.promotions.put(PromotionCode { coupon_ends: ended, ..code.as_ref().clone() });
    }
}

/// Makes a promotion code.
pub(crate) fn create_code(tx: &mut Tx<'_>, params: &Params, asked: &Belonging) -> Result<Arc<PromotionCode>, Error> {
    let named = params.object("promotion").and_then(|promotion| promotion.string("coupon"));
    let named = named.ok_or_else(Error::code_without_coupon)?;
    let coupon = tx.state.coupons.get(&named).filter(|coupon| !coupon.deleted);
    let coupon = coupon.ok_or_else(|| Error::no_such_in_body("coupon", &named, "promotion[coupon]"))?;
    let customer = match params.text("customer") {
        Some(id) => Some(customers::named(tx, id, "customer")?.id.clone()),
        None => None,
    };
    let mut belongs = coupon.belongs.clone();
    belongs.inherit(asked);
    let code = params.string("code").unwrap_or_else(|| tx.mint.promotion_code(&belongs.scope));
    if !is_code(&code) {
        return Err(Error::not_a_code(&code));
    }
    let key = PromotionCode::key_of(&code);
    let now = tx.seconds();
    if tx.state.promotions.by("code", &key).any(|other| other.is_active(now)) {
        return Err(Error::code_exists(&code));
    }
    let expires_at = params.integer("expires_at");
    match expires_at {
        Some(at) if at <= now => return Err(Error::in_the_past("expires_at", at)),
        Some(at) if at > now.saturating_add(LONGEST) => return Err(Error::code_lasts_too_long()),
        Some(at) if coupon.redeem_by.is_some_and(|last| at > last) => {
            return Err(Error::code_beyond_its_coupon("expires_at", "redeem_by"));
        }
        _ => {}
    }
    let max_redemptions = params.integer("max_redemptions");
    if let (Some(asked), Some(most)) = (max_redemptions, coupon.max_redemptions)
        && asked > most
    {
        return Err(Error::code_beyond_its_coupon("max_redemptions", "max_redemptions"));
    }
    let restrictions = params.object("restrictions").unwrap_or_default();
    let minimum = match (restrictions.integer("minimum_amount"), restrictions.currency("minimum_amount_currency")) {
        (Some(amount), Some(currency)) => Some(Minimum { amount, currency }),
        (None, None) => None,
        (Some(_), None) => return Err(Error::missing("restrictions[minimum_amount_currency]")),
        (None, Some(_)) => return Err(Error::missing("restrictions[minimum_amount]")),
    };
    let code = tx.state.promotions.put(PromotionCode {
        id: tx.mint.plain("promo_", &belongs.scope),
        created: now,
        code,
        key,
        coupon: coupon.id.clone(),
        active: params.flag("active") != Some(false),
        customer,
        expires_at,
        coupon_ends: if coupon.is_valid(now) { coupon.redeem_by } else { Some(now - 1) },
        max_redemptions,
        times_redeemed: 0,
        first_time: restrictions.flag("first_time_transaction") == Some(true),
        minimum,
        metadata: params.metadata().made().map_err(|fault| Error::metadata(&fault))?,
        belongs,
    });
    tx.emit("promotion_code.created", Arc::clone(&code), &code.belongs);
    Ok(code)
}

/// Switches a promotion code on or off, or changes its metadata.
pub(crate) fn update_code(
    tx: &mut Tx<'_>,
    code: &Arc<PromotionCode>,
    params: &Params,
) -> Result<Arc<PromotionCode>, Error> {
    let mut after = code.as_ref().clone();
    after.metadata = params.metadata().apply(&code.metadata).map_err(|fault| Error::metadata(&fault))?;
    after.active = params.flag("active").unwrap_or(after.active);
    let now = tx.seconds();
    let taken = |other: &PromotionCode| other.id != code.id && other.is_active(now);
    if after.is_active(now)
        && !code.is_active(now)
        && tx.state.promotions.by("code", &code.key).any(|other| taken(&other))
    {
        return Err(Error::code_exists(&code.code));
    }
    let after = tx.state.promotions.put(after);
    tx.emit_change("promotion_code.updated", Arc::clone(code), Arc::clone(&after), &after.belongs, None);
    Ok(after)
}
