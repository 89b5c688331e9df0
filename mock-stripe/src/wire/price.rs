//! `price`

use serde::Serialize;

use super::View;
use super::shape::shape;
use crate::domain::catalog::Price;

/// A price.
pub fn price<'a>(price: &'a Price, view: &View) -> impl Serialize + use<'a> {
    let recurring = price.recurring.as_ref().map(|recurring| {
        shape!({
            "interval": &recurring.interval,
            "interval_count": recurring.interval_count,
            "meter": null,
            "trial_period_days": null,
            "usage_type": "licensed",
        })
    });
    let custom_unit_amount =
        price.open.map(|open| shape!({ "maximum": open.maximum, "minimum": open.minimum, "preset": open.preset }));
    shape!({
        "id": &price.id,
        "object": "price",
        "active": price.active,
        "billing_scheme": "per_unit",
        "created": price.created,
        "currency": price.currency.code(),
        "custom_unit_amount": custom_unit_amount,
        "livemode": view.livemode,
        "lookup_key": &price.lookup_key,
        "metadata": &price.metadata,
        "nickname": &price.nickname,
        "product": &price.product,
        "recurring": recurring,
        "tax_behavior": &price.tax_behavior,
        "tiers_mode": null,
        "transform_quantity": null,
        "type": if price.recurring.is_some() { "recurring" } else { "one_time" },
        "unit_amount": price.unit_amount(),
        "unit_amount_decimal": price.open.is_none().then(|| price.amount.normalize().to_string()),
    })
}
