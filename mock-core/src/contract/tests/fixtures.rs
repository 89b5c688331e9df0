//! Every published contract of this workspace parses, compiles, and names its operations.

use std::{fs, path::PathBuf};

use super::{check_answer, check_request};
use crate::contract::Contract;

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../fixtures/openapi")
}

#[track_caller]
fn load(file: &str) -> Contract {
    let text = fs::read_to_string(folder().join(file)).expect("a readable fixture");
    Contract::parse(file, &text).unwrap_or_else(|error| panic!("{error}"))
}

#[test]
fn all_parse_and_compile() {
    let mut files: Vec<_> = fs::read_dir(folder())
        .expect("the folder of contracts")
        .map(|entry| entry.expect("an entry").file_name().into_string().expect("a plain name"))
        .filter(|name| name.rsplit_once('.').is_some_and(|(_, kind)| kind == "yaml"))
        .collect();
    files.sort();
    assert!(files.contains(&"completion-service.yaml".to_owned()), "{files:?}");
    for file in files {
        let contract = load(&file);
        contract.verify().unwrap_or_else(|errors| panic!("{file}: {errors:#?}"));
        assert!(contract.operations().next().is_some(), "{file} describes nothing");
    }
}

const PAY: &str = "GET /GatewayRedirect/PayWithStripe?purchaseId=a4d9e358-949f-f011-bbd3-6045bd02f64d&returnUrl=https%3A%2F%2Fmicrosoft.com";
const EVENT: &str = "POST /GatewayEvents/HandleStripeEvent\nContent-Type: application/json; charset=utf-8\nStripe-Signature: t=1,v1=0a\n\n{\"id\": \"evt_1\", \"object\": \"event\", \"type\": \"checkout.session.completed\", \"data\": {\"object\": {}}}";

#[test]
fn the_redirect_of_a_completion_service() {
    let service = load("completion-service.yaml");
    check_request(&service, PAY, &[]);
    check_request(
        &service,
        "GET /GatewayRedirect/PayWithStripe?purchaseId=7",
        &["query purchaseId: is the string \"7\", expected the format uuid"],
    );
    check_answer(&service, PAY, "302\nLocation: https://buy.stripe.test/plink_1", &[]);
    check_answer(
        &service,
        PAY,
        "302\nLocation: https://buy.stripe.test/plink_1\nContent-Type: text/plain\n\nFound",
        &[],
    );
    check_answer(&service, PAY, "302", &["header Location: is required and missing"]);
    check_answer(
        &service,
        PAY,
        "302\nLocation: ",
        &["header Location: is an empty string, expected at least 1 characters"],
    );
    check_answer(&service, PAY, "400\nContent-Type: application/problem+json\n\n{}", &[]);
    check_answer(&service, PAY, "503\nContent-Type: text/html\n\n<p>try again</p>", &[]);
    check_answer(&service, PAY, "200", &["status: 200 is not declared, expected 302 or 4XX or 5XX"]);
    check_answer(
        &service,
        PAY,
        "301\nLocation: https://buy.stripe.test",
        &["status: 301 is not declared, expected 302 or 4XX or 5XX"],
    );
}

#[test]
fn the_notification_of_a_completion_service() {
    let service = load("completion-service.yaml");
    check_request(&service, EVENT, &[]);
    check_request(
        &service,
        &EVENT.replace("Stripe-Signature", "X-Other"),
        &["header Stripe-Signature: is required and missing"],
    );
    for answer in ["200", "202\n\nok", "204", "400", "409\nContent-Type: application/json\n\n{}", "500"] {
        check_answer(&service, EVENT, answer, &[]);
    }
    check_answer(&service, EVENT, "302\nLocation: /x", &["status: 302 is not declared, expected 2XX or 4XX or 5XX"]);
}
