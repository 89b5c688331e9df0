//! `customer` and `payment_method`

use serde::Serialize;

use super::View;
use super::address::{address, billing_details, customers_shipping};
use super::shape::shape;
use crate::domain::payer::{Customer, Instrument, PaymentMethod};

/// A customer.
pub fn customer<'a>(customer: &'a Customer, view: &View) -> impl Serialize + use<'a> {
    shape!({
        "id": &customer.id,
        "object": "customer",
        "address": customer.address.as_ref().map(|given| address(Some(given))),
        "balance": 0,
        "business_name"?: customer.business_name.as_deref(),
        "created": customer.created,
        "currency": null,
        "customer_account": null,
        "default_source": null,
        "delinquent": false,
        "description": &customer.description,
        "discount": null,
        "email": &customer.email,
        "individual_name"?: customer.individual_name.as_deref(),
        "invoice_prefix": &customer.invoice_prefix,
        "invoice_settings": {
            "custom_fields": null,
            "default_payment_method": &customer.default_payment_method,
            "footer": null,
            "rendering_options": null,
        },
        "livemode": view.livemode,
        "metadata": &customer.metadata,
        "name": &customer.name,
        "next_invoice_sequence": 1,
        "phone": &customer.phone,
        "preferred_locales": &customer.preferred_locales,
        "shipping": customer.shipping.as_ref().map(customers_shipping),
        "tax_exempt": &customer.tax_exempt,
        "test_clock": null,
    })
}

/// A payment method.
pub fn payment_method<'a>(method: &'a PaymentMethod, view: &View) -> impl Serialize + use<'a> {
    let card = match &method.instrument {
        Instrument::Card(card) => Some(shape!({
            "brand": &card.brand,
            "checks": {
                "address_line1_check": null,
                "address_postal_code_check": null,
                "cvc_check": card.cvc_given.then_some("pass"),
            },
            "country": &card.country,
            "display_brand": &card.brand,
            "exp_month": card.exp_month,
            "exp_year": card.exp_year,
            "fingerprint": &card.fingerprint,
            "funding": &card.funding,
            "generated_from": null,
            "last4": &card.last4,
            "networks": { "available": [&card.brand], "preferred": null },
            "regulated_status": "unregulated",
            "three_d_secure_usage": { "supported": true },
            "wallet": null,
        })),
        Instrument::SepaDebit { .. } => None,
    };
    let debit = match &method.instrument {
        Instrument::SepaDebit { bank_code, country, fingerprint, last4, .. } => Some(shape!({
            "bank_code": bank_code,
            "branch_code": "",
            "country": country,
            "fingerprint": fingerprint,
            "generated_from": { "charge": null, "setup_attempt": null },
            "last4": last4,
        })),
        Instrument::Card(_) => None,
    };
    shape!({
        "id": &method.id,
        "object": "payment_method",
        "allow_redisplay": &method.allow_redisplay,
        "billing_details": billing_details(&method.payer),
        "card"?: card,
        "created": method.created,
        "customer": &method.customer,
        "customer_account": null,
        "livemode": view.livemode,
        "metadata": &method.metadata,
        "radar_options": {},
        "sepa_debit"?: debit,
        "type": method.instrument.kind(),
    })
}
