//! Checkout that authorises first: `payment_intent_data[capture_method]=manual` of links and sessions.

use mock_core::SignedDuration;
use serde_json::{Value, json};

use crate::support::Lab;

const MANUAL: &str = "payment_intent_data[capture_method]=manual";

async fn session_of(lab: &Lab, page: &str) -> Value {
    lab.get(&format!("/v1/checkout/sessions/{}", Lab::session_of(page))).await.ok()
}

/// Pays a fresh link and gives its page and its intent.
async fn held(lab: &Lab, currency: &str) -> (String, Value) {
    let link = lab.link(4950, currency, &format!("{MANUAL}&metadata[order]=7")).await;
    assert_eq!(link["payment_intent_data"]["capture_method"], "manual");
    let page = lab.visit(link["url"].as_str().unwrap()).await;
    assert_eq!(lab.pay(&page, "4242424242424242").await.status, 303);
    let session = session_of(lab, &page).await;
    let intent = lab.get(&format!("/v1/payment_intents/{}", session["payment_intent"].as_str().unwrap())).await.ok();
    (page, intent)
}

#[tokio::test]
async fn the_session_completes_unpaid_and_is_paid_when_the_seller_captures() {
    let lab = Lab::start().await;
    let (page, intent) = held(&lab, "usd").await;
    lab.settled().await;
    assert_eq!(
        lab.receiver.payment_kinds(),
        [
            "charge.succeeded",
            "payment_intent.amount_capturable_updated",
            "payment_intent.created",
            "checkout.session.completed"
        ]
    );
    let completed = lab.receiver.all().pop().unwrap().json();
    let told = &completed["data"]["object"];
    assert_eq!((&told["status"], &told["payment_status"]), (&json!("complete"), &json!("unpaid")));
    assert_eq!((&intent["status"], &intent["capture_method"]), (&json!("requires_capture"), &json!("manual")));
    assert_eq!((&intent["amount_capturable"], &intent["amount_received"]), (&json!(4950), &json!(0)));
    let shown = lab.send(lab.http.get(&page)).await;
    assert!(shown.text.contains("The amount is reserved. The seller takes it later."), "{}", shown.text);

    lab.receiver.clear();
    let id = intent["id"].as_str().unwrap();
    let captured = lab.post(&format!("/v1/payment_intents/{id}/capture"), "amount_to_capture=4000").await.ok();
    assert_eq!((&captured["status"], &captured["amount_received"]), (&json!("succeeded"), &json!(4000)));
    lab.settled().await;
    assert_eq!(lab.receiver.payment_kinds(), ["charge.captured", "payment_intent.succeeded"]);
    let session = session_of(&lab, &page).await;
    assert_eq!((&session["status"], &session["payment_status"]), (&json!("complete"), &json!("paid")));
    assert_eq!(session["amount_total"], 4950);
}

#[tokio::test]
async fn what_is_given_up_or_too_old_stays_unpaid() {
    let lab = Lab::start().await;
    let (canceled, intent) = held(&lab, "usd").await;
    lab.post(&format!("/v1/payment_intents/{}/cancel", intent["id"].as_str().unwrap()), "").await.ok();
    let (expired, _) = held(&lab, "usd").await;
    lab.world.advance(SignedDuration::from_hours(7 * 24)).await;
    for page in [canceled, expired] {
        let session = session_of(&lab, &page).await;
        assert_eq!((&session["status"], &session["payment_status"]), (&json!("complete"), &json!("unpaid")));
        let intent = lab.get(&format!("/v1/payment_intents/{}", session["payment_intent"].as_str().unwrap())).await;
        assert_eq!(intent.ok()["status"], "canceled");
    }
    assert_eq!(lab.get("/v1/balance_transactions").await.ok()["data"], json!([]));
}

#[tokio::test]
async fn a_switch_calls_the_held_session_paid() {
    let lab = Lab::start().await;
    lab.world.switches().set("STRIPE-HELD-STATUS", None, "paid").unwrap();
    let (page, intent) = held(&lab, "usd").await;
    assert_eq!(intent["status"], "requires_capture");
    assert_eq!(session_of(&lab, &page).await["payment_status"], "paid");
}

#[tokio::test]
async fn only_cards_are_offered_where_the_seller_captures() {
    let lab = Lab::start().await;
    let (page, intent) = held(&lab, "eur").await;
    assert_eq!(intent["payment_method_types"], json!(["card"]));
    assert_eq!(session_of(&lab, &page).await["payment_method_types"], json!(["card"]));
    let link =
        lab.link(4950, "eur", &format!("{MANUAL}&payment_method_types[]=card&payment_method_types[]=sepa_debit")).await;
    let page = lab.visit(link["url"].as_str().unwrap()).await;
    assert!(!lab.send(lab.http.get(&page)).await.text.contains("IBAN"));
    let id = link["id"].as_str().unwrap();
    let refused = lab.post(&format!("/v1/payment_links/{id}"), "payment_method_types[]=sepa_debit").await;
    assert_eq!(refused.status, 400);
    assert_eq!(refused.json()["error"]["param"], "payment_intent_data[capture_method]");
    let line = "line_items[0][quantity]=1&line_items[0][price_data][currency]=eur&line_items[0][price_data][unit_amount]=500&line_items[0][price_data][product_data][name]=Tea";
    let debit = format!("mode=payment&success_url=https://x.test/&{line}&{MANUAL}&payment_method_types[]=sepa_debit");
    assert_eq!(lab.post("/v1/checkout/sessions", &debit).await.status, 400);
}

#[tokio::test]
async fn a_held_payment_makes_a_customer_where_the_session_always_does() {
    let lab = Lab::start().await;
    let line = "line_items[0][quantity]=1&line_items[0][price_data][currency]=usd&line_items[0][price_data][unit_amount]=500&line_items[0][price_data][product_data][name]=Tea";
    let form = format!(
        "mode=payment&success_url=https://x.test/&{line}&{MANUAL}&payment_intent_data[setup_future_usage]=off_session&customer_creation=always"
    );
    let url = lab.post("/v1/checkout/sessions", &form).await.ok()["url"].as_str().unwrap().to_owned();
    assert_eq!(lab.pay(&url, "4242424242424242").await.status, 303);
    let session = session_of(&lab, &url).await;
    let customer = session["customer"].as_str().unwrap();
    let kept = lab.get(&format!("/v1/customers/{customer}/payment_methods")).await.ok();
    assert_eq!(kept["data"][0]["card"]["last4"], "4242");
    assert_eq!(session["payment_status"], "unpaid");
}
