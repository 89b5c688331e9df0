//! Bad input to every route: never a 5xx, never a panic, never an answer outside the contract.

use http::Method;
use mock_dataverse::event_management::Scenario;
use mock_event_api::http::{ABSENT, OPERATIONS, OUTBOUND_BASE_PATH, OUTBOUND_OPERATIONS};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Value, json};

use crate::outbound::support::GALA;
use crate::support::{Bench, EVENT, PASS, TOKEN};

#[derive(Clone, Debug)]
struct Shot {
    operation: prop::sample::Index,
    method: usize,
    segment: String,
    query: String,
    origin: Option<String>,
    content_type: Option<String>,
    session: Option<u8>,
    bearer: Option<String>,
    body: Vec<u8>,
}

/// A body: bytes, broken JSON, or JSON of the right outline with wrong parts.
fn body() -> impl Strategy<Value = Vec<u8>> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(|number| json!(number)),
        "\\PC{0,60}".prop_map(Value::from),
        Just(json!(PASS)),
        Just(json!("x".repeat(5_000))),
    ];
    let value = leaf.prop_recursive(3, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec((prop::sample::select(KEYS), inner), 0..5).prop_map(|pairs| {
                Value::Object(pairs.into_iter().map(|(key, value)| (key.to_owned(), value)).collect())
            }),
        ]
    });
    prop_oneof![
        1 => prop::collection::vec(any::<u8>(), 0..200),
        1 => value.clone().prop_map(|value| {
            let mut text = value.to_string();
            text.pop();
            text.into_bytes()
        }),
        2 => value.clone().prop_map(|value| value.to_string().into_bytes()),
        2 => (prop::sample::select(&["purchaseId", "registrationId"]), value.clone())
            .prop_map(|(key, value)| json!({ key: value }).to_string().into_bytes()),
        4 => (prop::sample::select(KEYS), value).prop_map(|(key, value)| {
            let mut attendee = json!({"firstName": "Ada", "lastName": "Ng", "email": "ada@example.test", "passId": PASS});
            attendee[key] = value;
            json!({ "attendees": [attendee] }).to_string().into_bytes()
        }),
    ]
}

const KEYS: &[&str] = &[
    "attendees",
    "firstName",
    "lastName",
    "email",
    "passId",
    "waitlisted",
    "autoRegister",
    "responses",
    "attendeeSessions",
    "sessionId",
    "id",
    "value",
    "values",
    "hipObject",
    "purchaseId",
    "registrationId",
];

fn shot() -> impl Strategy<Value = Shot> {
    let segment = prop_oneof![
        3 => Just(EVENT.to_owned()),
        2 => Just(GALA.to_owned()),
        1 => Just(PASS.to_owned()),
        1 => "[A-Za-z0-9_.~%-]{0,40}",
        1 => Just("%FF%00".to_owned()),
        1 => Just("a".repeat(3_000)),
    ];
    let query = prop_oneof![
        6 => Just(format!("emApplicationtoken={TOKEN}")),
        1 => "[A-Za-z0-9_.~%&=+-]{0,60}",
        1 => Just(format!("webappId=%00&emApplicationtoken={TOKEN}")),
        1 => "[ -~]{0,40}".prop_map(|target| {
            let pairs = [("redirectUri", target.as_str()), ("emApplicationtoken", TOKEN)];
            form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish()
        }),
        1 => Just("redirectUri=https%3A%2F%2Fa.test".to_owned()),
    ];
    let origin = prop::option::of(prop_oneof![Just("http://localhost:8080".to_owned()), "[ -~]{0,30}"]);
    let content_type = prop::option::of(prop_oneof![3 => Just("application/json".to_owned()), 1 => "[ -~]{0,30}"]);
    let who = (prop::option::of(any::<u8>()), prop::option::weighted(0.2, "(Bearer )?[ -~]{0,30}"));
    (any::<prop::sample::Index>(), 0..6_usize, segment, query, origin, content_type, who, body()).prop_map(
        |(operation, method, segment, query, origin, content_type, (session, bearer), body)| Shot {
            operation,
            method,
            segment,
            query,
            origin,
            content_type,
            session,
            bearer,
            body,
        },
    )
}

/// Method and whole path of everything that is routed, in both generations.
fn targets(bench: &Bench) -> Vec<(&'static str, String)> {
    let modern = OPERATIONS.iter().map(|(method, path, _)| (*method, bench.bare_url(path)));
    let place = bench.world.places().base("event-api").unwrap();
    let outbound = OUTBOUND_OPERATIONS.iter().map(|(method, path, _)| (*method, *path));
    let outbound = outbound.chain(ABSENT.iter().map(|(path, _)| ("GET", *path)));
    modern.chain(outbound.map(|(method, path)| (method, format!("{place}{OUTBOUND_BASE_PATH}{path}")))).collect()
}

async fn fire(bench: &Bench, targets: &[(&str, String)], shot: &Shot) -> Result<(), TestCaseError> {
    let (method, path) = shot.operation.get(targets);
    // Mostly the operation's own method.
    let method = [method, method, method, "DELETE", "OPTIONS", "PUT"][shot.method];
    let names = ["{readableEventId}", "{sessionId}", "{speakerId}", "{sponsorshipId}", "{trackId}", "{registrationId}"];
    let path = names.iter().fold(path.clone(), |path, name| path.replace(name, &shot.segment));
    let url = format!("{path}?{}", shot.query);
    let mut request = bench.http.request(method.parse::<Method>().unwrap(), url).body(shot.body.clone());
    let session = shot.session.map(|id| format!("payloop_emsession={id}"));
    let more = [
        ("origin", &shot.origin),
        ("content-type", &shot.content_type),
        ("cookie", &session),
        ("authorization", &shot.bearer),
    ];
    for (name, value) in more {
        if let Some(value) = value {
            request = request.header(name, value);
        }
    }
    let Ok(response) = request.send().await else {
        return Err(TestCaseError::fail("the connection broke"));
    };
    let status = response.status();
    prop_assert!(!status.is_server_error(), "{} {}: {}", method, path, status);
    let text = response.text().await.unwrap_or_default();
    if status.is_client_error() {
        let message =
            serde_json::from_str::<Value>(&text).ok().and_then(|body| body["Message"].as_str().map(str::to_owned));
        prop_assert!(message.is_some_and(|message| !message.is_empty()), "{} {}: {} {}", method, path, status, text);
    }
    Ok(())
}

#[test]
fn no_input_breaks_any_route() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let bench = runtime.block_on(Bench::new());
    let outbound = Scenario::parse(include_str!("../../../fixtures/scenarios/outbound.toml")).unwrap();
    let outbound = outbound.with_web_application("http://localhost:8080", "another-token");
    bench.dataverse.events().load(&outbound).unwrap();
    let targets = targets(&bench);
    // Open, so that bodies reach what lies behind.
    bench.dataverse.events().enable_demo_payments(true).unwrap();
    let config = Config { cases: 2_500, failure_persistence: None, ..Config::default() };
    TestRunner::new(config).run(&shot(), |shot| runtime.block_on(fire(&bench, &targets, &shot))).unwrap();
    bench.assert_true_to_the_contract();
}
