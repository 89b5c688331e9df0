//! The published document: what it says of itself, what it leaves out, and that its examples are right.

use http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use mock_core::contract::{AnswerView, Contract, RequestView};
use mock_event_api::http::{BASE_PATH, OPERATIONS, OUTBOUND_BASE_PATH, OUTBOUND_OPERATIONS};
use openapiv3::{OpenAPI, ReferenceOr};
use serde_json::{Value, json};
use std::collections::BTreeSet;

use crate::support::{Bench, filled};

const CONTRACT: &str = include_str!("../../../fixtures/openapi/event-api.yaml");
const OUTBOUND: &str = include_str!("../../../fixtures/openapi/event-api-outbound.yaml");

#[tokio::test]
async fn the_document_is_the_contract_without_what_is_no_operation() {
    let bench = Bench::new().await;
    let answer = bench.send(bench.http.get(bench.bare_url("/doc/public-api.json"))).await;
    assert_eq!((answer.status, answer.header("content-type")), (200, Some("application/json; charset=utf-8")));
    let document = answer.json();
    assert_eq!(document["openapi"], "3.0.0");
    assert_eq!(
        (&document["info"]["title"], &document["info"]["version"]),
        (&json!("EventManagement Public Api"), &json!("v1"))
    );
    let base = bench.world.places().base("event-api").unwrap();
    assert_eq!(document["servers"], json!([{ "url": &*base }, { "url": "https://localhost:6501" }]));
    let parsed: OpenAPI = serde_json::from_value(document).unwrap();
    let ids: BTreeSet<_> =
        parsed.operations().map(|(_, _, operation)| operation.operation_id.clone().unwrap()).collect();
    let routed = OPERATIONS.iter().map(|(.., id)| (*id).to_owned()).filter(|id| id != "publicApiGetDocument");
    assert_eq!(ids, routed.collect());
    assert_eq!(ids.len(), 19);
    let guarded = parsed.operations().filter(|(_, _, operation)| operation.security.is_none()).count();
    assert_eq!(guarded, 18, "all but the check-in ask for the token");
    assert!(parsed.operations().all(|(_, _, operation)| operation.tags == ["PublicApi"]));
    let named =
        |name: &str| parsed.operations().any(|(.., operation)| format!("{:?}", operation.parameters).contains(name));
    assert!(named("parameters/rid") && !named("oken"), "the token is the security scheme's");
    // It is a contract again: a client made from it sends what the fake answers.
    Contract::parse("event-api", &answer.text).unwrap().warm().unwrap();
    bench.assert_true_to_the_contract();
}

#[tokio::test]
async fn the_document_names_the_kind_of_qr_code_that_is_answered() {
    let bench = Bench::conference().await;
    for (value, kind) in [("png", "image/png"), ("base64", "application/json")] {
        bench.set("EAPI-34", value);
        let document = bench.send(bench.http.get(bench.bare_url("/doc/public-api.json"))).await.json();
        let path = format!("{BASE_PATH}/events/{{readableEventId}}/qrcode");
        let kinds = &document["paths"][&path]["get"]["responses"]["200"]["content"];
        assert_eq!(kinds.as_object().unwrap().keys().collect::<Vec<_>>(), [kind]);
        let answer = bench.get(&filled("/events/{readableEventId}/qrcode")).await;
        assert!(answer.header("content-type").unwrap().starts_with(kind));
    }
}

/// What a node says, or what it refers to.
fn resolved(document: &Value, node: &Value) -> Value {
    match node["$ref"].as_str().and_then(|pointer| document.pointer(pointer.strip_prefix('#')?)) {
        Some(target) => resolved(document, target),
        None => node.clone(),
    }
}

#[test]
fn every_json_body_has_examples_and_they_keep_to_its_schema() {
    assert!(examples_that_keep_to_their_schemas(CONTRACT, OPERATIONS, BASE_PATH) > 100);
    assert!(examples_that_keep_to_their_schemas(OUTBOUND, OUTBOUND_OPERATIONS, OUTBOUND_BASE_PATH) > 100);
}

