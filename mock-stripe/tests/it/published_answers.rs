//! Every answer of every route against Stripe's published description of that very operation: nullable and expandable members included,
//! unknown members refused. The routes are enumerated, so one without a recorded success fails by its name.

use std::collections::{BTreeMap, BTreeSet};

use mock_core::journal::{Direction, Filter};
use mock_stripe::routes;
use serde_json::{Map, Value, json};

use crate::published::{Published, folder};
use crate::published_script::play;
use crate::support::Lab;

/// Routes that the published description does not have, each with the reason why there is one.
const UNPUBLISHED: &[(&str, &str)] = &[
    ("visitPaymentLink", "a page for the buyer, no API"),
    ("showCheckout", "a page for the buyer, no API"),
    ("submitCheckout", "a page for the buyer, no API"),
    ("showAuthentication", "a page for the buyer, no API"),
    ("submitAuthentication", "a page for the buyer, no API"),
    ("downloadFile", "binary; a file's `url`, which is on another host in the service"),
    ("retrievePaymentPage", "undocumented; the Stripe CLI's triggers pay through it"),
    ("confirmPaymentPage", "undocumented; the Stripe CLI's triggers pay through it"),
    ("createStripeCliSession", "undocumented; `stripe listen` opens its session here"),
    ("openStripeCliSocket", "undocumented; the socket of `stripe listen`"),
    ("retryEvent", "undocumented; `stripe events resend`"),
];

/// Published routes that cannot succeed here, each with the reason.
const NEVER_SUCCEEDS: &[(&str, &str)] = &[(
    "cancelRefund",
    "only a refund that waits for the customer can be canceled, and none of the methods here makes one wait",
)];

/// What events here are about.
const KINDS_IN_EVENTS: &[&str] = &[
    "balance",
    "balance_transaction",
    "charge",
    "checkout.session",
    "coupon",
    "customer",
    "dispute",
    "file",
    "payment_intent",
    "payment_link",
    "payment_method",
    "plan",
    "price",
    "product",
    "promotion_code",
    "radar.early_fraud_warning",
    "refund",
];

/// The schemas of every route's success and refusal, and what is wrong with the lists above.
fn schemas(published: &Published, wrong: &mut BTreeSet<String>) -> Map<String, Value> {
    let mut schemas = Map::new();
    let mut excused: BTreeSet<&str> = UNPUBLISHED.iter().map(|(id, _)| *id).collect();
    for (method, path, id) in routes() {
        if let Some(operation) = published.operation(method, path) {
            schemas.insert(id.to_owned(), Published::answer(operation, "200"));
            schemas.insert(refused(id), Published::answer(operation, "default"));
        } else if !excused.remove(id) {
            wrong.insert(format!("{id} ({method} {path}) is not published: list it with a reason"));
        }
    }
    wrong.extend(excused.iter().map(|id| format!("{id} is listed as unpublished, but is published or gone")));
    for kind in KINDS_IN_EVENTS {
        schemas.insert(in_event(kind), json!({ "$ref": format!("#/$defs/{kind}") }));
    }
    schemas
}

fn refused(id: &str) -> String {
    format!("{id}, refused")
}

fn in_event(kind: &str) -> String {
    format!("event about {kind}")
}

/// An answer and the objects of the events in it, each by the name of its schema.
fn documents(name: &str, body: Value) -> Vec<Map<String, Value>> {
    let events =
        body["data"].as_array().into_iter().flatten().chain([&body]).filter(|event| event["object"] == "event");
    let objects = events.map(|event| &event["data"]["object"]);
    let objects = objects.map(|object| (in_event(object["object"].as_str().unwrap()), object.clone()));
    let mut documents: Vec<_> = objects.map(|named| Map::from_iter([named])).collect();
    documents.push(Map::from_iter([(name.to_owned(), body)]));
    documents
}

/// A place in an answer, whatever the numbers in it.
fn anywhere(place: &str) -> String {
    place.split('/').map(|part| if part.parse::<u32>().is_ok() { "*" } else { part }).collect::<Vec<_>>().join("/")
}

#[tokio::test]
async fn every_answer_of_every_route_fits_its_published_description() {
    let Some(folder) = folder() else { return };
    let published = Published::open(&folder);
    let lab = Lab::start().await;
    play(&lab).await;

    let mut missing = BTreeSet::new();
    let schemas = schemas(&published, &mut missing);
    let validator = published.validator(schemas.clone());
    let (mut seen, mut wrong) = (BTreeSet::new(), BTreeMap::new());
    for entry in lab.world.journal().find(&Filter { direction: Some(Direction::Inbound), ..Filter::default() }) {
        let (Some(id), Some(answer)) = (&entry.operation, &entry.answer) else { continue };
        let name = if answer.status == 200 { id.clone() } else { refused(id) };
        if !schemas.contains_key(&name) {
            continue;
        }
        seen.insert(name.clone());
        for document in documents(&name, serde_json::from_slice(&answer.body).unwrap()) {
            assert!(document.keys().all(|name| schemas.contains_key(name)), "no schema for {:?}", document.keys());
            for error in validator.iter_errors(&Value::Object(document)) {
                let which =
                    || format!("{:.400} ({} {})", error.to_string(), entry.request.method, entry.request.target);
                wrong.entry(anywhere(error.instance_path().as_str())).or_insert_with(which);
            }
        }
    }
    for (method, path, id) in routes().into_iter().filter(|(_, _, id)| schemas.contains_key(*id)) {
        let never = NEVER_SUCCEEDS.iter().any(|(listed, _)| *listed == id);
        if never == seen.contains(id) {
            let what = if never {
                "succeeded, yet is listed as never doing so"
            } else {
                "has no recorded success: script one"
            };
            missing.insert(format!("{id} ({method} {path}) {what}"));
        }
        if !seen.contains(&refused(id)) {
            missing.insert(format!("{id} ({method} {path}) has no recorded refusal"));
        }
    }
    assert!(missing.is_empty(), "{missing:#?}");
    assert!(wrong.is_empty(), "{wrong:#?}");
}
