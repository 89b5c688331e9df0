//! Early fraud warnings: the bank warns of a payment, and the seller answers by giving the money back or by being disputed.

use serde_json::{Value, json};

use crate::intents::{create, events, id, refused};
use crate::support::Lab;

const CARD: &str = "confirm=true&payment_method=pm_card_createIssuerFraudRecord";

/// The warnings of a payment.
async fn warnings(lab: &Lab, intent: &Value) -> Vec<Value> {
    let path = format!("/v1/radar/early_fraud_warnings?payment_intent={}", id(intent));
    lab.get(&path).await.ok()["data"].as_array().unwrap().clone()
}

#[tokio::test]
async fn a_payment_with_the_test_card_is_warned_of() {
    let lab = Lab::start().await;
    let paid = create(&lab, CARD).await.ok();
    create(&lab, "confirm=true&payment_method=pm_card_visa").await.ok();
    let found = warnings(&lab, &paid).await;
    assert_eq!(found.len(), 1);
    let warning = &found[0];
    assert!(id(warning).starts_with("issfr_1"));
    assert_eq!((&warning["object"], &warning["fraud_type"]), (&json!("radar.early_fraud_warning"), &json!("misc")));
    assert_eq!((&warning["charge"], &warning["actionable"]), (&paid["latest_charge"], &json!(true)));
    let path = format!("/v1/radar/early_fraud_warnings/{}?expand[]=charge&expand[]=payment_intent", id(warning));
    let whole = lab.get(&path).await.ok();
    assert_eq!(whole["charge"]["id"], paid["latest_charge"]);
    assert_eq!(whole["payment_intent"]["status"], "succeeded");
    let by_charge = format!("/v1/radar/early_fraud_warnings?charge={}", paid["latest_charge"].as_str().unwrap());
    assert_eq!(lab.get(&by_charge).await.ok()["data"], json!([warning]));
    assert_eq!(lab.get("/v1/radar/early_fraud_warnings").await.ok()["data"], json!([warning]));
    let missing = lab.get("/v1/radar/early_fraud_warnings/issfr_none").await;
    refused(&missing, 404, "resource_missing", Some("early_fraud_warning"));
    assert!(events(&lab).await.contains(&"radar.early_fraud_warning.created".to_owned()));
    let calls: mock_stripe::control::dto::UnsupportedCalls = lab.control.get("/v1/stripe/unsupported").await.unwrap();
    assert!(calls.calls.is_empty(), "{calls:?}");
}

#[tokio::test]
async fn only_a_full_refund_answers_a_warning() {
    let lab = Lab::start().await;
    let paid = create(&lab, CARD).await.ok();
    lab.post("/v1/refunds", &format!("payment_intent={}&amount=500", id(&paid))).await.ok();
    assert_eq!(warnings(&lab, &paid).await[0]["actionable"], true);
    lab.post("/v1/refunds", &format!("payment_intent={}", id(&paid))).await.ok();
    assert_eq!(warnings(&lab, &paid).await[0]["actionable"], false);
    let told = lab.get("/v1/events?type=radar.early_fraud_warning.updated").await.ok();
    assert_eq!(told["data"].as_array().unwrap().len(), 1);
    assert_eq!(told["data"][0]["data"]["previous_attributes"], json!({"actionable": true}));
}

#[tokio::test]
async fn a_dispute_answers_a_warning_too() {
    let lab = Lab::start().await;
    let paid = create(&lab, CARD).await.ok();
    let path = format!("/v1/stripe/payments/{}/dispute", id(&paid));
    lab.send(lab.http.post(lab.control_url(&path))).await.ok();
    assert_eq!(warnings(&lab, &paid).await[0]["actionable"], false);
    let kinds = events(&lab).await;
    let updated = kinds.iter().filter(|kind| *kind == "radar.early_fraud_warning.updated").count();
    assert_eq!(updated, 1, "{kinds:?}");
}

#[tokio::test]
async fn a_buyer_on_the_page_is_warned_of_like_any_other() {
    let lab = Lab::start().await;
    let link = lab.link(4950, "usd", "").await;
    let page = lab.visit(link["url"].as_str().unwrap()).await;
    assert_eq!(lab.pay(&page, "4000000000005423").await.status, 303);
    let kinds = lab.receiver.payment_kinds();
    assert!(kinds.contains(&"radar.early_fraud_warning.created".to_owned()), "{kinds:?}");
    assert_eq!(kinds.last().unwrap(), "checkout.session.completed");
}
