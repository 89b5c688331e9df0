//! The route table against the contract: every operation is described, and everything described is answered.

use std::collections::BTreeSet;

use http::Method;
use mock_core::contract::Contract;
use mock_core::journal::Filter;
use mock_event_api::control::dto::Features;
use mock_event_api::http::{BASE_PATH, OPERATIONS};
use serde_json::json;

use crate::support::{ALL_DAYS, Bench, EVENT, PASS, attendees_with, filled, purchase_of};

const CONTRACT: &str = include_str!("../../../fixtures/openapi/event-api.yaml");

#[test]
fn the_route_table_and_the_contract_name_the_same_operations() {
    let document: openapiv3::OpenAPI = serde_saphyr::from_str(CONTRACT).unwrap();
    let described: BTreeSet<_> = document
        .operations()
        .filter(|(_, method, _)| *method != "options")
        .map(|(path, method, operation)| {
            (method.to_uppercase(), path.to_owned(), operation.operation_id.clone().unwrap())
        })
        .collect();
    let routed: BTreeSet<_> = OPERATIONS
        .iter()
        .map(|(method, path, operation)| ((*method).to_owned(), format!("{BASE_PATH}{path}"), (*operation).to_owned()))
        .collect();
    assert_eq!(described, routed);
    let preflights = document.operations().filter(|(_, method, _)| *method == "options").count();
    assert_eq!(preflights, OPERATIONS.len(), "each path of the table has its own preflight");
    let contract = Contract::parse("event-api", CONTRACT).unwrap();
    contract.warm().unwrap();
}

/// The right call for each operation of the conference, with the status of a right answer.
fn right_call(operation: &str) -> (&'static str, Option<serde_json::Value>, u16) {
    match operation {
        "publicApiRegister" => ("", Some(attendees_with(ALL_DAYS, 1)), 200),
        "publicApiFinalizeRegistration" => ("", Some(json!({"purchaseId": "purchase"})), 200),
        "publicApiCreateCheckInAndRedirect" => {
            ("?redirectUri=https%3A%2F%2Fa.test%2F", Some(json!({"registrationId": "registration"})), 302)
        }
        _ => ("", None, 200),
    }
}

#[tokio::test]
async fn every_operation_answers_by_the_contract() {
    let bench = Bench::conference().await;
    let features = Features { payments: true, demo_payments: Some(true) };
    bench.control.put("/v1/event-api/features", &features).await.unwrap();
    bench.set("EAPI-37", "legacy");
    let mut purchase = String::new();
    for (method, path, operation) in OPERATIONS {
        let (query, body, expect) = right_call(operation);
        let registered =
            bench.dataverse.store().read(|data| data.rows("msevtmgt_eventregistration").next().map(|row| row.id()));
        let body = body.map(|body| {
            let registration = registered.map(|id| id.to_string()).unwrap_or_default();
            body.to_string()
                .replace("\"purchase\"", &format!("\"{purchase}\""))
                .replace("\"registration\"", &format!("\"{registration}\""))
        });
        let mut request =
            bench.http.request(method.parse::<Method>().unwrap(), bench.url(&format!("{}{query}", filled(path))));
        if let Some(body) = body {
            request = request.header("content-type", "application/json").body(body);
        }
        let answer = bench.send(request).await;
        assert_eq!(answer.status, expect, "{operation}: {}", answer.line());
        if *operation == "publicApiRegister" {
            purchase = purchase_of(&answer).to_string();
        }
    }
    // What the journal saw is every operation of the document, each rightly answered.
    let journal = bench.world.journal().find(&Filter::default());
    let seen: BTreeSet<_> = journal.iter().filter_map(|entry| entry.operation.clone()).collect();
    assert!(OPERATIONS.iter().all(|(.., id)| seen.contains(*id)), "{seen:?}");
    assert_eq!(bench.unsupported(), Vec::<String>::new());
    bench.assert_true_to_the_contract();
}

#[tokio::test]
async fn another_method_is_told_which_ones_there_are() {
    let bench = Bench::new().await;
    for (_, path, operation) in OPERATIONS {
        let answer = bench.send(bench.http.delete(bench.url(&filled(path)))).await;
        assert_eq!(answer.status, 405, "{operation}");
        assert!(
            answer.header("allow").is_some_and(|allow| allow.contains("OPTIONS")),
            "{operation}: {:?}",
            answer.header("allow")
        );
    }
}

#[tokio::test]
async fn operations_of_the_outbound_ancestor_are_not_found() {
    let bench = Bench::new().await;
    let id = PASS;
    for path in [
        format!("/tracks/{id}/sessions"),
        format!("/events/{EVENT}/sessions/{id}/registrations"),
        "/users/authenticated/registrations".to_owned(),
        "/users/authenticated/waitlist-items".to_owned(),
        format!("/events/{EVENT}/registrations/{id}/cancel"),
        "/calendar/personal/ics".to_owned(),
    ] {
        for method in [Method::GET, Method::POST] {
            let answer = bench.send(bench.http.request(method, bench.url(&path))).await;
            assert_eq!(answer.line(), r#"404 {"Message":"There is no such operation."}"#, "{path}");
        }
    }
}
