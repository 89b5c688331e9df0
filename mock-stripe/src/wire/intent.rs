//! `payment_intent`

use serde::{Serialize, Serializer};

use super::address::shipping;
use super::customer::payment_method;
use super::shape::{Either, Members, Object, members, shape};
use super::{Version, View};
use crate::domain::intent::{Intent, PaymentError, SetUp, Status};
use crate::domain::payer::PaymentMethod;

/// A payment intent; `tried` is the method of its last error.
pub fn intent<'a>(
    intent: &'a Intent,
    tried: Option<&'a PaymentMethod>,
    view: &View,
    version: Version,
) -> impl Serialize + use<'a> {
    let last_error = intent.last_error.as_ref().map(|error| Object(payment_error(error, tried, view)));
    let automatic = intent
        .automatic_methods
        .map(|redirects| shape!({ "allow_redirects": if redirects { "always" } else { "never" }, "enabled": true }));
    shape!({
        "id": &intent.id,
        "object": "payment_intent",
        "allowed_payment_method_types": intent.methods.allowed(),
        "amount": intent.amount,
        "amount_capturable": intent.amount_capturable,
        "amount_details": { "tip": {} },
        "amount_received": intent.amount_received,
        "application": null,
        "application_fee_amount": null,
        "automatic_payment_methods": automatic,
        "canceled_at": intent.canceled_at,
        "cancellation_reason": &intent.cancellation_reason,
        "capture_method": intent.capture_method.as_str(),
        "client_secret": &intent.client_secret,
        "confirmation_method": intent.confirmation.as_str(),
        "created": intent.created,
        "currency": intent.currency.code(),
        "customer": &intent.customer,
        "customer_account": null,
        "description": &intent.description,
        "excluded_payment_method_types": intent.methods.excluded(),
        "last_payment_error": last_error,
        "latest_charge": &intent.latest_charge,
        "livemode": view.livemode,
        "managed_payments": { "enabled": false },
        "metadata": &intent.metadata,
        "next_action": next_action(intent, view),
        "on_behalf_of": null,
        "payment_method": &intent.payment_method,
        "payment_method_configuration_details": null,
        "payment_method_options": Options(&intent.payment_method_types, intent.ask_buyer.as_str()),
        "payment_method_types": &intent.payment_method_types,
        "payment_record"?: (version >= Version::ENDIVE).then_some(()),
        "processing": null,
        "receipt_email": &intent.receipt_email,
        "review": null,
        "setup_future_usage": intent.setup_future_usage.map(SetUp::as_str),
        "shared_payment_granted_token": null,
        "shipping": intent.shipping.as_deref().map(shipping),
        "source": null,
        "statement_descriptor": &intent.statement_descriptor,
        "statement_descriptor_suffix": &intent.statement_descriptor_suffix,
        "status": intent.status.as_str(),
        "transfer_data": null,
        "transfer_group": &intent.transfer_group,
    })
}

/// What the buyer has to do: go to the page where the bank asks. Without an address to come back to, a page would have opened it in a frame of its own.
fn next_action(intent: &Intent, view: &View) -> Option<impl Serialize + use<>> {
    if intent.status != Status::RequiresAction {
        return None;
    }
    let (url, return_url) = match (&intent.session, &intent.return_url) {
        (Some(session), _) => {
            let url = format!("{}/c/pay/{session}", view.base);
            (url.clone(), Some(url))
        }
        (None, return_url) => (authentication_url(intent, view), return_url.clone()),
    };
    Some(match return_url {
        Some(return_url) => Either::One(
            shape!({ "redirect_to_url": { "return_url": return_url, "url": url }, "type": "redirect_to_url" }),
        ),
        None => Either::Other(shape!({
            "type": "use_stripe_sdk",
            "use_stripe_sdk": { "stripe_js": url, "type": "three_d_secure_redirect" },
        })),
    })
}

/// Where the bank asks the buyer, for a payment without checkout.
pub fn authentication_url(intent: &Intent, view: &View) -> String {
    format!("{}/c/authenticate/{}?payment_intent_client_secret={}", view.base, intent.id, intent.client_secret)
}

/// The settings of each type of method.
struct Options<'a>(&'a [String], &'static str);

impl Serialize for Options<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|kind| {
            let card = || {
                shape!({
                    "installments": null,
                    "mandate_options": null,
                    "network": null,
                    "request_three_d_secure": self.1,
                })
            };
            (kind, if kind == "card" { Either::One(card()) } else { Either::Other(shape!({})) })
        }))
    }
}

/// The members that tell why the last try failed, with the method it was made with.
pub fn payment_error<'a>(
    error: &'a PaymentError,
    method: Option<&'a PaymentMethod>,
    view: &View,
) -> impl Members + use<'a> {
    let by_bank = error.charge.is_some() && error.decline_code.is_some();
    let kind = if error.decline_code.is_some() { "card_error" } else { "invalid_request_error" };
    members!(
        "advice_code"?: by_bank.then_some("try_again_later"),
        "charge"?: error.charge.as_deref(),
        "code": error.code,
        "decline_code"?: error.decline_code,
        "doc_url": format!("https://stripe.com/docs/error-codes/{}", error.code.replace('_', "-")),
        "message": error.message,
        "network_decline_code"?: by_bank.then_some("01"),
        "payment_method": method.map(|method| payment_method(method, view)),
        "type": kind,
    )
}
