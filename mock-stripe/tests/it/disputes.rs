//! Disputes from the test cards: what they take and give back, what is told, and who may still do what.

use mock_core::SignedDuration;
use serde_json::{Value, json};

use crate::support::Lab;

/// Pays 49.50 with a test card and forgets what was told of it.
pub(crate) async fn paid_with(lab: &Lab, method: &str, currency: &str) -> Value {
    let form =
        format!("amount=4950&currency={currency}&confirm=true&payment_method={method}&payment_method_types[]=card");
    let intent = lab.post("/v1/payment_intents", &form).await.ok();
    assert_eq!(intent["status"], "succeeded");
    lab.settled().await;
    intent
}

pub(crate) async fn disputes_of(lab: &Lab, intent: &Value) -> Vec<Value> {
    let list = lab.get(&format!("/v1/disputes?payment_intent={}", intent["id"].as_str().unwrap())).await.ok();
    list["data"].as_array().unwrap().clone()
}

async fn charge_of(lab: &Lab, intent: &Value) -> Value {
    lab.get(&format!("/v1/charges/{}", intent["latest_charge"].as_str().unwrap())).await.ok()
}

/// What was told of disputes, and forgets it.
pub(crate) async fn told(lab: &Lab) -> Vec<(String, Value)> {
    lab.settled().await;
    let events = lab.receiver.all().iter().map(crate::support::Received::json).collect::<Vec<_>>();
    lab.receiver.clear();
    let about = |event: &Value| event["type"].as_str().unwrap().starts_with("charge.dispute.");
    let parts = |event: Value| (event["type"].as_str().unwrap().to_owned(), event["data"].clone());
    events.into_iter().filter(about).map(parts).collect()
}

pub(crate) fn kinds(told: &[(String, Value)]) -> Vec<&str> {
    told.iter().map(|(kind, _)| kind.trim_start_matches("charge.dispute.")).collect()
}

pub(crate) fn path(dispute: &Value) -> String {
    format!("/v1/disputes/{}", dispute["id"].as_str().unwrap())
}

fn check(name: &str, text: &str) {
    insta::with_settings!({ prepend_module_to_snapshot => false }, { insta::assert_snapshot!(name, text) });
}

#[tokio::test]
async fn a_disputed_payment_takes_amount_and_fee_and_tells_it_in_order() {
    let lab = Lab::start().await;
    let intent = paid_with(&lab, "pm_card_createDispute", "usd").await;
    let events = lab.receiver.payment_kinds();
    let order = [
        "charge.succeeded",
        "charge.dispute.created",
        "charge.dispute.funds_withdrawn",
        "payment_intent.succeeded",
        "payment_intent.created",
    ];
    assert_eq!(events, order);
    let created = told(&lab).await;
    assert_eq!(created[0].1["previous_attributes"], Value::Null);

    let dispute = disputes_of(&lab, &intent).await.remove(0);
    assert_eq!(created[1].1["object"], dispute);
    check("dispute", &lab.get(&path(&dispute)).await.text);
    let charge = charge_of(&lab, &intent).await;
    assert_eq!((&charge["disputed"], &charge["dispute"]), (&json!(true), &dispute["id"]));
    // The seller cannot give back what the bank took.
    let refused = lab.post("/v1/refunds", &format!("charge={}", charge["id"].as_str().unwrap())).await;
    assert_eq!((refused.status, &refused.json()["error"]["code"]), (400, &json!("charge_disputed")));

    let expanded =
        lab.get(&format!("{}?expand[]=charge&expand[]=payment_intent.latest_charge", path(&dispute))).await.ok();
    assert_eq!(expanded["charge"]["id"], charge["id"]);
    let entry = format!("/v1/balance_transactions?source={}&expand[]=data.source", dispute["id"].as_str().unwrap());
    let entries = lab.get(&entry).await.ok();
    assert_eq!(entries["data"][0]["source"]["object"], "dispute");
    assert_eq!(
        (&entries["data"][0]["net"], &entries["data"][0]["reporting_category"]),
        (&json!(-6450), &json!("dispute"))
    );
}