/// Holds every example of a JSON body against the schema that it stands beside; answers how many there are.
#[track_caller]
fn examples_that_keep_to_their_schemas(text: &str, operations: &[(&str, &str, &str)], base: &str) -> usize {
    let contract = Contract::parse("event-api", text).unwrap();
    let document: Value = serde_saphyr::from_str(text).unwrap();
    let resolve = |node: &Value| resolved(&document, node);
    let examples = |body: &Value, media: &str| -> Vec<Value> {
        let listed = body["content"][media]["examples"].as_object().cloned().unwrap_or_default();
        listed.values().map(|example| resolve(example)["value"].clone()).collect()
    };
    let own = "5e1b77c0-4a39-4f08-b2d6-91c37e540a18";
    let mut checked = 0;
    for (method, path, id) in operations {
        let full = format!("{base}{path}");
        let operation = &document["paths"][&full][method.to_lowercase()];
        let (target, method): (String, Method) =
            (filled(&full).replace("{organizationId}", own), method.parse().unwrap());
        let mut headers = HeaderMap::new();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        let query = Some("emApplicationtoken=x&redirectUri=https%3A%2F%2Fa.test");
        let request = |body: &Value| {
            let bytes = body.to_string();
            let view = RequestView { method: &method, path: &target, query, headers: &headers, body: bytes.as_bytes() };
            contract.check_request(&view)
        };
        if operation["requestBody"].is_object() {
            let bodies = examples(&operation["requestBody"], "application/json");
            assert!(!bodies.is_empty(), "{id}: a body without an example");
            for body in bodies {
                assert!(request(&body).is_empty(), "{id}: {:#?}", request(&body));
                checked += 1;
            }
        }
        for (status, answer) in operation["responses"].as_object().unwrap() {
            let answer = resolve(answer);
            for media in ["application/json", "application/problem+json"] {
                let described = &answer["content"][media];
                if !described.is_object() || described["schema"]["format"] == "byte" {
                    continue;
                }
                let bodies = examples(&answer, media);
                assert!(!bodies.is_empty(), "{id} {status}: an answer without an example");
                for body in bodies {
                    let mut headers = HeaderMap::new();
                    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media));
                    let bytes = body.to_string();
                    let view = RequestView { method: &method, path: &target, query, headers: &headers, body: b"" };
                    let status: StatusCode = status.parse().unwrap();
                    let answered = AnswerView { status, headers: &headers, body: bytes.as_bytes() };
                    let wrong = contract.check_answer(&view, &answered);
                    assert!(wrong.is_empty(), "{id} {status}: {wrong:#?}\n{body}");
                    checked += 1;
                }
            }
        }
    }
    checked
}

/// Each operation says what it answers when it refuses.
#[test]
fn every_operation_lists_its_errors() {
    let documents: Vec<OpenAPI> =
        [CONTRACT, OUTBOUND].into_iter().map(|text| serde_saphyr::from_str(text).unwrap()).collect();
    for (path, method, operation) in documents.iter().flat_map(OpenAPI::operations) {
        let statuses: BTreeSet<String> = operation.responses.responses.keys().map(ToString::to_string).collect();
        let guarded = operation.security.as_ref().is_none_or(|security| !security.is_empty());
        let mut expect = vec!["400", "403", "404"];
        if guarded {
            expect.push("401");
        }
        if method == "post" {
            expect.extend(["413", "415"]);
        }
        for status in expect {
            assert!(statuses.contains(status), "{method} {path}: {status}");
        }
        assert!(statuses.iter().any(|status| status.starts_with('2') || status.starts_with('3')), "{method} {path}");
        let refused = operation.responses.responses.iter().filter(|(status, _)| status.to_string().starts_with('4'));
        for (status, answer) in refused {
            assert!(
                matches!(answer, ReferenceOr::Reference { reference } if reference.ends_with("/Error")),
                "{path} {status}"
            );
        }
    }
}
