//! What holds for any request.

use std::collections::BTreeMap;

use axum::body::Body;
use http::{Method, Request, StatusCode, Uri};
use mock_core::Dressed;
use mock_core::contract::Contract;
use mock_dataverse::Config;
use mock_dataverse::store::Fields;
use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use uuid::Uuid;

use super::grower::Grower;
use super::names::Names;
use super::requests::Sent;
use crate::support::{Answer, BADGE, Org, guid, org_with};

const DATAVERSE: &str = include_str!("../../../../fixtures/openapi/dataverse.yaml");
const ENTRA: &str = include_str!("../../../../fixtures/openapi/entra.yaml");

/// More rows than this, and the organization is put back as it was.
const MANY: usize = 400;

/// The same requests every time, in a few seconds; `PROPTEST_CASES` asks for so many new ones.
fn cases(few: u32) -> ProptestConfig {
    match std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok()) {
        Some(cases) => ProptestConfig::with_cases(cases),
        None => ProptestConfig { cases: few, rng_seed: RngSeed::Fixed(7), ..ProptestConfig::default() },
    }
}

/// Version of every row, which each write of the row changes.
type State = BTreeMap<(String, Uuid), i64>;

fn state(org: &Org) -> State {
    let schema = org.dataverse.store().schema();
    let versions = |table: &str| -> Vec<_> {
        org.dataverse.store().read(|data| data.rows(table).map(|row| (row.id(), row.version())).collect())
    };
    schema
        .tables()
        .flat_map(|table| {
            let name = &table.logical_name;
            versions(name).into_iter().map(|(id, version)| ((name.clone(), id), version)).collect::<Vec<_>>()
        })
        .collect()
}

fn ready() -> (tokio::runtime::Runtime, Org) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let config = Config { schema_files: vec![("new_badge.toml".to_owned(), BADGE.to_owned())], ..Config::default() };
    let mut org = org_with(config);
    runtime.block_on(org.sign_in());
    org.purchase();
    org.contacts();
    let badge = Fields::new().set("new_name", "a").set("new_number", 1).set("new_contactid", guid(10));
    org.put("new_badge", guid(40), badge);
    (runtime, org)
}

async fn deliver(org: &Org, router: &Dressed, sent: &Sent, uri: Uri) -> Answer {
    let mut whole = Request::builder().method(sent.method.clone()).uri(uri);
    for (name, value) in &sent.headers {
        whole = whole.header(name, value);
    }
    org.delivered(router, whole.body(Body::from(sent.body.clone())).unwrap()).await
}

/// A refusal is worded as the face words them.
fn is_worded(answer: &Answer, entra: bool) -> Result<(), String> {
    let kind = answer.header("content-type");
    if answer.status == StatusCode::UNAUTHORIZED && !entra {
        let challenged = answer.header("www-authenticate").starts_with("Bearer authorization_uri=");
        return if challenged && answer.body.is_empty() { Ok(()) } else { Err("401 without its challenge".to_owned()) };
    }
    if kind.starts_with("multipart/mixed") {
        return Ok(());
    }
    if !kind.starts_with("application/json") {
        return Err(format!("content type {kind:?}"));
    }
    let json: serde_json::Value = serde_json::from_str(&answer.body).map_err(|error| error.to_string())?;
    let text = |value: &serde_json::Value| value.as_str().is_some_and(|text| !text.is_empty());
    let worded = if entra {
        text(&json["error"]) && text(&json["error_description"]) && json["error_codes"].is_array()
    } else {
        json["error"]["code"].is_string() && text(&json["error"]["message"])
    };
    if worded { Ok(()) } else { Err("no error object".to_owned()) }
}

/// Whether the request may have changed something although its answer is a refusal: parts of a batch that succeeded before one failed.
fn in_parts(answer: &Answer) -> bool {
    answer.header("content-type").starts_with("multipart/mixed") && answer.body.contains("\nHTTP/1.1 2")
}

fn hold(document: &str, entra: bool, few: u32) {
    let (runtime, org) = ready();
    let contract = Contract::parse("document", document).unwrap();
    let operations: Vec<_> =
        contract.operations().map(|operation| (operation.method().clone(), operation.path().to_owned())).collect();
    // What takes many forms is called more often.
    let general = |path: &str| {
        ["{set}", "{resource}", "eventpurchase", "$batch", "/token"].iter().any(|part| path.contains(part))
    };
    let picks: Vec<usize> = operations
        .iter()
        .enumerate()
        .flat_map(|(at, (_, path))| std::iter::repeat_n(at, if general(path) { 6 } else { 1 }))
        .collect();
    let names = Names::of(&org);
    let bearer = format!("Bearer {}", org.token.as_deref().unwrap());
    let router = if entra { &org.entra } else { &org.api };
    let first = org.dataverse.store().snapshot();
    let before = std::cell::RefCell::new(state(&org));
    let taken = std::cell::Cell::new(0_u32);
    let seen = std::cell::RefCell::new(BTreeMap::<usize, u32>::new());
    let numbers = prop::collection::vec(any::<u16>(), 0..160);
    proptest!(cases(few), |(operation in prop::sample::select(picks), numbers in numbers)| {
        let (method, template) = &operations[operation];
        let sent = Grower::new(&numbers, &names).request(method, template, &bearer);
        // What cannot stand in a URL at all cannot be sent.
        let Ok(uri) = sent.uri.parse::<Uri>() else { return Ok(()) };
        let answer = runtime.block_on(deliver(&org, router, &sent, uri));
        *seen.borrow_mut().entry(operation).or_default() += 1;
        let told = || format!("{} {} {:?} {:?}\n{answer:?}", sent.method, sent.uri, sent.headers, String::from_utf8_lossy(&sent.body));
        prop_assert!(answer.status.as_u16() < 500, "{}", told());
        taken.set(taken.get() + u32::from(answer.status.is_success()));
        let refused = answer.status.is_client_error();
        if refused && sent.method != Method::HEAD {
            let worded = is_worded(&answer, entra);
            prop_assert!(worded.is_ok(), "{}: {}", worded.unwrap_err(), told());
        }
        let after = state(&org);
        if (refused && !in_parts(&answer)) || matches!(sent.method, Method::GET | Method::HEAD) {
            prop_assert!(after == *before.borrow(), "something was changed: {}", told());
        }
        if after.len() > MANY {
            org.dataverse.store().restore(&first);
            org.world.journal().clear();
        }
        before.replace(if after.len() > MANY { state(&org) } else { after });
    });
    let seen = seen.into_inner();
    let called: u32 = seen.values().sum();
    if called < few / 2 {
        // Somebody asked for very few.
        return;
    }
    let never: Vec<_> = (0..operations.len()).filter(|at| !seen.contains_key(at)).map(|at| &operations[at]).collect();
    assert!(never.is_empty(), "never called: {never:?}");
    // What is refused at the door proves nothing about the rooms behind it.
    assert!(taken.get() > called / 8, "only {} of {called} requests were right", taken.get());
}

#[test]
fn the_web_api_refuses_in_its_own_words_and_changes_nothing() {
    hold(DATAVERSE, false, 4_000);
}

#[test]
fn the_sign_in_refuses_in_its_own_words_and_changes_nothing() {
    hold(ENTRA, true, 600);
}