#[tokio::test]
async fn closing_loses_it() {
    let lab = Lab::start().await;
    let intent = paid_with(&lab, "pm_card_createDispute", "usd").await;
    let dispute = disputes_of(&lab, &intent).await.remove(0);
    told(&lab).await;
    let closed = lab.post(&format!("{}/close", path(&dispute)), "").await.ok();
    assert_eq!(closed["status"], "lost");
    let told = told(&lab).await;
    assert_eq!(kinds(&told), ["closed"]);
    assert_eq!(told[0].1["previous_attributes"], json!({ "status": "needs_response" }));
    let again = lab.post(&format!("{}/close", path(&dispute)), "").await;
    assert_eq!(
        (again.status, again.json()["error"]["message"].as_str()),
        (400, Some("This dispute is already closed"))
    );
    let late = lab.post(&path(&dispute), "evidence[customer_name]=Ada").await;
    assert_eq!(late.status, 400);
    lab.post(&path(&dispute), "metadata[case]=7").await.ok();
}

#[tokio::test]
async fn winning_evidence_brings_everything_back() {
    let lab = Lab::start().await;
    let intent = paid_with(&lab, "pm_card_createDisputeProductNotReceived", "eur").await;
    let dispute = disputes_of(&lab, &intent).await.remove(0);
    assert_eq!(dispute["reason"], "product_not_received");
    told(&lab).await;

    // Kept in store first, and taken back in part.
    let form = "evidence[customer_name]=Ada&evidence[shipping_carrier]=DHL&submit=false";
    let staged = lab.post(&path(&dispute), form).await.ok();
    assert_eq!(
        (&staged["status"], &staged["evidence_details"]["has_evidence"]),
        (&json!("needs_response"), &json!(true))
    );
    lab.post(&path(&dispute), "evidence[shipping_carrier]=&submit=false").await.ok();
    let unchanged = lab.post(&path(&dispute), "evidence[customer_name]=Ada&submit=false").await.ok();
    assert_eq!(unchanged["evidence"]["shipping_carrier"], Value::Null);
    let updates = told(&lab).await;
    assert_eq!(kinds(&updates), ["updated", "updated"]);
    assert_eq!(updates[1].1["previous_attributes"], json!({ "evidence": { "shipping_carrier": "DHL" } }));

    let submitted = lab.post(&path(&dispute), "evidence[uncategorized_text]=winning_evidence").await.ok();
    assert_eq!(
        (&submitted["status"], &submitted["evidence_details"]["submission_count"]),
        (&json!("under_review"), &json!(1))
    );
    assert_eq!(submitted["evidence"]["customer_name"], "Ada");
    assert_eq!(kinds(&told(&lab).await), ["updated"]);
    assert_eq!(lab.post(&path(&dispute), "evidence[customer_name]=B").await.status, 400, "handed in is handed in");

    lab.world.advance(SignedDuration::from_secs(5)).await;
    let end = told(&lab).await;
    assert_eq!(kinds(&end), ["funds_reinstated", "closed"]);
    let before = &end[1].1["previous_attributes"];
    assert_eq!((&before["status"], &before["is_charge_refundable"]), (&json!("under_review"), &json!(false)));
    assert_eq!(before["balance_transactions"].as_array().unwrap().len(), 1);
    let won = lab.get(&path(&dispute)).await.ok();
    assert_eq!(won["status"], "won");
    let nets: Vec<_> =
        won["balance_transactions"].as_array().unwrap().iter().map(|entry| entry["net"].as_i64().unwrap()).collect();
    assert_eq!(nets, [-6950, 4950], "without the fee of 20.00");
    assert_eq!(won["balance_transactions"][1]["reporting_category"], "dispute_reversal");
    assert_eq!(won["is_charge_refundable"], true);
    lab.post("/v1/refunds", &format!("payment_intent={}", intent["id"].as_str().unwrap())).await.ok();
}

