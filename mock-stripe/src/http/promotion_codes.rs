//! `/v1/promotion_codes`

use std::sync::Arc;

use super::call::{Call, Operation, Run};
use super::content::Content;
use super::listing::{self, AFTER, BEFORE, CREATED, LIMIT};
use crate::domain::discount::PromotionCode;
use crate::error::Error;
use crate::flows::{Tx, discounts};
use crate::params::{Field, Kind, later, need, opt};
use crate::render::Shown;

const CREATE: &[Field] = &[
    opt("active", Kind::Flag),
    opt("code", Kind::Text(500)),
    opt("customer", Kind::Text(5_000)),
    later("customer_account"),
    opt("expires_at", Kind::Time),
    opt("max_redemptions", Kind::Integer(1, 999_999_999)),
    opt("metadata", Kind::Metadata),
    need("promotion", Kind::Object(&[opt("coupon", Kind::Text(5_000)), need("type", Kind::OneOf(&["coupon"]))])),
    opt(
        "restrictions",
        Kind::Object(&[
            later("currency_options"),
            opt("first_time_transaction", Kind::Flag),
            opt("minimum_amount", Kind::Integer(1, 999_999_999_999)),
            opt("minimum_amount_currency", Kind::Currency),
        ]),
    ),
];
const UPDATE: &[Field] = &[
    opt("active", Kind::Flag),
    opt("metadata", Kind::Metadata),
    opt("restrictions", Kind::Object(&[later("currency_options")])),
];
const LIST: &[Field] = &[
    opt("active", Kind::Flag),
    opt("code", Kind::Text(500)),
    opt("coupon", Kind::Text(5_000)),
    CREATED,
    opt("customer", Kind::Text(5_000)),
    later("customer_account"),
    BEFORE,
    LIMIT,
    AFTER,
];

pub(super) const OPERATIONS: &[Operation] = &[
    Operation {
        method: "POST",
        path: "/v1/promotion_codes",
        id: "createPromotionCode",
        fields: CREATE,
        run: Run::Write(create),
    },
    Operation {
        method: "GET",
        path: "/v1/promotion_codes",
        id: "listPromotionCodes",
        fields: LIST,
        run: Run::Read(list),
    },
    Operation {
        method: "GET",
        path: "/v1/promotion_codes/{promotion_code}",
        id: "retrievePromotionCode",
        fields: &[],
        run: Run::Read(retrieve),
    },
    Operation {
        method: "POST",
        path: "/v1/promotion_codes/{promotion_code}",
        id: "updatePromotionCode",
        fields: UPDATE,
        run: Run::Write(update),
    },
];

fn create(tx: &mut Tx<'_>, call: &Call) -> Result<Content, Error> {
    Ok(discounts::create_code(tx, &call.params, &call.belongs)?.into())
}

fn list(shown: Shown<'_>, call: &Call) -> Result<Content, Error> {
    let params = &call.params;
    let (created, now) = (listing::created(call), shown.view.now);
    let key = params.text("code").map(PromotionCode::key_of);
    let narrow = key.as_deref().map(|key| ("code", key)).or(params.text("coupon").map(|id| ("coupon", id)));
    let page = shown.state.promotions.page(&listing::paging(call)?, narrow, |row| {
        created(row.created)
            && params.flag("active").is_none_or(|active| row.is_active(now) == active)
            && key.as_ref().is_none_or(|key| row.key == *key)
            && params.text("coupon").is_none_or(|id| row.coupon == id)
            && params.text("customer").is_none_or(|id| row.customer.as_deref() == Some(id))
    });
    listing::answer(call, "promotion code", page, |row| Arc::clone(row).into())
}

fn retrieve(shown: Shown<'_>, call: &Call) -> Result<Content, Error> {
    Ok(shown.state.promotions.get(&call.id).ok_or_else(|| missing(call))?.into())
}

fn update(tx: &mut Tx<'_>, call: &Call) -> Result<Content, Error> {
    let code = tx.state.promotions.get(&call.id).ok_or_else(|| missing(call))?;
    Ok(discounts::update_code(tx, &code, &call.params)?.into())
}

fn missing(call: &Call) -> Error {
    Error::no_such_at_url("promotion code", &call.id, "promotion_code")
}
