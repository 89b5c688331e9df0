//! The route table against the contract, and what is refused by name.

use std::collections::BTreeSet;

use http::Method;
use mock_core::contract::Contract;
use mock_core::journal::Filter;
use mock_event_api::control::dto::{KnownUser, NewUser};
use mock_event_api::http::{ABSENT, OUTBOUND_BASE_PATH, OUTBOUND_OPERATIONS};
use serde_json::json;

use super::support::{Browser, guests, purchase_in};
use crate::support::{ALL_DAYS, Bench, CONFERENCE, filled};

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

/// Every operation, called rightly for an event that has everything.
#[tokio::test]
async fn every_operation_answers_by_the_contract() {
    let bench = Bench::conference().await;
    bench.set("OB-EVENTS", "shared");
    bench.dataverse.events().enable_demo_payments(true).unwrap();
    let user = NewUser { first_name: "Ada".into(), last_name: "Ng 0".into(), email: "ada0@example.test".into() };
    let known: KnownUser = bench.control.post("/v1/event-api/users", &user).await.unwrap();
    let mut browser = Browser { bearer: Some(known.id_token), cookie: None };
    let mut purchase = None;
    for (method, path, operation) in OUTBOUND_OPERATIONS {
        let registered =
            bench.dataverse.store().read(|data| data.rows("msevtmgt_eventregistration").next().map(|row| row.id()));
        let path = path.replace("{registrationId}", &registered.unwrap_or_default().to_string());
        let answer = match *operation {
            "outboundRegister" => browser.register(&bench, CONFERENCE, &guests(Some(ALL_DAYS), 1)).await,
            "outboundFinalizeRegistration" => browser.finalize(&bench, CONFERENCE, purchase.unwrap()).await,
            _ if *method == "POST" => browser.post(&bench, &filled(&path), &json!({})).await,
            _ => browser.get(&bench, &filled(&path)).await,
        };
        assert_eq!(answer.status, 200, "{operation}: {}", answer.line());
        if *operation == "outboundRegister" {
            purchase = Some(purchase_in(&answer));
        }
    }
    let journal = bench.world.journal().find(&Filter::default());
    let seen: BTreeSet<_> = journal.iter().filter_map(|entry| entry.operation.clone()).collect();
    assert!(OUTBOUND_OPERATIONS.iter().all(|(.., id)| seen.contains(*id)), "{seen:?}");
    assert_eq!(bench.unsupported(), Vec::<String>::new());
    bench.assert_true_to_the_contract();
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
