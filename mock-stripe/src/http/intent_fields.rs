//! The parameters of the operations on payment intents.

use super::addresses::{METHOD, SHIPPING, SHIPPING_OR_UNSET};
use crate::params::{Field, Kind, OTHER_METHODS, later, need, opt};

const AMOUNT: Kind = Kind::Integer(1, 999_999_999_999);
const CAPTURE_METHOD: Kind = Kind::OneOf(&["automatic", "automatic_async", "manual"]);
const METHOD_TYPES: Kind = Kind::List(&Kind::Text(100), 50);
const USAGE: Kind = Kind::OneOf(&["off_session", "on_session"]);
const USAGE_OR_UNSET: Kind = Kind::OneOf(&["", "off_session", "on_session"]);
const OFF_SESSION: Kind = Kind::OneOf(&["true", "false", "one_off", "recurring"]);
const AUTOMATIC: Kind =
    Kind::Object(&[opt("allow_redirects", Kind::OneOf(&["always", "never"])), need("enabled", Kind::Flag)]);
/// What each type of method does otherwise than usual.
const OPTIONS: Kind = Kind::Object(&[
    opt(
        "card",
        Kind::Object(&[
            later("capture_method"),
            later("cvc_token"),
            later("installments"),
            later("mandate_options"),
            later("moto"),
            later("network"),
            later("request_extended_authorization"),
            later("request_incremental_authorization"),
            later("request_multicapture"),
            later("request_overcapture"),
            opt("request_three_d_secure", Kind::OneOf(&["any", "automatic", "challenge"])),
            later("require_cvc_recollection"),
            later("setup_future_usage"),
            later("statement_descriptor_suffix_kana"),
            later("statement_descriptor_suffix_kanji"),
            later("three_d_secure"),
        ]),
    ),
    OTHER_METHODS,
]);
/// What the buyer agreed to; taken, and not shown again.
const MANDATE: Kind = Kind::ObjectOrUnset(&[need(
    "customer_acceptance",
    Kind::Object(&[
        opt("accepted_at", Kind::Time),
        opt("offline", Kind::ObjectOrUnset(&[])),
        opt("online", Kind::Object(&[need("ip_address", Kind::Text(5_000)), need("user_agent", Kind::Text(5_000))])),
        need("type", Kind::OneOf(&["offline", "online"])),
    ]),
)]);

pub(super) const CREATE: &[Field] = &[
    opt("allowed_payment_method_types", METHOD_TYPES),
    need("amount", AMOUNT),
    later("amount_details"),
    later("application_fee_amount"),
    opt("automatic_payment_methods", AUTOMATIC),
    opt("capture_method", CAPTURE_METHOD),
    opt("confirm", Kind::Flag),
    opt("confirmation_method", Kind::OneOf(&["automatic", "manual"])),
    later("confirmation_token"),
    need("currency", Kind::Currency),
    opt("customer", Kind::Text(5_000)),
    later("customer_account"),
    opt("description", Kind::Text(1_000)),
    opt("error_on_requires_action", Kind::Flag),
    opt("excluded_payment_method_types", METHOD_TYPES),
    later("hooks"),
    later("mandate"),
    opt("mandate_data", MANDATE),
    opt("metadata", Kind::Metadata),
    opt("off_session", OFF_SESSION),
    later("on_behalf_of"),
    later("payment_details"),
    opt("payment_method", Kind::Text(5_000)),
    later("payment_method_configuration"),
    opt("payment_method_data", Kind::Object(METHOD)),
    opt("payment_method_options", OPTIONS),
    opt("payment_method_types", METHOD_TYPES),
    later("radar_options"),
    opt("receipt_email", Kind::Email),
    opt("return_url", Kind::Url),
    opt("setup_future_usage", USAGE),
    opt("shipping", SHIPPING),
    opt("statement_descriptor", Kind::Text(22)),
    opt("statement_descriptor_suffix", Kind::Text(22)),
    later("transfer_data"),
    opt("transfer_group", Kind::Text(5_000)),
    opt("use_stripe_sdk", Kind::Flag),
];

pub(super) const UPDATE: &[Field] = &[
    opt("allowed_payment_method_types", METHOD_TYPES),
    opt("amount", AMOUNT),
    later("amount_details"),
    later("application_fee_amount"),
    opt("capture_method", CAPTURE_METHOD),
    opt("currency", Kind::Currency),
    opt("customer", Kind::Text(5_000)),
    later("customer_account"),
    opt("description", Kind::TextOrUnset(1_000)),
    opt("excluded_payment_method_types", METHOD_TYPES),
    later("hooks"),
    opt("metadata", Kind::Metadata),
    later("payment_details"),
    opt("payment_method", Kind::TextOrUnset(5_000)),
    later("payment_method_configuration"),
    opt("payment_method_data", Kind::Object(METHOD)),
    opt("payment_method_options", OPTIONS),
    opt("payment_method_types", METHOD_TYPES),
    opt("receipt_email", Kind::EmailOrUnset),
    opt("setup_future_usage", USAGE_OR_UNSET),
    opt("shipping", SHIPPING_OR_UNSET),
    opt("statement_descriptor", Kind::Text(22)),
    opt("statement_descriptor_suffix", Kind::Text(22)),
    later("transfer_data"),
    opt("transfer_group", Kind::Text(5_000)),
];

pub(super) const CONFIRM: &[Field] = &[
    later("allowed_payment_method_types"),
    later("amount_details"),
    later("amount_to_confirm"),
    opt("capture_method", CAPTURE_METHOD),
    later("confirmation_token"),
    opt("error_on_requires_action", Kind::Flag),
    later("excluded_payment_method_types"),
    later("hooks"),
    later("mandate"),
    opt("mandate_data", MANDATE),
    opt("off_session", OFF_SESSION),
    later("payment_details"),
    opt("payment_method", Kind::Text(5_000)),
    opt("payment_method_data", Kind::Object(METHOD)),
    opt("payment_method_options", OPTIONS),
    later("payment_method_types"),
    later("radar_options"),
    opt("receipt_email", Kind::EmailOrUnset),
    opt("return_url", Kind::Url),
    opt("setup_future_usage", USAGE_OR_UNSET),
    opt("shipping", SHIPPING),
    opt("use_stripe_sdk", Kind::Flag),
];

pub(super) const CAPTURE: &[Field] = &[
    later("amount_details"),
    opt("amount_to_capture", AMOUNT),
    later("application_fee_amount"),
    opt("final_capture", Kind::Flag),
    later("hooks"),
    opt("metadata", Kind::Metadata),
    later("payment_details"),
    opt("statement_descriptor", Kind::Text(22)),
    opt("statement_descriptor_suffix", Kind::Text(22)),
    later("transfer_data"),
];

pub(super) const CANCEL: &[Field] =
    &[opt("cancellation_reason", Kind::OneOf(&["abandoned", "duplicate", "fraudulent", "requested_by_customer"]))];
