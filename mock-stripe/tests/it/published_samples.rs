//! Our objects beside Stripe's published samples (`fixtures3.json`): the same members, but for one table of differences, each with its
//! reason. A difference that is not listed fails, and so does one that is listed and gone.

use std::collections::{BTreeMap, BTreeSet};

use mock_core::journal::{Direction, Filter};
use serde_json::{Map, Value};

use crate::published::{folder, read};
use crate::published_script::play;
use crate::support::Lab;

/// Who has a member that the other lacks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Only {
    /// Some of ours have it.
    Ours,
    /// Some of ours lack it.
    Sample,
}

use Only::{Ours, Sample};

/// What differs: the object, the member, who has it, why.
const DIFFERENCES: &[(&str, &str, Only, &str)] = &[
    (
        "account",
        "capabilities.sepa_debit_payments",
        Ours,
        "this account takes SEPA debits; the sample's has another capability list",
    ),
    ("charge", "destination", Ours, "sent by the service, though neither description nor sample has it"),
    ("charge", "dispute", Ours, "sent by the service, though neither description nor sample has it"),
    ("charge", "order", Ours, "sent by the service, though neither description nor sample has it"),
    ("charge", "outcome.risk_level", Ours, "the sample's payment was not scored; cards are"),
    ("charge", "outcome.risk_score", Ours, "the sample's payment was not scored; cards are"),
    ("charge", "payment_method_details.card", Sample, "only of cards: a debit has sepa_debit instead"),
    ("charge", "payment_method_details.card.capture_before", Ours, "only while an authorisation is held"),
    ("charge", "payment_method_details.sepa_debit", Ours, "only of debits: the sample is a card's"),
    ("charge", "radar_options", Ours, "described and sent; the sample is older"),
    ("charge", "refunds", Sample, "since 2022-11-15 only on expansion"),
    (
        "checkout.session",
        "branding_settings",
        Ours,
        "described and sent for sessions made by the API; the sample is older",
    ),
    ("checkout.session", "line_items", Ours, "only on expansion"),
    ("checkout.session", "name_collection", Ours, "only when the seller said anything of it"),
    ("checkout.session", "total_details.breakdown", Ours, "only on expansion"),
    ("customer", "customer_account", Ours, "described and sent; the sample is older"),
    ("dispute", "balance_transaction", Ours, "sent by the service, though neither description nor sample has it"),
    ("item", "discounts", Ours, "only on expansion"),
    ("payment_intent", "allowed_payment_method_types", Ours, "described since 2026-07-29; the sample lacks it still"),
    ("payment_intent", "automatic_payment_methods.allow_redirects", Ours, "only when the seller said it"),
    ("payment_intent", "last_payment_error.advice_code", Ours, "the sample's error has a type alone"),
    ("payment_intent", "last_payment_error.charge", Ours, "the sample's error has a type alone"),
    ("payment_intent", "last_payment_error.code", Ours, "the sample's error has a type alone"),
    ("payment_intent", "last_payment_error.decline_code", Ours, "the sample's error has a type alone"),
    ("payment_intent", "last_payment_error.doc_url", Ours, "the sample's error has a type alone"),
    ("payment_intent", "last_payment_error.message", Ours, "the sample's error has a type alone"),
    ("payment_intent", "last_payment_error.network_decline_code", Ours, "the sample's error has a type alone"),
    ("payment_intent", "last_payment_error.payment_method", Ours, "the sample's error has a type alone"),
    ("payment_intent", "next_action.redirect_to_url", Ours, "the buyer is sent to the page of the 3-D Secure step"),
    (
        "payment_intent",
        "next_action.use_stripe_sdk",
        Ours,
        "without a return_url a library of the buyer's takes the step",
    ),
    (
        "payment_intent",
        "shared_payment_granted_token",
        Ours,
        "sent by the service, though neither description nor sample has it",
    ),
    (
        "payment_link",
        "after_completion.hosted_confirmation",
        Sample,
        "only when the buyer is not sent on to a page of the seller's",
    ),
    ("payment_link", "after_completion.redirect", Ours, "only when the buyer is sent on to a page of the seller's"),
    ("payment_link", "line_items", Ours, "only on expansion"),
    ("payment_method", "card", Sample, "only of cards: a debit has sepa_debit instead"),
    ("payment_method", "radar_options", Ours, "described and sent; the sample is older"),
    ("payment_method", "sepa_debit", Ours, "only of debits: the sample is a card's"),
    ("radar.early_fraud_warning", "payment_intent", Ours, "described and sent; the sample is older"),
    (
        "refund",
        "destination_details.card.reference",
        Ours,
        "only of card refunds; the sample's details hold a type alone",
    ),
    ("refund", "destination_details.card.reference_status", Ours, "as above"),
    ("refund", "destination_details.card.reference_type", Ours, "as above"),
    ("refund", "failure_balance_transaction", Ours, "only of failed refunds"),
    ("refund", "failure_reason", Ours, "only of failed refunds"),
    ("refund", "pending_reason", Ours, "only of pending refunds"),
    ("webhook_endpoint", "secret", Ours, "only in the answer that made it"),
];

