//! `shipping_rate`, and what links and sessions tell of how goods are sent.

use serde::Serialize;

use super::View;
use super::shape::shape;
use crate::domain::link::Presentation;
use crate::domain::shipping::{Bound, ShippingRate};

/// A shipping rate.
pub fn shipping_rate<'a>(rate: &'a ShippingRate, view: &View) -> impl Serialize + use<'a> {
    let bound =
        |bound: &'a Option<Bound>| bound.as_ref().map(|bound| shape!({ "unit": &bound.unit, "value": bound.value }));
    shape!({
        "id": &rate.id,
        "object": "shipping_rate",
        "active": rate.active,
        "created": rate.created,
        "delivery_estimate": rate.estimate.as_ref().map(|(least, most)| shape!({
            "maximum": bound(most),
            "minimum": bound(least),
        })),
        "display_name": &rate.display_name,
        "fixed_amount": { "amount": rate.amount, "currency": rate.currency.code() },
        "livemode": view.livemode,
        "metadata": &rate.metadata,
        "tax_behavior": &rate.tax_behavior,
        "tax_code": &rate.tax_code,
        "type": "fixed_amount",
    })
}

/// `shipping_address_collection`
pub(super) fn address_collection(asked: &Presentation) -> Option<impl Serialize + use<'_>> {
    asked.ships_to.as_deref().map(|countries| shape!({ "allowed_countries": countries }))
}

/// `shipping_options`
pub(super) fn options(asked: &Presentation) -> Vec<impl Serialize + use<'_>> {
    let options = asked.shipping_options.iter();
    options.map(|option| shape!({ "shipping_amount": option.amount, "shipping_rate": &option.rate })).collect()
}
