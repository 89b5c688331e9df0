//! `customer` and `payment_method`

use serde_json::{Value, json};

use super::View;
use super::charge::billing_details;
use crate::domain::payer::{Customer, Instrument, PaymentMethod};

/// A customer.
pub fn customer(customer: &Customer, view: &View) -> Value {
    json!({
        "id": customer.id,
        "object": "customer",
        "address": null,
        "balance": 0,
        "created": customer.created,
        "currency": null,
        "customer_account": null,
        "default_source": null,
        "delinquent": false,
        "description": null,
        "discount": null,
        "email": customer.payer.email,
        "invoice_prefix": customer.invoice_prefix,
        "invoice_settings": {
            "custom_fields": null, "default_payment_method": null, "footer": null, "rendering_options": null,
        },
        "livemode": view.livemode,
        "metadata": {},
        "name": customer.payer.name,
        "next_invoice_sequence": 1,
        "phone": null,
        "preferred_locales": [],
        "shipping": null,
        "tax_exempt": "none",
        "test_clock": null,
    })
}

/// A payment method.
pub fn payment_method(method: &PaymentMethod, view: &View) -> Value {
    let mut body = json!({
        "id": method.id,
        "object": "payment_method",
        "allow_redisplay": "unspecified",
        "billing_details": billing_details(&method.payer),
        "created": method.created,
        "customer": method.customer,
        "customer_account": null,
        "livemode": view.livemode,
        "metadata": {},
        "radar_options": {},
        "type": method.instrument.kind(),
    });
    let details = match &method.instrument {
        Instrument::Card(card) => json!({
            "brand": card.brand,
            "checks": {
                "address_line1_check": null,
                "address_postal_code_check": null,
                "cvc_check": if card.cvc_given { Value::from("pass") } else { Value::Null },
            },
            "country": card.country,
            "display_brand": card.brand,
            "exp_month": card.exp_month,
            "exp_year": card.exp_year,
            "fingerprint": card.fingerprint,
            "funding": card.funding,
            "generated_from": null,
            "last4": card.last4,
            "networks": { "available": [card.brand], "preferred": null },
            "regulated_status": "unregulated",
            "three_d_secure_usage": { "supported": true },
            "wallet": null,
        }),
        Instrument::SepaDebit { bank_code, country, fingerprint, last4, .. } => json!({
            "bank_code": bank_code,
            "branch_code": "",
            "country": country,
            "fingerprint": fingerprint,
            "generated_from": { "charge": null, "setup_attempt": null },
            "last4": last4,
        }),
    };
    if let Some(members) = body.as_object_mut() {
        let at = if method.instrument.kind() == "card" { 4 } else { members.len() - 1 };
        members.shift_insert(at, method.instrument.kind().to_owned(), details);
    }
    body
}
