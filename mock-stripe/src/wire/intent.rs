//! `payment_intent`

use serde_json::{Map, Value, json};

use super::View;
use crate::domain::intent::{Intent, PaymentError, Status};

/// A payment intent. `last_error` is its [`PaymentError`] rendered by [`payment_error`].
pub fn intent(intent: &Intent, last_error: Value, view: &View) -> Value {
    let next_action = match (intent.status, &intent.session) {
        (Status::RequiresAction, Some(session)) => {
            let url = format!("{}/c/pay/{session}", view.base);
            json!({ "redirect_to_url": { "return_url": url, "url": url }, "type": "redirect_to_url" })
        }
        _ => Value::Null,
    };
    let mut options = Map::new();
    for kind in &intent.payment_method_types {
        let value = match kind.as_str() {
            "card" => json!({
                "installments": null,
                "mandate_options": null,
                "network": null,
                "request_three_d_secure": "automatic",
            }),
            _ => json!({}),
        };
        options.insert(kind.clone(), value);
    }
    json!({
        "id": intent.id,
        "object": "payment_intent",
        "amount": intent.amount,
        "amount_capturable": 0,
        "amount_details": { "tip": {} },
        "amount_received": intent.amount_received,
        "application": null,
        "application_fee_amount": null,
        "automatic_payment_methods": null,
        "canceled_at": intent.canceled_at,
        "cancellation_reason": intent.cancellation_reason,
        "capture_method": intent.capture_method,
        "client_secret": intent.client_secret,
        "confirmation_method": "automatic",
        "created": intent.created,
        "currency": intent.currency.code(),
        "customer": intent.customer,
        "customer_account": null,
        "description": intent.description,
        "excluded_payment_method_types": null,
        "last_payment_error": last_error,
        "latest_charge": intent.latest_charge,
        "livemode": view.livemode,
        "managed_payments": { "enabled": false },
        "metadata": intent.metadata,
        "next_action": next_action,
        "on_behalf_of": null,
        "payment_method": intent.payment_method,
        "payment_method_configuration_details": null,
        "payment_method_options": options,
        "payment_method_types": intent.payment_method_types,
        "processing": null,
        "receipt_email": intent.receipt_email,
        "review": null,
        "setup_future_usage": null,
        "shared_payment_granted_token": null,
        "shipping": null,
        "source": null,
        "statement_descriptor": intent.statement_descriptor,
        "statement_descriptor_suffix": intent.statement_descriptor_suffix,
        "status": intent.status.as_str(),
        "transfer_data": null,
        "transfer_group": intent.transfer_group,
    })
}

/// Why the last try failed; `method` is the whole payment method.
pub fn payment_error(error: &PaymentError, method: Value) -> Map<String, Value> {
    let mut members = Map::new();
    let by_bank = error.charge.is_some() && error.decline_code.is_some();
    if by_bank {
        members.insert("advice_code".to_owned(), "try_again_later".into());
    }
    if let Some(charge) = &error.charge {
        members.insert("charge".to_owned(), charge.as_str().into());
    }
    members.insert("code".to_owned(), error.code.into());
    if let Some(decline) = error.decline_code {
        members.insert("decline_code".to_owned(), decline.into());
    }
    let doc = format!("https://stripe.com/docs/error-codes/{}", error.code.replace('_', "-"));
    members.insert("doc_url".to_owned(), doc.into());
    members.insert("message".to_owned(), error.message.into());
    if by_bank {
        members.insert("network_decline_code".to_owned(), "01".into());
    }
    members.insert("payment_method".to_owned(), method);
    let kind = if error.decline_code.is_some() { "card_error" } else { "invalid_request_error" };
    members.insert("type".to_owned(), kind.into());
    members
}
