//! What direct payments leave in the books and the ledger, and that many callers at once make one payment.

use std::collections::BTreeMap;
use std::sync::Arc;

use mock_core::SignedDuration;
use mock_stripe::control::dto::{Ledger, Settled};
use serde_json::{Value, json};

use crate::support::Lab;

const ORDER: &str = "8ba9c6e2-6a35-4fd0-9e55-0d5f9a4ec3a1";
const HOLD: &str =
    "amount=2000&currency=usd&payment_method_types[]=card&payment_method=pm_card_visa&capture_method=manual";

async fn make(lab: &Lab, form: &str) -> Value {
    lab.post("/v1/payment_intents", form).await.ok()
}

fn path(intent: &Value, action: &str) -> String {
    format!("/v1/payment_intents/{}/{action}", intent["id"].as_str().unwrap())
}

async fn read(lab: &Lab, intent: &Value) -> Value {
    lab.get(&format!("/v1/payment_intents/{}", intent["id"].as_str().unwrap())).await.ok()
}

async fn ledger(lab: &Lab) -> Ledger {
    lab.control.get(&format!("/v1/stripe/objects?subject={ORDER}")).await.unwrap()
}

fn usd(amount: i64) -> BTreeMap<String, i64> {
    if amount == 0 { BTreeMap::new() } else { BTreeMap::from([("usd".to_owned(), amount)]) }
}

#[tokio::test]
async fn the_ledger_counts_what_was_taken_and_given_back_only() {
    let lab = Lab::start().await;
    let held = make(&lab, &format!("{HOLD}&confirm=true&metadata[order_id]={ORDER}")).await;
    let seen = ledger(&lab).await;
    assert_eq!((seen.paid_total, seen.refunded_total, seen.charges.len()), (usd(0), usd(0), 1));
    lab.post(&path(&held, "capture"), "amount_to_capture=1500").await.ok();
    let seen = ledger(&lab).await;
    assert_eq!((seen.paid_total, seen.refunded_total), (usd(1500), usd(0)));
    lab.post("/v1/refunds", &format!("payment_intent={}&amount=400", held["id"].as_str().unwrap())).await.ok();
    let seen = ledger(&lab).await;
    assert_eq!((seen.paid_total, seen.refunded_total), (usd(1500), usd(400)));
    lab.world.advance(SignedDuration::from_secs(3)).await;
    let booked = lab.get("/v1/balance_transactions").await.ok();
    let amounts: Vec<_> = booked["data"].as_array().unwrap().iter().map(|row| row["amount"].clone()).collect();
    assert_eq!(amounts, [json!(1500), json!(-400)], "the refund was booked first");
    // Another authorisation that is let go changes nothing.
    let dropped = make(&lab, &format!("{HOLD}&confirm=true&metadata[order_id]={ORDER}")).await;
    lab.post(&path(&dropped, "cancel"), "").await.ok();
    let seen = ledger(&lab).await;
    assert_eq!((seen.paid_total, seen.refunded_total, seen.payment_intents.len()), (usd(1500), usd(400), 2));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_many_confirmations_and_captures_at_once_one_counts() {
    let lab = Arc::new(Lab::start().await);
    let intent = make(&lab, HOLD).await;
    for (action, status) in [("confirm", "requires_capture"), ("capture", "succeeded")] {
        let mut tasks = tokio::task::JoinSet::new();
        for _ in 0..40 {
            let (lab, path) = (Arc::clone(&lab), path(&intent, action));
            tasks.spawn(async move { lab.post(&path, "").await.status });
        }
        let answers = tasks.join_all().await;
        assert_eq!(answers.iter().filter(|status| **status == 200).count(), 1, "{action}: {answers:?}");
        assert!(answers.iter().all(|status| matches!(status, 200 | 400)), "{action}: {answers:?}");
        assert_eq!(read(&lab, &intent).await["status"], status);
    }
    assert_eq!(lab.get("/v1/charges").await.ok()["data"].as_array().unwrap().len(), 1);
    let told = lab.get("/v1/events?type=charge.captured").await.ok();
    assert_eq!(told["data"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_direct_debit_is_answered_by_hand_and_bounces() {
    let lab = Lab::start().await;
    let method = "payment_method_data[type]=sepa_debit&payment_method_data[sepa_debit][iban]=AT611904300234573201\
                  &payment_method_data[billing_details][name]=Ada&payment_method_data[billing_details][email]=a@b.test";
    let form = format!("amount=2000&currency=eur&payment_method_types[]=sepa_debit&confirm=true&{method}");
    let debit = make(&lab, &form).await;
    let fail = format!("/v1/stripe/payments/{}/fail", debit["id"].as_str().unwrap());
    let told: Settled = lab.control.post(&fail, &json!({})).await.unwrap();
    assert_eq!(told.payment_intent["id"], debit["id"]);
    let after = read(&lab, &debit).await;
    assert_eq!((&after["status"], &after["payment_method"]), (&json!("requires_payment_method"), &json!(null)));
    assert_eq!(after["last_payment_error"]["code"], "payment_intent_payment_attempt_failed");
    let charge = lab.get(&format!("/v1/charges/{}", after["latest_charge"].as_str().unwrap())).await.ok();
    assert_eq!((&charge["status"], &charge["captured"]), (&json!("failed"), &json!(false)));
    assert_eq!((&charge["amount_captured"], &charge["paid"]), (&json!(0), &json!(false)));
    let told = lab.get("/v1/events").await.ok();
    let kinds: Vec<_> = told["data"].as_array().unwrap().iter().rev().map(|event| event["type"].clone()).collect();
    assert_eq!(
        kinds,
        [
            "payment_intent.processing",
            "charge.pending",
            "payment_intent.created",
            "charge.failed",
            "payment_intent.payment_failed"
        ]
    );
}
