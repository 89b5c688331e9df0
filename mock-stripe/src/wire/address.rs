//! Addresses, billing details and shipping.

use serde::Serialize;

use super::shape::shape;
use crate::domain::address::{Address, Shipping};
use crate::domain::payer::Payer;

/// An address with all its members.
pub(super) fn address(address: Option<&Address>) -> impl Serialize {
    let part = |pick: fn(&Address) -> &Option<String>| address.and_then(|address| pick(address).clone());
    // Of a buyer who gave none, the page still knows the country.
    let country = if address.is_some() { part(|address| &address.country) } else { Some("US".to_owned()) };
    shape!({
        "city": part(|address| &address.city),
        "country": country,
        "line1": part(|address| &address.line1),
        "line2": part(|address| &address.line2),
        "postal_code": part(|address| &address.postal_code),
        "state": part(|address| &address.state),
    })
}

/// The buyer as billing details.
pub(super) fn billing_details(payer: &Payer) -> impl Serialize {
    shape!({
        "address": address(payer.address.as_deref()),
        "email": &payer.email,
        "name": &payer.name,
        "phone": &payer.phone,
        "tax_id": null,
    })
}

/// Where something is sent.
pub(super) fn shipping(shipping: &Shipping) -> impl Serialize {
    shape!({
        "address": address(Some(&shipping.address)),
        "carrier": &shipping.carrier,
        "name": &shipping.name,
        "phone": &shipping.phone,
        "tracking_number": &shipping.tracking_number,
    })
}

/// Where a customer's goods go; no parcel is on its way.
pub(super) fn customers_shipping(to: &Shipping) -> impl Serialize {
    shape!({ "address": address(Some(&to.address)), "name": &to.name, "phone": &to.phone })
}
