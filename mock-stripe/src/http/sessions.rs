//! `/v1/checkout/sessions`

use std::sync::Arc;

use super::addresses::SHIPPING;
use super::call::{Call, Operation, Run};
use super::collection_fields::{BILLING_ADDRESS, CONSENT, CUSTOM_FIELDS, CUSTOM_TEXT, NAME_COLLECTION, PHONE};
use super::content::Content;
use super::links::{ADJUSTABLE, FUTURE_USAGE, METHOD_NAMES, METHOD_TYPES};
use super::listing::{self, AFTER, BEFORE, CREATED, LIMIT};
use super::shipping_rates;
use crate::domain::session::{Command, Refusal};
use crate::error::Error;
use crate::flows::lines::MOST_QUANTITY;
use crate::flows::{Tx, sessions};
use crate::language::LOCALES;
use crate::params::{Field, Kind, OTHER_METHODS, later, need, opt};
use crate::render::Shown;

const LINE: &[Field] = &[
    opt("adjustable_quantity", Kind::Object(ADJUSTABLE)),
    later("dynamic_tax_rates"),
    later("metadata"),
    opt("price", Kind::Text(5_000)),
    opt("price_data", Kind::Object(super::prices::LINE_PRICE)),
    opt("quantity", Kind::Integer(1, MOST_QUANTITY)),
    later("tax_rates"),
];
/// What the button says; only subscriptions are subscribed to.
const SUBMIT: Kind =
    Kind::SomeOf { words: &["auto", "book", "donate", "pay", "subscribe"], taken: &["auto", "book", "donate", "pay"] };
/// What the customer keeps of what the buyer says.
const CUSTOMER_UPDATE: Kind = Kind::Object(&[
    opt("address", Kind::OneOf(&["auto", "never"])),
    opt("name", Kind::OneOf(&["auto", "never"])),
    opt("shipping", Kind::OneOf(&["auto", "never"])),
]);
/// The service takes one.
const DISCOUNTS: Kind =
    Kind::ListOrUnset(&Kind::Object(&[opt("coupon", Kind::Text(5_000)), opt("promotion_code", Kind::Text(5_000))]), 1);
/// Where the page is: in the words of the newest versions, and in those of the versions before 2026-03-25.
const UI_MODE: Kind = Kind::SomeOf {
    words: &["elements", "embedded_page", "form", "hosted_page", "custom", "embedded", "hosted"],
    taken: &["hosted", "hosted_page"],
};
/// What cards do otherwise than usual.
const OPTIONS: Kind = Kind::Object(&[
    opt(
        "card",
        Kind::Object(&[
            later("capture_method"),
            later("installments"),
            later("request_extended_authorization"),
            later("request_incremental_authorization"),
            later("request_multicapture"),
            later("request_overcapture"),
            later("restrictions"),
            opt("request_three_d_secure", Kind::OneOf(&["any", "automatic", "challenge"])),
            later("setup_future_usage"),
            later("statement_descriptor_suffix_kana"),
            later("statement_descriptor_suffix_kanji"),
        ]),
    ),
    OTHER_METHODS,
]);
const INTENT_DATA: &[Field] = &[
    later("application_fee_amount"),
    opt("capture_method", Kind::OneOf(&["automatic", "automatic_async", "manual"])),
    opt("description", Kind::Text(1_000)),
    opt("metadata", Kind::Metadata),
    later("on_behalf_of"),
    opt("receipt_email", Kind::Email),
    opt("setup_future_usage", FUTURE_USAGE),
    opt("shipping", SHIPPING),
    opt("statement_descriptor", Kind::Text(22)),
    opt("statement_descriptor_suffix", Kind::Text(22)),
    later("transfer_data"),
    opt("transfer_group", Kind::Text(5_000)),
];

const CREATE: &[Field] = &[
    opt("adaptive_pricing", Kind::Object(&[opt("enabled", Kind::Flag)])),
    later("after_expiration"),
    opt("allow_promotion_codes", Kind::Flag),
    opt("allowed_payment_method_types", METHOD_NAMES),
    opt("automatic_tax", Kind::SwitchedOff),
    BILLING_ADDRESS,
    later("branding_settings"),
    opt("cancel_url", Kind::Url),
    opt("client_reference_id", Kind::Text(200)),
    CONSENT,
    opt("currency", Kind::Currency),
    CUSTOM_FIELDS,
    CUSTOM_TEXT,
    opt("customer", Kind::Text(5_000)),
    later("customer_account"),
    opt("customer_creation", Kind::OneOf(&["always", "if_required"])),
    opt("customer_email", Kind::Email),
    opt("customer_update", CUSTOMER_UPDATE),
    opt("discounts", DISCOUNTS),
    opt("excluded_payment_method_types", METHOD_NAMES),
    opt("expires_at", Kind::Time),
    later("integration_identifier"),
    opt("invoice_creation", Kind::SwitchedOff),
    opt("line_items", Kind::List(&Kind::Object(LINE), 100)),
    opt("locale", Kind::OneOf(LOCALES)),
    opt("managed_payments", Kind::SwitchedOff),
    opt("metadata", Kind::Metadata),
    opt("mode", Kind::OneOf(&["payment", "setup", "subscription"])),
    NAME_COLLECTION,
    later("optional_items"),
    later("origin_context"),
    opt("payment_intent_data", Kind::Object(INTENT_DATA)),
    opt("payment_method_collection", Kind::OneOf(&["always", "if_required"])),
    later("payment_method_configuration"),
    later("payment_method_data"),
    opt("payment_method_options", OPTIONS),
    opt("payment_method_types", METHOD_TYPES),
    later("permissions"),
    PHONE,
    later("redirect_on_completion"),
    later("return_url"),
    later("saved_payment_method_options"),
    later("setup_intent_data"),
    shipping_rates::ADDRESS,
    shipping_rates::OF_SESSION,
    opt("submit_type", SUBMIT),
    later("subscription_data"),
    opt("success_url", Kind::Url),
    opt("tax_id_collection", Kind::SwitchedOff),
    opt("ui_mode", UI_MODE),
    later("wallet_options"),
];

