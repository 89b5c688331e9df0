//! Addresses, shipping and billing details as callers send them.

use crate::domain::address::{Address, Shipping};
use crate::domain::payer::Payer;
use crate::params::Params;

/// An address.
pub(crate) fn address(given: &Params) -> Address {
    Address {
        city: given.string("city"),
        country: given.string("country"),
        line1: given.string("line1"),
        line2: given.string("line2"),
        postal_code: given.string("postal_code"),
        state: given.string("state"),
    }
}

/// Where goods go.
pub(crate) fn shipping(given: &Params) -> Shipping {
    Shipping {
        address: given.object("address").map(address).unwrap_or_default(),
        carrier: given.string("carrier"),
        name: given.string("name").unwrap_or_default(),
        phone: given.string("phone"),
        tracking_number: given.string("tracking_number"),
    }
}

/// Billing details over those there were.
pub(crate) fn payer(before: Payer, given: &Params) -> Payer {
    let text = |name: &str, before: Option<String>| if given.has(name) { given.string(name) } else { before };
    Payer {
        email: text("email", before.email),
        name: text("name", before.name),
        phone: text("phone", before.phone),
        address: if given.has("address") {
            Some(Box::new(given.object("address").map(address).unwrap_or_default()))
        } else {
            before.address
        },
    }
}
