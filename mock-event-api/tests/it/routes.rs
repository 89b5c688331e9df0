//! The route table against the contract: every operation is described, and everything described is answered.

use std::collections::BTreeSet;

use http::Method;
use mock_core::contract::Contract;
use mock_event_api::http::{BASE_PATH, OPERATIONS};

use crate::support::{Bench, EVENT, PASS};

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

/// A path of the table with real parameters in it.
fn filled(path: &str) -> String {
    path.replace("{readableEventId}", EVENT)
        .replace("{sessionId}", PASS)
        .replace("{speakerId}", PASS)
        .replace("{sponsorshipId}", PASS)
}

#[tokio::test]
async fn every_operation_answers_by_the_contract_or_is_refused_loudly() {
    let bench = Bench::new().await;
    let mut offered = Vec::new();
    for (method, path, operation) in OPERATIONS {
        let request = bench.http.request(method.parse::<Method>().unwrap(), bench.url(&filled(path)));
        let answer = bench.send(request.header("content-type", "application/json")).await;
        match answer.status {
            200 | 400 => offered.push(*operation),
            404 => {}
            other => panic!("{operation}: {other}"),
        }
    }
    assert_eq!(
        offered,
        [
            "publicApiGetEvents",
            "publicApiGetEvent",
            "publicApiGetEventPasses",
            "publicApiRegister",
            "publicApiGetRegistrationsCount",
            "publicApiGetUser"
        ]
    );
    // The captcha is the one refusal that is the product's own.
    assert_eq!(bench.unsupported().len(), OPERATIONS.len() - offered.len() - 1);
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
