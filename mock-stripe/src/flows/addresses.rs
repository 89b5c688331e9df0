//! Addresses as calls bring them.

use crate::domain::address::{Address, Shipping};
use crate::domain::payer::Payer;
use crate::params::Params;

fn filled(params: &Params, name: &str) -> Option<String> {
    params.string(name).filter(|text| !text.is_empty())
}

fn address(params: &Params) -> Address {
    Address {
        city: filled(params, "city"),
        country: filled(params, "country"),
        line1: filled(params, "line1"),
        line2: filled(params, "line2"),
        postal_code: filled(params, "postal_code"),
        state: filled(params, "state"),
    }
}

/// Who pays.
pub(crate) fn payer(params: &Params) -> Payer {
    Payer {
        email: filled(params, "email"),
        name: filled(params, "name"),
        phone: filled(params, "phone"),
        // Nothing is known of it but what was said.
        address: Some(Box::new(params.object("address").map(|params| address(&params)).unwrap_or_default())),
    }
}

/// Where something is sent.
pub(crate) fn shipping(params: &Params) -> Shipping {
    Shipping {
        address: params.object("address").map(|params| address(&params)).unwrap_or_default(),
        carrier: filled(params, "carrier"),
        name: params.string("name").unwrap_or_default(),
        phone: filled(params, "phone"),
        tracking_number: filled(params, "tracking_number"),
    }
}
