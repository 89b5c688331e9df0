//! `/v1/coupons`

use std::sync::Arc;

use super::call::{Call, Operation, Run};
use super::content::Content;
use super::listing::{self, AFTER, BEFORE, CREATED, LIMIT};
use crate::domain::discount::Coupon;
use crate::error::Error;
use crate::flows::{Tx, discounts};
use crate::params::{Field, Kind, later, need, opt};
use crate::render::Shown;
use crate::wire;
use crate::wire::shape::value_of;

const CREATE: &[Field] = &[
    opt("amount_off", Kind::Integer(1, 999_999_999_999)),
    opt("applies_to", Kind::Object(&[need("products", Kind::List(&Kind::Text(5_000), 100))])),
    opt("currency", Kind::Currency),
    later("currency_options"),
    opt("duration", Kind::OneOf(&["forever", "once", "repeating"])),
    opt("duration_in_months", Kind::Integer(1, 1_200)),
    opt("id", Kind::Text(5_000)),
    opt("max_redemptions", Kind::Integer(1, 999_999_999)),
    opt("metadata", Kind::Metadata),
    opt("name", Kind::TextOrUnset(40)),
    opt("percent_off", Kind::Decimal),
    opt("redeem_by", Kind::Time),
];
const UPDATE: &[Field] =
    &[later("currency_options"), opt("metadata", Kind::Metadata), opt("name", Kind::TextOrUnset(40))];

pub(super) const OPERATIONS: &[Operation] = &[
    Operation { method: "POST", path: "/v1/coupons", id: "createCoupon", fields: CREATE, run: Run::Write(create) },
    Operation {
        method: "GET",
        path: "/v1/coupons",
        id: "listCoupons",
        fields: &[CREATED, BEFORE, LIMIT, AFTER],
        run: Run::Read(list),
    },
    Operation {
        method: "GET",
        path: "/v1/coupons/{coupon}",
        id: "retrieveCoupon",
        fields: &[],
        run: Run::Read(retrieve),
    },
    Operation {
        method: "POST",
        path: "/v1/coupons/{coupon}",
        id: "updateCoupon",
        fields: UPDATE,
        run: Run::Write(update),
    },
    Operation {
        method: "DELETE",
        path: "/v1/coupons/{coupon}",
        id: "deleteCoupon",
        fields: &[],
        run: Run::Write(delete),
    },
];

fn create(tx: &mut Tx<'_>, call: &Call) -> Result<Content, Error> {
    Ok(discounts::create_coupon(tx, &call.params, &call.belongs)?.into())
}

fn list(shown: Shown<'_>, call: &Call) -> Result<Content, Error> {
    let created = listing::created(call);
    let page = shown.state.coupons.page(&listing::paging(call)?, None, |row| !row.deleted && created(row.created));
    listing::answer(call, "coupon", page, |row| Arc::clone(row).into())
}

fn retrieve(shown: Shown<'_>, call: &Call) -> Result<Content, Error> {
    let coupon = shown.state.coupons.get(&call.id).filter(|coupon| !coupon.deleted);
    Ok(coupon.ok_or_else(|| missing(call))?.into())
}

fn update(tx: &mut Tx<'_>, call: &Call) -> Result<Content, Error> {
    let coupon = living(tx, call)?;
    Ok(discounts::update_coupon(tx, &coupon, &call.params)?.into())
}

fn delete(tx: &mut Tx<'_>, call: &Call) -> Result<Content, Error> {
    let coupon = living(tx, call)?;
    discounts::delete_coupon(tx, &coupon);
    Ok(value_of(&wire::deleted(&call.id, "coupon")).into())
}

fn living(tx: &Tx<'_>, call: &Call) -> Result<Arc<Coupon>, Error> {
    tx.state.coupons.get(&call.id).filter(|coupon| !coupon.deleted).ok_or_else(|| missing(call))
}

fn missing(call: &Call) -> Error {
    Error::no_such_at_url("coupon", &call.id, "coupon")
}