const LIST: &[Field] = &[
    CREATED,
    opt("customer", Kind::Text(5_000)),
    later("customer_account"),
    opt("customer_details", Kind::Object(&[need("email", Kind::Text(800))])),
    BEFORE,
    LIMIT,
    opt("payment_intent", Kind::Text(5_000)),
    opt("payment_link", Kind::Text(5_000)),
    AFTER,
    opt("status", Kind::OneOf(&["complete", "expired", "open"])),
    later("subscription"),
];

/// What else the service lets change is about pages that collect more than a payment.
const UPDATE: &[Field] = &[
    later("collected_information"),
    later("line_items"),
    opt("metadata", Kind::Metadata),
    later("optional_items"),
    later("shipping_options"),
];

pub(super) const OPERATIONS: &[Operation] = &[
    Operation {
        method: "POST",
        path: "/v1/checkout/sessions",
        id: "createCheckoutSession",
        fields: CREATE,
        run: Run::Write(create),
    },
    Operation {
        method: "GET",
        path: "/v1/checkout/sessions",
        id: "listCheckoutSessions",
        fields: LIST,
        run: Run::Read(list),
    },
    Operation {
        method: "GET",
        path: "/v1/checkout/sessions/{session}",
        id: "retrieveCheckoutSession",
        fields: &[],
        run: Run::Read(retrieve),
    },
    Operation {
        method: "POST",
        path: "/v1/checkout/sessions/{session}",
        id: "updateCheckoutSession",
        fields: UPDATE,
        run: Run::Write(update),
    },
    Operation {
        method: "GET",
        path: "/v1/checkout/sessions/{session}/line_items",
        id: "listCheckoutSessionLineItems",
        fields: &[BEFORE, LIMIT, AFTER],
        run: Run::Read(line_items),
    },
    Operation {
        method: "POST",
        path: "/v1/checkout/sessions/{session}/expire",
        id: "expireCheckoutSession",
        fields: &[],
        run: Run::Write(expire),
    },
];

fn create(tx: &mut Tx<'_>, call: &Call) -> Result<Content, Error> {
    let session = sessions::create(tx, &call.params, &call.belongs)?;
    Ok(session.into())
}

fn list(shown: Shown<'_>, call: &Call) -> Result<Content, Error> {
    let params = &call.params;
    let created = listing::created(call);
    let email = params.object("customer_details").and_then(|details| details.string("email"));
    let filters = [("link", "payment_link"), ("intent", "payment_intent"), ("customer", "customer")];
    let key = filters.into_iter().find_map(|(key, param)| params.text(param).map(|value| (key, value)));
    let page = shown.state.sessions.page(&listing::paging(call)?, key, |row| {
        created(row.created)
            && params.text("payment_link").is_none_or(|link| row.link.as_deref() == Some(link))
            && params.text("payment_intent").is_none_or(|intent| row.intent.as_deref() == Some(intent))
            && params.text("customer").is_none_or(|customer| row.customer.as_deref() == Some(customer))
            && params.text("status").is_none_or(|status| row.status.as_str() == status)
            && email
                .as_ref()
                .is_none_or(|email| row.payer.as_ref().is_some_and(|payer| payer.email.as_ref() == Some(email)))
    });
    listing::answer(call, "checkout.session", page, |row| Arc::clone(row).into())
}

fn retrieve(shown: Shown<'_>, call: &Call) -> Result<Content, Error> {
    let session = shown.state.sessions.get(&call.id).ok_or_else(|| missing(call))?;
    Ok(session.into())
}

fn update(tx: &mut Tx<'_>, call: &Call) -> Result<Content, Error> {
    let session = tx.state.sessions.get(&call.id).ok_or_else(|| missing(call))?;
    Ok(sessions::update(tx, &session, &call.params)?.into())
}

fn line_items(shown: Shown<'_>, call: &Call) -> Result<Content, Error> {
    let session = shown.state.sessions.get(&call.id).ok_or_else(|| missing(call))?;
    listing::line_items(shown, call, &session.lines())
}

fn expire(tx: &mut Tx<'_>, call: &Call) -> Result<Content, Error> {
    let session = tx.state.sessions.get(&call.id).ok_or_else(|| missing(call))?;
    let session = sessions::expire(tx, &session, Command::Expire).map_err(|refusal| {
        let status = match refusal {
            Refusal::NotOpen(status) => status,
            _ => session.status,
        };
        Error::invalid(format!(
            "Only Checkout Sessions with a status in [\"open\"] can be expired. This Checkout Session has a status of `{}`.",
            status.as_str()
        ))
        .code("checkout_session_not_open")
        .executed()
    })?;
    Ok(session.into())
}

fn missing(call: &Call) -> Error {
    Error::no_such_at_url("checkout.session", &call.id, "session")
}
