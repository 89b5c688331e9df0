//! `checkout.session`

use std::collections::BTreeMap;

use serde::Serialize;

use super::address;
use super::collection::{consent_collection, custom_fields, custom_text, name_collection};
use super::link::invoice_creation;
use super::shape::{Either, shape};
use super::{Version, View, shipping};
use crate::domain::session::{Completion, Session, Status};

/// What the service writes where a link has no address of its own.
const STRIPE: &str = "https://stripe.com";

/// What a buyer said who is not done.
static UNANSWERED: BTreeMap<String, String> = BTreeMap::new();

/// A checkout session.
pub fn session<'a>(session: &'a Session, view: &View, version: Version) -> impl Serialize + use<'a> {
    let presentation = &session.presentation;
    let from_link = session.link.is_some();
    let open = session.status == Status::Open;
    let asked = &presentation.collects;
    let answered = if session.status == Status::Complete { &session.answers } else { &UNANSWERED };
    let success_url = match &session.completion {
        Completion::Redirect(url) => url,
        Completion::Hosted(_) => STRIPE,
    };
    let cancel_url = session.cancel_url.as_deref().or(from_link.then_some(STRIPE));
    let total = session.total();
    let types = match session.named_types() {
        Some(types) => Either::One(types),
        None => Either::Other(session.offers()),
    };
    // Sessions made through the API tell the branding of their page; those of links do not.
    let branding = (!from_link).then_some(shape!({
        "background_color": "#ffffff",
        "border_style": "rounded",
        "button_color": "#0074d4",
        "display_name": "Sandbox",
        "font_family": "default",
        "icon": null,
        "logo": null,
    }));
    shape!({
        "id": &session.id,
        "object": "checkout.session",
        "adaptive_pricing": { "enabled": session.adaptive_pricing },
        "after_expiration": null,
        "allow_promotion_codes": &presentation.allow_promotion_codes,
        "allowed_payment_method_types"?: (version >= Version::ENDIVE).then(|| session.methods.allowed()),
        "amount_subtotal": session.subtotal(),
        "amount_total": total,
        "automatic_tax": { "enabled": false, "liability": null, "provider": null, "status": null },
        "billing_address_collection": &presentation.billing_address_collection,
        "branding_settings"?: branding,
        "cancel_url": cancel_url,
        "client_reference_id": &session.client_reference_id,
        "client_secret": null,
        "collected_information": collected(session),
        "consent": consent(session),
        "consent_collection": consent_collection(asked),
        "created": session.created,
        "currency": session.currency.code(),
        "currency_conversion": null,
        "custom_fields": custom_fields(asked, Some(answered)),
        "custom_text": custom_text(asked),
        "customer": &session.customer,
        "customer_account": null,
        "customer_creation": customer_creation(session),
        "customer_details": customer_details(session),
        "customer_email": &session.customer_email,
        "discounts": discounts(session),
        "excluded_payment_method_types"?: session.methods.excluded(),
        "expires_at": session.expires_at,
        "integration_identifier": null,
        "invoice": null,
        "invoice_creation": invoice_creation(),
        "livemode": view.livemode,
        "locale": session.locale.as_deref().or(from_link.then_some("auto")),
        "managed_payments": { "enabled": false },
        "metadata": &session.metadata,
        "mode": "payment",
        "name_collection"?: name_collection(asked),
        "origin_context": null,
        "payment_intent": &session.intent,
        "payment_link": &session.link,
        "payment_method_collection": "if_required",
        "payment_method_configuration_details": null,
        "payment_method_options": { "card": { "request_three_d_secure": session.ask_buyer.as_str() } },
        "payment_method_types": types,
        "payment_status": session.payment_status.as_str(),
        "permissions": null,
        "phone_number_collection": { "enabled": asked.phone },
        "recovered_from": null,
        "saved_payment_method_options": null,
        "setup_intent": null,
        "shipping_address_collection": shipping::address_collection(presentation),
        "shipping_cost": shipping_cost(session),
        // It moved into `collected_information`.
        "shipping_details"?: (version < Version::BASIL).then(|| shipping_details(session)),
        "shipping_options": shipping::options(presentation),
        "status": session.status.as_str(),
        "submit_type": presentation.submit_type.as_deref().or(from_link.then_some("auto")),
        "subscription": null,
        "success_url": success_url,
        "total_details": { "amount_discount": session.taken_off(), "amount_shipping": session.sending(), "amount_tax": 0 },
        "ui_mode": if version < Version::HOSTED_PAGE { "hosted" } else { "hosted_page" },
        "url": open.then(|| format!("{}/c/pay/{}", view.base, session.id)),
        "wallet_options": null,
    })
}

/// The coupon, or the code that brought it.
fn discounts(session: &Session) -> impl Serialize {
    let discount = session.discount.as_deref().map(|discount| match &discount.promotion {
        Some(code) => shape!({ "coupon": None::<&String>, "promotion_code": Some(code) }),
        None => shape!({ "coupon": Some(&discount.coupon.id), "promotion_code": None }),
    });
    discount.into_iter().collect::<Vec<_>>()
}

fn customer_creation(session: &Session) -> Option<&str> {
    match (&session.customer, &session.presentation.customer_creation) {
        (Some(_), None) => None,
        (_, Some(creation)) => Some(creation),
        (None, None) => Some("if_required"),
    }
}

/// What the buyer agreed to.
fn consent(session: &Session) -> Option<impl Serialize + use<>> {
    let asked = session.presentation.collects.terms?;
    let agreed = asked && session.status == Status::Complete;
    Some(shape!({ "promotions": null, "terms_of_service": agreed.then_some("accepted") }))
}

fn collected(session: &Session) -> Option<impl Serialize + use<'_>> {
    let details = || shipping_details(session);
    session.payer.is_some().then(|| {
        let (business, individual) = names(session);
        shape!({ "business_name": business, "individual_name": individual, "shipping_details": details() })
    })
}

/// The names that the buyer gave, of the business and of themselves, once the page is submitted.
fn names(session: &Session) -> (Option<&String>, Option<&String>) {
    let given = session.names.as_deref().filter(|_| session.payer.is_some());
    given.map_or((None, None), |names| (names.business.as_ref(), names.individual.as_ref()))
}

/// Where the goods go.
fn shipping_details(session: &Session) -> Option<impl Serialize + use<'_>> {
    let to = session.delivery.as_deref()?;
    Some(shape!({ "address": address::address(Some(&to.address)), "name": &to.name }))
}

/// What the chosen way of sending costs.
fn shipping_cost(session: &Session) -> Option<impl Serialize + use<'_>> {
    let option = session.shipping_option.as_ref()?;
    Some(shape!({
        "amount_subtotal": option.amount,
        "amount_tax": 0,
        "amount_total": option.amount,
        "shipping_rate": &option.rate,
    }))
}

fn customer_details(session: &Session) -> impl Serialize {
    let payer = session.payer.as_ref();
    let (email, name) = match (payer, &session.customer_email) {
        (Some(payer), _) => (payer.email.as_deref(), payer.name.as_deref()),
        (None, Some(email)) => (Some(email.as_str()), None),
        (None, None) => return None,
    };
    let (business, individual) = names(session);
    Some(shape!({
        "address": payer.map(|payer| address::address(payer.address.as_deref())),
        "business_name": business,
        "email": email,
        "individual_name": individual,
        "name": name,
        "phone": payer.and_then(|payer| payer.phone.as_deref()),
        "tax_exempt": "none",
        "tax_ids": name.map(|_| [(); 0]),
    }))
}
