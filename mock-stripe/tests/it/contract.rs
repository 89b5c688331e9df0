//! The routes against the published document, in both directions. That every answer fits it is checked by every test, when its
//! [`Lab`](crate::support::Lab) ends.

use std::collections::BTreeSet;

use mock_core::contract::Contract;
use mock_stripe::routes;

const TEXT: &str = include_str!("../../../fixtures/openapi/stripe.yaml");

#[test]
fn the_contract_describes_the_routes_that_there_are_and_no_others() {
    let contract = Contract::parse("stripe", TEXT).unwrap();
    contract.verify().unwrap();
    let described: BTreeSet<_> = contract
        .operations()
        .map(|operation| (operation.method().as_str(), operation.path(), operation.id()))
        .collect();
    assert_eq!(described, routes().into_iter().collect());
}

#[test]
fn the_document_is_plain_openapi_3_0() {
    let value: serde_json::Value = serde_saphyr::from_str(TEXT).unwrap();
    let document: openapiv3::OpenAPI = serde_json::from_value(value).unwrap();
    assert_eq!(document.openapi, "3.0.3");
    assert!(document.operations().all(|(_, _, operation)| operation.operation_id.is_some()));
}
