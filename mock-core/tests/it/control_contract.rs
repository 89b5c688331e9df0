//! The control API against its published contract, in both directions.

use std::collections::BTreeSet;

use http::Method;
use mock_core::contract::{AnswerView, Contract, RequestView};
use mock_core::control::{ROUTES, router};
use mock_core::{ClockMode, Switch, SwitchValue, server};

use crate::bench::{Bench, LOOPBACK};

const TEXT: &str = include_str!("../../../fixtures/openapi/control.yaml");

fn contract() -> Contract {
    Contract::parse("control", TEXT).unwrap()
}

/// Routes below these prefixes belong to one fake, whose own tests hold them against the contract.
const FAKES: [&str; 4] = ["/v1/event-api/", "/v1/dataverse/", "/v1/entra/", "/v1/stripe/"];

fn is_shared(path: &str) -> bool {
    !FAKES.iter().any(|prefix| path.starts_with(prefix))
}

#[test]
fn the_contract_describes_the_routes_that_there_are_and_no_others() {
    let contract = contract();
    let described: BTreeSet<_> = contract
        .operations()
        .map(|operation| (operation.method().as_str(), operation.path()))
        .filter(|(_, path)| is_shared(path))
        .collect();
    let served: BTreeSet<_> = ROUTES.iter().copied().collect();
    assert_eq!(described, served);
}

/// A control API and its contract; every call is checked on both sides.
struct Guarded {
    bench: Bench,
    server: server::Server,
    contract: Contract,
    /// Operations whose right answer was seen.
    seen: BTreeSet<String>,
}

impl Guarded {
    async fn start() -> Self {
        let bench = Bench::with_clock(ClockMode::Manual).await;
        bench.world.switches().declare(Switch {
            id: "AMB-1",
            question: "what does a repeat answer",
            values: &[SwitchValue { name: "success", meaning: "nothing happens" }],
            default: "success",
            source: "not documented",
        });
        let api = router(&bench.world, axum::Router::new());
        let server = server::serve_router(&bench.world, "control", api, LOOPBACK).await.unwrap();
        Self { bench, server, contract: contract(), seen: BTreeSet::new() }
    }

    /// Sends `method target` and answers the status; `fits` says whether the request itself keeps to the contract.
    async fn send(&mut self, method: Method, target: &str, body: &str, fits: bool) -> u16 {
        let url = format!("{}{target}", self.server.url().as_str().trim_end_matches('/'));
        let call = mock_core::http_client().request(method.clone(), url).body(body.to_owned());
        let call = if body.is_empty() { call } else { call.header("content-type", "application/json") };
        let request = call.try_clone().unwrap().build().unwrap();
        let answer = call.send().await.unwrap();
        let (status, headers) = (answer.status(), answer.headers().clone());
        let bytes = if target.ends_with("/live") { Vec::new() } else { answer.bytes().await.unwrap().to_vec() };
        let (path, query) = target.split_once('?').map_or((target, None), |(path, query)| (path, Some(query)));
        let view = RequestView { method: &method, path, query, headers: request.headers(), body: body.as_bytes() };
        let wrong = self.contract.check_request(&view);
        assert_eq!(wrong.is_empty(), fits, "{method} {target} {body}: {wrong:#?}");
        let wrong = self.contract.check_answer(&view, &AnswerView { status, headers: &headers, body: &bytes });
        assert!(wrong.is_empty(), "{method} {target}: {wrong:#?}\n{}", String::from_utf8_lossy(&bytes));
        if status.is_success() {
            self.seen.extend(self.contract.operation_id(&method, path).map(str::to_owned));
        }
        status.as_u16()
    }
}

const PLANS: [&str; 4] = [
    r#"{"match": {"fake": "stripe", "path": "/echo", "text": "x"}, "skip": 1, "times": null, "effect": {"kind": "answer", "status": 429, "code": "rate_limit", "headers": {"Retry-After": "2"}}}"#,
    r#"{"match": {"fake": "nobody"}, "when": "after-commit", "effect": {"kind": "reset"}}"#,
    r#"{"match": {"fake": "nobody"}, "times": 3, "effect": {"kind": "delay", "millis": 5}}"#,
    r#"{"match": {"fake": "nobody"}, "effect": {"kind": "cut-body", "after": 10}}"#,
];