/// Objects that a seller of one-off payments meets. Ours must show every one of them.
const IN_SCOPE: &[&str] = &[
    "account",
    "balance",
    "balance_transaction",
    "charge",
    "checkout.session",
    "coupon",
    "customer",
    "deleted_coupon",
    "deleted_customer",
    "deleted_product",
    "deleted_webhook_endpoint",
    "discount",
    "dispute",
    "event",
    "file",
    "item",
    "payment_intent",
    "payment_link",
    "payment_method",
    "plan",
    "price",
    "product",
    "promotion_code",
    "radar.early_fraud_warning",
    "refund",
    "shipping_rate",
    "webhook_endpoint",
];

/// Collects every object in a body, whole or inside another one, by the name of its sample.
fn collect(value: &Value, into: &mut BTreeMap<String, Vec<Map<String, Value>>>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| collect(item, into)),
        Value::Object(members) => {
            if let (Some(kind), true) = (members.get("object").and_then(Value::as_str), members.len() > 2) {
                let deleted = if members.get("deleted") == Some(&Value::Bool(true)) { "deleted_" } else { "" };
                into.entry(format!("{deleted}{kind}")).or_default().push(members.clone());
            }
            // What changed in an object is no object.
            members
                .iter()
                .filter(|(name, _)| *name != "previous_attributes")
                .for_each(|(_, member)| collect(member, into));
        }
        _ => {}
    }
}

/// The differences of two objects' members, and of those inside them that are objects on both sides and no type of their own.
fn compare(at: &str, ours: &Map<String, Value>, sample: &Map<String, Value>, into: &mut BTreeSet<(String, Only)>) {
    let place = |name: &str| if at.is_empty() { name.to_owned() } else { format!("{at}.{name}") };
    into.extend(ours.keys().filter(|name| !sample.contains_key(*name)).map(|name| (place(name), Ours)));
    into.extend(sample.keys().filter(|name| !ours.contains_key(*name)).map(|name| (place(name), Sample)));
    for (name, ours) in ours {
        let (Value::Object(ours), Some(Value::Object(sample))) = (ours, sample.get(name)) else { continue };
        let open =
            name == "metadata" || sample.is_empty() || ours.contains_key("object") || place(name) == "data.object";
        if !open {
            compare(&place(name), ours, sample, into);
        }
    }
}

#[tokio::test]
async fn our_objects_have_the_members_of_the_published_samples() {
    let Some(folder) = folder() else { return };
    let samples = read(&folder, "fixtures3.json");
    let lab = Lab::start().await;
    play(&lab).await;
    let mut objects = BTreeMap::new();
    for entry in lab.world.journal().find(&Filter { direction: Some(Direction::Inbound), ..Filter::default() }) {
        if let Some(body) = entry.answer.as_ref().and_then(|answer| serde_json::from_slice(&answer.body).ok()) {
            collect(&body, &mut objects);
        }
    }
    let mut found = BTreeSet::new();
    for kind in IN_SCOPE {
        let sample = samples["resources"][kind].as_object().unwrap_or_else(|| panic!("no sample of {kind}"));
        let ours = objects.get(*kind).unwrap_or_else(|| panic!("we show no {kind}"));
        let mut differences = BTreeSet::new();
        for ours in ours {
            compare("", ours, sample, &mut differences);
        }
        found.extend(differences.into_iter().map(|(member, only)| ((*kind).to_owned(), member, only)));
    }
    let listed: BTreeSet<_> =
        DIFFERENCES.iter().map(|(kind, member, only, _)| ((*kind).to_owned(), (*member).to_owned(), *only)).collect();
    assert_eq!(listed.len(), DIFFERENCES.len(), "a difference is listed twice");
    let new: Vec<_> = found.difference(&listed).collect();
    assert!(new.is_empty(), "not listed: {new:#?}");
    let gone: Vec<_> = listed.difference(&found).collect();
    assert!(gone.is_empty(), "listed, but gone: {gone:#?}");
}
