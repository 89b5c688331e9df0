//! The account's balance, and refunds that take their time or come back.

use mock_core::SignedDuration;
use serde_json::{Value, json};

use crate::support::Lab;

async fn paid_with(lab: &Lab, method: &str, amount: i64, currency: &str) -> String {
    let form =
        format!("amount={amount}&currency={currency}&confirm=true&payment_method={method}&payment_method_types[]=card");
    lab.post("/v1/payment_intents", &form).await.ok()["id"].as_str().unwrap().to_owned()
}

/// Available and pending, by currency.
async fn balance(lab: &Lab) -> Value {
    let balance = lab.get("/v1/balance").await.ok();
    let part = |name: &str| -> Value {
        let rows = balance[name].as_array().unwrap().iter();
        rows.map(|row| (row["currency"].as_str().unwrap().to_owned(), row["source_types"]["card"].clone())).collect()
    };
    json!([part("available"), part("pending")])
}

#[tokio::test]
async fn the_balance_follows_the_books() {
    let lab = Lab::start().await;
    assert_eq!(balance(&lab).await, json!([{ "usd": 0 }, { "usd": 0 }]));
    let first = paid_with(&lab, "pm_card_visa", 10_000, "usd").await;
    paid_with(&lab, "pm_card_visa", 5_000, "eur").await;
    assert_eq!(balance(&lab).await, json!([{ "usd": 0 }, { "usd": 0 }]), "not booked yet");
    lab.world.advance(SignedDuration::from_secs(3)).await;
    assert_eq!(balance(&lab).await, json!([{ "usd": 0, "eur": 0 }, { "usd": 9_680, "eur": 4_825 }]));
    let text = lab.get("/v1/balance").await.text;
    insta::with_settings!({ prepend_module_to_snapshot => false }, {
        insta::assert_snapshot!("balance", text);
    });

    lab.world.advance(SignedDuration::from_hours(48)).await;
    assert_eq!(balance(&lab).await, json!([{ "usd": 9_680, "eur": 4_825 }, { "usd": 0, "eur": 0 }]));
    lab.post("/v1/refunds", &format!("payment_intent={first}&amount=4000")).await.ok();
    assert_eq!(balance(&lab).await, json!([{ "usd": 9_680, "eur": 4_825 }, { "usd": -4_000, "eur": 0 }]));
    paid_with(&lab, "pm_card_createDispute", 1_000, "usd").await;
    lab.world.advance(SignedDuration::from_hours(49)).await;
    // 971 - 30 came in, 1,000 and the fee of 1,500 went.
    assert_eq!(
        balance(&lab).await,
        json!([{ "usd": 9_680 - 4_000 + 941 - 2_500, "eur": 4_825 }, { "usd": 0, "eur": 0 }])
    );
}

#[tokio::test]
async fn one_card_brings_its_money_at_once() {
    let lab = Lab::start().await;
    paid_with(&lab, "pm_card_bypassPending", 10_000, "usd").await;
    lab.world.advance(SignedDuration::from_secs(3)).await;
    assert_eq!(balance(&lab).await, json!([{ "usd": 9_680 }, { "usd": 0 }]));
    assert_eq!(lab.get("/v1/balance_transactions").await.ok()["data"][0]["status"], "available");
}

/// Types and, where they tell one, the status of the refund.
async fn told(lab: &Lab) -> Vec<String> {
    lab.settled().await;
    let all = lab.receiver.all();
    lab.receiver.clear();
    let line = |event: Value| {
        let status = &event["data"]["object"]["status"];
        format!("{} {}", event["type"].as_str().unwrap(), status.as_str().unwrap_or_default())
    };
    all.iter().map(|received| line(received.json())).collect()
}

#[tokio::test]
async fn a_refund_can_wait_for_the_bank() {
    let lab = Lab::start().await;
    let intent = paid_with(&lab, "pm_card_pendingRefund", 10_000, "usd").await;
    lab.world.advance(SignedDuration::from_secs(3)).await;
    told(&lab).await;
    let refund = lab.post("/v1/refunds", &format!("payment_intent={intent}")).await.ok();
    assert_eq!((&refund["status"], &refund["pending_reason"]), (&json!("pending"), &json!("processing")));
    assert_eq!(told(&lab).await, ["refund.created pending", "charge.refunded succeeded"]);
    let path = format!("/v1/refunds/{}", refund["id"].as_str().unwrap());
    let canceled = lab.post(&format!("{path}/cancel"), "").await;
    assert_eq!(canceled.status, 400);
    assert!(canceled.text.contains("Canceling this refund is unsupported."), "{}", canceled.text);

    lab.world.advance(SignedDuration::from_mins(3)).await;
    let done = lab.get(&path).await.ok();
    assert_eq!((&done["status"], done.get("pending_reason")), (&json!("succeeded"), None));
    assert_eq!(told(&lab).await, ["refund.updated succeeded", "charge.refund.updated succeeded"]);
    lab.world.advance(SignedDuration::from_secs(2)).await;
    assert_eq!(lab.get(&path).await.ok()["destination_details"]["card"]["reference_status"], "available");
}

#[tokio::test]
async fn a_refund_can_come_back() {
    let lab = Lab::start().await;
    let intent = paid_with(&lab, "pm_card_refundFail", 10_000, "usd").await;
    lab.world.advance(SignedDuration::from_secs(3)).await;
    let refund = lab.post("/v1/refunds", &format!("payment_intent={intent}&amount=4000")).await.ok();
    assert_eq!(refund["status"], "succeeded");
    let more = lab.post("/v1/refunds", &format!("payment_intent={intent}&amount=6001")).await;
    assert_eq!((more.status, &more.json()["error"]["param"]), (400, &json!("amount")), "more than is left");
    lab.world.advance(SignedDuration::from_secs(2)).await;
    told(&lab).await;
    lab.world.advance(SignedDuration::from_mins(3)).await;
    assert_eq!(told(&lab).await, ["refund.failed failed", "charge.refund.updated failed", "charge.updated succeeded"]);
    let path =
        format!("/v1/refunds/{}?expand[]=failure_balance_transaction&expand[]=charge", refund["id"].as_str().unwrap());
    let failed = lab.get(&path).await.ok();
    assert_eq!((&failed["status"], &failed["failure_reason"]), (&json!("failed"), &json!("unknown")));
    assert_eq!(failed["failure_balance_transaction"]["amount"], 4000);
    assert_eq!(failed["failure_balance_transaction"]["type"], "refund_failure");
    assert_eq!(failed["charge"]["amount_refunded"], 0);
    lab.post("/v1/refunds", &format!("payment_intent={intent}&amount=10000")).await.ok();
    lab.world.advance(SignedDuration::from_hours(50)).await;
    let total = balance(&lab).await;
    assert_eq!(total, json!([{ "usd": 9_680 }, { "usd": 0 }]), "that one came back too");
}