#[tokio::test]
async fn every_right_answer_keeps_to_the_contract() {
    let mut api = Guarded::start().await;
    for plan in PLANS {
        assert_eq!(api.send(Method::POST, "/v1/faults", plan, true).await, 201);
    }
    for body in ["x", "x a4d9e358-949f-f011-bbd3-6045bd02f64d"] {
        api.bench.post("/echo", body).await.unwrap();
    }
    api.bench.get("/nothing").await.unwrap();
    let scoped = r#"{"value": "success", "scope": "a4d9e358-949f-f011-bbd3-6045bd02f64d"}"#;
    let good = [
        (Method::GET, "/v1/world", ""),
        (Method::GET, "/v1/clock", ""),
        (Method::POST, "/v1/clock/advance", r#"{"by": "31m"}"#),
        (Method::GET, "/v1/clock/agenda", ""),
        (Method::GET, "/v1/journal", ""),
        (Method::GET, "/v1/journal?fake=stripe&direction=inbound&last=1&after=0&remarkable=true", ""),
        (Method::GET, "/v1/journal?after=3&again=1,2", ""),
        (Method::GET, "/v1/journal?format=lines", ""),
        (Method::GET, "/v1/journal?format=curl", ""),
        (Method::GET, "/v1/journal/1", ""),
        (Method::GET, "/v1/journal/1?format=text", ""),
        (Method::GET, "/v1/journal/live", ""),
        (Method::POST, "/v1/reads", r#"{"paths": ["/v1/world", "/v1/journal?last=1", "/v1/faults"]}"#),
        (Method::POST, "/v1/quiet", r#"{"settle_ms": 1, "limit_ms": 1000}"#),
        (Method::GET, "/v1/faults", ""),
        (Method::DELETE, "/v1/faults/1", ""),
        (Method::PUT, "/v1/switches/AMB-1", scoped),
        (Method::GET, "/v1/switches", ""),
        (Method::PUT, "/v1/guard", r#"{"on": false}"#),
        (Method::POST, "/v1/snapshots", ""),
        (Method::DELETE, "/v1/faults", ""),
        (Method::DELETE, "/v1/switches", ""),
        (Method::DELETE, "/v1/journal", ""),
    ];
    for (method, target, body) in good {
        let status = api.send(method.clone(), target, body, true).await;
        assert!((200..300).contains(&status), "{method} {target}: {status}");
    }
    let snapshot = api.bench.world.snapshot();
    assert_eq!(api.send(Method::POST, &format!("/v1/snapshots/{snapshot}/restore"), "", true).await, 204);
    assert_eq!(api.send(Method::POST, "/v1/reset", "", true).await, 204);
    let described: BTreeSet<_> = api
        .contract
        .operations()
        .filter(|operation| is_shared(operation.path()))
        .map(|operation| operation.id().to_owned())
        .collect();
    assert_eq!(api.seen, described, "each operation is seen to answer rightly");
}

#[tokio::test]
async fn what_the_contract_refuses_the_api_refuses_in_its_own_shape() {
    let mut api = Guarded::start().await;
    let bad = [
        (Method::POST, "/v1/clock/advance", "{}"),
        (Method::POST, "/v1/clock/advance", r#"{"by": 5}"#),
        (Method::POST, "/v1/clock/advance", r#"{"by": "1m", "x": 1}"#),
        (Method::POST, "/v1/faults", r#"{"effect": {"kind": "explode"}}"#),
        (Method::POST, "/v1/faults", r#"{"effect": {"kind": "answer"}}"#),
        (Method::POST, "/v1/faults", r#"{"match": {"what": "x"}, "effect": {"kind": "reset"}}"#),
        (Method::POST, "/v1/faults", r#"{"effect": {"kind": "certificate", "flaw": "revoked"}}"#),
        (Method::POST, "/v1/reads", r#"{"paths": []}"#),
        (Method::POST, "/v1/reads", r#"{"paths": ["world"]}"#),
        (Method::POST, "/v1/quiet", r#"{"settle_ms": -1}"#),
        (Method::POST, "/v1/quiet", r#"{"subjects": ["x"]}"#),
        (Method::PUT, "/v1/switches/AMB-1", r#"{"scope": "x"}"#),
        (Method::PUT, "/v1/guard", r#"{"on": "yes"}"#),
        (Method::PUT, "/v1/guard", "{"),
        (Method::GET, "/v1/journal?direction=sideways", ""),
        (Method::GET, "/v1/journal?again=one", ""),
        (Method::GET, "/v1/journal?format=pdf", ""),
        (Method::GET, "/v1/journal?what=x", ""),
        (Method::GET, "/v1/journal?subject=7", ""),
        (Method::GET, "/v1/journal/one", ""),
        (Method::DELETE, "/v1/faults/one", ""),
        (Method::POST, "/v1/snapshots/one/restore", ""),
    ];
    for (method, target, body) in bad {
        let status = api.send(method.clone(), target, body, false).await;
        assert!(status == 400 || status == 404, "{method} {target} {body}: {status}");
    }
    for (method, target) in [(Method::GET, "/v1/journal/99"), (Method::DELETE, "/v1/faults/99")] {
        assert_eq!(api.send(method, target, "", true).await, 404, "{target}");
    }
    for (path, expect) in [
        ("/v1/nothing", 404),
        ("/v1/journal/99", 404),
        ("/v1/reads", 404),
        ("/v1/journal?last=x", 400),
        ("/v1/journal?format=lines", 400),
        ("/v1/journal/live", 400),
    ] {
        let body = format!(r#"{{"paths": ["/v1/world", "{path}"]}}"#);
        assert_eq!(api.send(Method::POST, "/v1/reads", &body, true).await, expect, "{path}");
    }
    let long = format!(r#"{{"by": "{}"}}"#, "x".repeat(5_000_000));
    assert_eq!(api.send(Method::POST, "/v1/clock/advance", &long, true).await, 413);
}
