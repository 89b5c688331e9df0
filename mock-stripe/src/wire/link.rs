//! `payment_link`

use serde::Serialize;

use super::View;
use super::collection::{consent_collection, custom_fields, custom_text, name_collection};
use super::shape::{Either, shape};
use super::shipping;
use crate::domain::intent::SetUp;
use crate::domain::link::{AfterCompletion, IntentData, PaymentLink};

/// A payment link.
pub fn payment_link<'a>(link: &'a PaymentLink, view: &View) -> impl Serialize + use<'a> {
    let after_completion = match &link.after_completion {
        AfterCompletion::HostedConfirmation(message) => {
            Either::One(shape!({ "hosted_confirmation": { "custom_message": message }, "type": "hosted_confirmation" }))
        }
        AfterCompletion::Redirect(url) => Either::Other(shape!({ "redirect": { "url": url }, "type": "redirect" })),
    };
    let subscription_data = link.recurring.then_some(shape!({
        "description": null,
        "invoice_settings": { "issuer": { "type": "self" } },
        "metadata": {},
        "trial_period_days": null,
        "trial_settings": null,
    }));
    let presentation = &link.presentation;
    let creation = if link.recurring { "always" } else { "if_required" };
    shape!({
        "id": &link.id,
        "object": "payment_link",
        "active": link.active,
        "after_completion": after_completion,
        "allow_promotion_codes": presentation.allow_promotion_codes.unwrap_or(false),
        "application": null,
        "application_fee_amount": null,
        "application_fee_percent": null,
        "automatic_tax": { "enabled": false, "liability": null },
        "billing_address_collection": presentation.billing_address_collection.as_deref().unwrap_or("auto"),
        "consent_collection": consent_collection(&presentation.collects),
        "currency": link.currency.code(),
        "custom_fields": custom_fields(&presentation.collects, None),
        "custom_text": custom_text(&presentation.collects),
        "customer_creation": presentation.customer_creation.as_deref().unwrap_or("if_required"),
        "inactive_message": &link.inactive_message,
        "invoice_creation": invoice_creation(),
        "livemode": view.livemode,
        "managed_payments": { "enabled": false },
        "metadata": &link.metadata,
        "name_collection"?: name_collection(&presentation.collects),
        "on_behalf_of": null,
        "payment_intent_data": link.intent_data.as_deref().map(intent_data),
        "payment_method_collection": creation,
        "payment_method_options": null,
        "payment_method_types": &presentation.payment_method_types,
        "phone_number_collection": { "enabled": presentation.collects.phone },
        "restrictions": link.limit.map(|limit| shape!({
            "completed_sessions": { "count": limit.count, "limit": limit.limit },
        })),
        "shipping_address_collection": shipping::address_collection(presentation),
        "shipping_options": shipping::options(presentation),
        "submit_type": presentation.submit_type.as_deref().unwrap_or("auto"),
        "subscription_data": subscription_data,
        "tax_id_collection": { "enabled": false, "required": "never" },
        "transfer_data": null,
        "url": format!("{}/b/{}", view.base, link.slug),
    })
}

fn intent_data(data: &IntentData) -> impl Serialize {
    shape!({
        "capture_method": &data.capture_method,
        "description": &data.description,
        "metadata": &data.metadata,
        "setup_future_usage": data.setup_future_usage.map(SetUp::as_str),
        "statement_descriptor": &data.statement_descriptor,
        "statement_descriptor_suffix": &data.statement_descriptor_suffix,
        "transfer_group": &data.transfer_group,
    })
}

/// No invoices.
pub(super) fn invoice_creation() -> impl Serialize {
    shape!({
        "enabled": false,
        "invoice_data": {
            "account_tax_ids": null,
            "custom_fields": null,
            "description": null,
            "footer": null,
            "issuer": null,
            "metadata": {},
            "rendering_options": null,
        },
    })
}