#[tokio::test]
async fn an_inquiry_takes_nothing_until_it_is_escalated() {
    let lab = Lab::start().await;
    let intent = paid_with(&lab, "pm_card_createDisputeInquiry", "usd").await;
    let created = told(&lab).await;
    assert_eq!(kinds(&created), ["created"]);
    let dispute = disputes_of(&lab, &intent).await.remove(0);
    assert_eq!(dispute["status"], "warning_needs_response");
    assert_eq!((&dispute["balance_transactions"], &dispute["is_charge_refundable"]), (&json!([]), &json!(true)));
    lab.post("/v1/refunds", &format!("payment_intent={}&amount=50", intent["id"].as_str().unwrap())).await.ok();

    lab.post(&path(&dispute), "evidence[uncategorized_text]=escalate_inquiry_evidence").await.ok();
    lab.world.advance(SignedDuration::from_secs(5)).await;
    assert_eq!(kinds(&told(&lab).await), ["updated", "updated", "funds_withdrawn"]);
    let escalated = lab.get(&path(&dispute)).await.ok();
    assert_eq!(escalated["status"], "needs_response");
    assert_eq!(escalated["payment_method_details"]["card"]["case_type"], "chargeback");
    let refused = lab.post("/v1/refunds", &format!("payment_intent={}", intent["id"].as_str().unwrap())).await;
    assert_eq!(refused.json()["error"]["code"], "charge_disputed");

    let other = paid_with(&lab, "pm_card_createDisputeInquiry", "usd").await;
    let other = disputes_of(&lab, &other).await.remove(0);
    assert_eq!(lab.post(&format!("{}/close", path(&other)), "").await.ok()["status"], "warning_closed");
}

#[tokio::test]
async fn who_says_nothing_in_time_loses() {
    let lab = Lab::start().await;
    let lost = paid_with(&lab, "pm_card_createDispute", "usd").await;
    let asked = paid_with(&lab, "pm_card_createDisputeInquiry", "usd").await;
    told(&lab).await;
    lab.world.advance(SignedDuration::from_hours(8 * 24)).await;
    assert_eq!(disputes_of(&lab, &lost).await[0]["status"], "needs_response");
    lab.world.advance(SignedDuration::from_hours(24)).await;
    let dispute = disputes_of(&lab, &lost).await.remove(0);
    assert_eq!((&dispute["status"], &dispute["evidence_details"]["past_due"]), (&json!("lost"), &json!(true)));
    assert_eq!(disputes_of(&lab, &asked).await[0]["status"], "warning_needs_response");
    let late = lab.post(&path(&disputes_of(&lab, &asked).await[0]), "evidence[customer_name]=Ada").await;
    assert_eq!(late.json()["error"]["param"], "evidence");
    lab.world.advance(SignedDuration::from_hours(112 * 24)).await;
    assert_eq!(disputes_of(&lab, &asked).await[0]["status"], "warning_closed");
    assert_eq!(kinds(&told(&lab).await), ["closed", "closed"]);
}

#[tokio::test]
async fn a_payment_that_is_captured_later_is_disputed_then() {
    let lab = Lab::start().await;
    let form = "amount=900&currency=usd&confirm=true&payment_method=pm_card_createDispute&capture_method=manual&payment_method_types[]=card";
    let intent = lab.post("/v1/payment_intents", form).await.ok();
    assert!(disputes_of(&lab, &intent).await.is_empty());
    lab.post(&format!("/v1/payment_intents/{}/capture", intent["id"].as_str().unwrap()), "amount_to_capture=600")
        .await
        .ok();
    assert_eq!(disputes_of(&lab, &intent).await[0]["amount"], 600);
}

#[tokio::test]
async fn evidence_is_bounded_and_names_files_that_there_are() {
    let lab = Lab::start().await;
    let intent = paid_with(&lab, "pm_card_createDispute", "usd").await;
    let dispute = disputes_of(&lab, &intent).await.remove(0);
    let file = lab.post(&path(&dispute), "evidence[receipt]=file_1").await;
    assert_eq!((file.status, &file.json()["error"]["param"]), (400, &json!("evidence[receipt]")));
    assert_eq!(file.json()["error"]["code"], "resource_missing");
    let long = "x".repeat(19_000);
    let fields = [
        "access_activity_log",
        "billing_address",
        "cancellation_policy_disclosure",
        "cancellation_rebuttal",
        "product_description",
        "refund_policy_disclosure",
        "refund_refusal_explanation",
        "shipping_address",
    ];
    let form: Vec<_> = fields.iter().map(|field| format!("evidence[{field}]={long}")).collect();
    let much = lab.post(&path(&dispute), &form.join("&")).await;
    assert_eq!((much.status, &much.json()["error"]["param"]), (400, &json!("evidence")));
    assert_eq!(lab.post(&path(&dispute), "submit=true").await.json()["error"]["param"], "submit");
    assert_eq!(lab.get("/v1/disputes/du_none").await.status, 404);
}
