//! The route table against the contract, and what is refused by name.

use std::collections::BTreeSet;

use http::Method;
use mock_core::contract::Contract;
use mock_event_api::http::{ABSENT, OUTBOUND_BASE_PATH, OUTBOUND_OPERATIONS};

use super::support::Browser;
use crate::support::{Bench, filled};

const CONTRACT: &str = include_str!("../../../../fixtures/openapi/event-api-outbound.yaml");

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
    let routed: BTreeSet<_> = OUTBOUND_OPERATIONS
        .iter()
        .map(|(method, path, id)| ((*method).to_owned(), format!("{OUTBOUND_BASE_PATH}{path}"), (*id).to_owned()))
        .collect();
    assert_eq!(described, routed);
    Contract::parse("event-api", CONTRACT).unwrap().verify().unwrap();
}

#[tokio::test]
async fn what_is_not_its_own_is_refused_by_name() {
    let bench = Bench::outbound().await;
    for (path, why) in ABSENT {
        for method in [Method::GET, Method::POST] {
            let url = Browser::url(&bench, &filled(path));
            let answer = bench.send(bench.http.request(method.clone(), url)).await;
            assert_eq!(answer.line(), format!(r#"404 {{"Message":"{why}"}}"#), "{method} {path}");
            let marked = format!("outbound {method} {OUTBOUND_BASE_PATH}{}", filled(path));
            assert!(bench.unsupported().contains(&marked), "{marked}");
        }
    }
    let nothing = bench.send(bench.http.get(Browser::url(&bench, "/nothing"))).await;
    assert_eq!(nothing.line(), r#"404 {"Message":"There is no such operation."}"#);
}

#[tokio::test]
async fn another_method_is_told_which_ones_there_are() {
    let bench = Bench::outbound().await;
    for (_, path, operation) in OUTBOUND_OPERATIONS {
        let answer = bench.send(bench.http.delete(Browser::url(&bench, &filled(path)))).await;
        assert_eq!(answer.status, 405, "{operation}");
        assert!(answer.header("allow").is_some_and(|allow| allow.contains("OPTIONS")), "{operation}");
    }
}
