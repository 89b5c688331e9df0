//! A session gets cheaper: by what its maker attached, or by the code that its buyer types.

use std::sync::Arc;

use crate::domain::belonging::Belonging;
use crate::domain::catalog::LineItem;
use crate::domain::charge;
use crate::domain::discount::{Coupon, Discount, Order, PromotionCode, Unredeemable, redeemable};
use crate::domain::money::Currency;
use crate::domain::session::Session;
use crate::error::Error;
use crate::params::Params;

use super::lines::Lines;
use super::{Tx, discounts};

/// What the maker of a session names: a coupon, or a code with its coupon.
pub(super) struct Named {
    coupon: Arc<Coupon>,
    code: Option<Arc<PromotionCode>>,
}

/// What the maker of a session wants to attach to it, if anything.
pub(super) fn named(tx: &Tx<'_>, params: &Params) -> Result<Option<Named>, Error> {
    let Some(given) = params.objects("discounts").and_then(|given| given.into_iter().next()) else { return Ok(None) };
    let (coupon, code) = match (given.text("coupon"), given.text("promotion_code")) {
        (Some(_), Some(_)) => return Err(Error::exclusive("discounts[0][coupon]", "discounts[0][promotion_code]")),
        (None, None) => return Err(Error::missing_one_of(&["discounts[0][coupon]", "discounts[0][promotion_code]"])),
        (Some(id), None) => (living(tx, id, "discounts[0][coupon]")?, None),
        (None, Some(id)) => {
            let param = "discounts[0][promotion_code]";
            let code = tx.state.promotions.get(id);
            let code = code.ok_or_else(|| Error::no_such_in_body("promotion code", id, param))?;
            (living(tx, &code.coupon, param)?, Some(code))
        }
    };
    Ok(Some(Named { coupon, code }))
}

/// The same as the session's discount.
pub(super) fn attached(
    tx: &Tx<'_>,
    named: Option<Named>,
    lines: &Lines,
    customer: Option<&str>,
) -> Result<Option<Arc<Discount>>, Error> {
    let Some(Named { coupon, code }) = named else { return Ok(None) };
    let products = lines.products(tx);
    let order = order(tx, (&lines.items, lines.currency), &products, customer);
    let discount = discount(tx, &order, &coupon, code.as_deref(), &lines.belongs);
    discount.map(Some).map_err(|reason| Error::unredeemable(reason, &coupon, code.is_some()))
}

fn living(tx: &Tx<'_>, id: &str, param: &str) -> Result<Arc<Coupon>, Error> {
    let coupon = tx.state.coupons.get(id).filter(|coupon| !coupon.deleted);
    coupon.ok_or_else(|| Error::no_such_in_body("coupon", id, param))
}

/// The buyer types a code, or takes it back by leaving the field empty. The session as it is then, or what the buyer is told.
pub(crate) fn typed(tx: &mut Tx<'_>, session: &Session, code: &str) -> Result<Arc<Session>, &'static str> {
    const UNKNOWN: &str = "This code is invalid.";
    const NOT_HERE: &str = "This code cannot be used for this order.";
    let discount = if code.is_empty() {
        None
    } else {
        let now = tx.seconds();
        let key = PromotionCode::key_of(code);
        // Of codes that read alike at most one is active.
        let found = tx.state.promotions.by("code", &key).find(|code| code.is_active(now)).ok_or(UNKNOWN)?;
        let coupon = tx.state.coupons.get(&found.coupon).ok_or(UNKNOWN)?;
        let product = |item: &LineItem| tx.state.prices.get(&item.price).map(|price| price.product.clone());
        let items = &session.line_items;
        let products: Vec<_> = items.iter().map(|item| (item.id.clone(), product(item).unwrap_or_default())).collect();
        let order = order(tx, (items, session.currency), &products, session.customer.as_deref());
        let discount = discount(tx, &order, &coupon, Some(&found), &session.belongs);
        Some(discount.map_err(|reason| match reason {
            Unredeemable::CouponExpired | Unredeemable::Inactive | Unredeemable::UsedUp => UNKNOWN,
            _ => NOT_HERE,
        })?)
    };
    let after = Session { discount, ..session.clone() };
    if after.total() != 0 && after.currency.check_total(after.total()).is_err() {
        return Err(NOT_HERE);
    }
    Ok(tx.state.sessions.put(after))
}

/// What is bought, of which products line by line, and by whom.
fn order<'a>(
    tx: &Tx<'_>,
    (items, currency): (&[LineItem], Currency),
    products: &'a [(String, String)],
    customer: Option<&'a str>,
) -> Order<'a> {
    Order {
        currency,
        subtotal: items.iter().map(|item| item.amount).fold(0, i64::saturating_add),
        lines: products,
        customer,
        paid_before: customer.is_some_and(|customer| {
            tx.state.charges.by("customer", customer).any(|charge| charge.status == charge::Status::Succeeded)
        }),
    }
}

/// The order's discount.
fn discount(
    tx: &Tx<'_>,
    order: &Order<'_>,
    coupon: &Arc<Coupon>,
    code: Option<&PromotionCode>,
    belongs: &Belonging,
) -> Result<Arc<Discount>, Unredeemable> {
    let lines = redeemable(coupon, code, order, tx.seconds())?;
    Ok(Arc::new(Discount {
        id: tx.mint.plain("di_", &belongs.scope),
        start: tx.seconds(),
        coupon: Arc::clone(coupon),
        promotion: code.map(|code| code.id.clone()),
        code: code.map(|code| code.code.clone()),
        lines,
    }))
}

/// Whether others were faster: the coupon or code of this session was meanwhile redeemed as often as it may be.
pub(super) fn is_gone(tx: &Tx<'_>, session: &Session) -> bool {
    let Some(discount) = &session.discount else { return false };
    let coupon = tx.state.coupons.get(&discount.coupon.id);
    let code = discount.promotion.as_deref().and_then(|id| tx.state.promotions.get(id));
    coupon.is_some_and(|coupon| coupon.is_used_up()) || code.is_some_and(|code| code.is_used_up())
}

/// The session is complete: its coupon and code were redeemed once more. No event tells of it.
pub(super) fn redeem(tx: &mut Tx<'_>, session: &Session) {
    let Some(discount) = &session.discount else { return };
    if let Some(code) = discount.promotion.as_deref().and_then(|id| tx.state.promotions.get(id)) {
        let times_redeemed = code.times_redeemed.saturating_add(1);
        tx.state.promotions.put(PromotionCode { times_redeemed, ..code.as_ref().clone() });
    }
    if let Some(coupon) = tx.state.coupons.get(&discount.coupon.id) {
        let times_redeemed = coupon.times_redeemed.saturating_add(1);
        let coupon = tx.state.coupons.put(Coupon { times_redeemed, ..coupon.as_ref().clone() });
        if coupon.is_used_up() {
            discounts::end_codes(tx, &coupon.id);
        }
    }
}
