//! Notifications: who is believed, what is finalized, what is acknowledged.

use serde_json::{Value, json};

use crate::client::{ID, OTHER, event, paid, signature, unix_now, world};
use crate::stub::{Finalize, SECRET};

const COMPLETED: i64 = 100_000_001;
const CANCELLED: i64 = 100_000_000;

#[tokio::test]
async fn a_paid_session_completes_the_purchase() {
    let world = world().await;
    assert_eq!(world.deliver(&paid()).await, 200);
    assert!(world.stub.paid(ID));
    assert!(!world.stub.paid(OTHER));
    let finalized = world.stub.store().finalized.clone();
    assert_eq!(finalized, [json!({"msevtmgt_purchaseid": ID, "msevtmgt_paymentstatus": COMPLETED})]);
}

#[tokio::test]
async fn an_answer_with_a_body_is_as_good_as_one_without() {
    let world = world().await;
    world.stub.change(ID, |purchase| purchase.finalize = Finalize::Answers200);
    assert_eq!(world.deliver(&paid()).await, 200);
    assert_eq!(world.stub.statuses(), [COMPLETED]);
}

#[tokio::test]
async fn a_repeat_changes_nothing() {
    let world = world().await;
    for _ in 0..3 {
        assert_eq!(world.deliver(&paid()).await, 200);
    }
    assert_eq!(world.stub.statuses(), [COMPLETED]);
}

#[tokio::test]
async fn ten_deliveries_at_once_finalize_once() {
    let world = std::sync::Arc::new(world().await);
    let deliveries: Vec<_> = (0..10)
        .map(|_| {
            let world = std::sync::Arc::clone(&world);
            tokio::spawn(async move { world.deliver(&paid()).await })
        })
        .collect();
    for delivery in deliveries {
        assert_eq!(delivery.await.expect("no panic"), 200);
    }
    assert_eq!(world.stub.statuses(), [COMPLETED]);
}

#[tokio::test]
async fn delayed_payments_complete_when_the_money_is_there() {
    let world = world().await;
    let unpaid = event("checkout.session.completed", "unpaid", ID, 14950, "eur");
    assert_eq!(world.deliver(&unpaid).await, 200);
    assert_eq!(world.stub.statuses(), [0_i64; 0]);
    let succeeded = event("checkout.session.async_payment_succeeded", "paid", ID, 14950, "eur");
    assert_eq!(world.deliver(&succeeded).await, 200);
    assert_eq!(world.deliver(&unpaid).await, 200);
    assert_eq!(world.stub.statuses(), [COMPLETED]);
}

#[tokio::test]
async fn a_final_rejection_cancels() {
    let world = world().await;
    let failed = event("checkout.session.async_payment_failed", "unpaid", ID, 14950, "eur");
    assert_eq!(world.deliver(&failed).await, 200);
    assert_eq!(world.deliver(&failed).await, 200);
    assert_eq!(world.stub.statuses(), [CANCELLED]);
}

#[tokio::test]
async fn a_completed_purchase_is_not_cancelled() {
    let world = world().await;
    assert_eq!(world.deliver(&paid()).await, 200);
    let failed = event("checkout.session.async_payment_failed", "unpaid", ID, 14950, "eur");
    assert_eq!(world.deliver(&failed).await, 200);
    assert_eq!(world.stub.statuses(), [COMPLETED]);
}

#[tokio::test]
async fn what_is_not_ours_is_acknowledged_and_left() {
    let world = world().await;
    let mut without_id = paid();
    without_id["data"]["object"]["metadata"] = json!({});
    let mut live = paid();
    live["livemode"] = json!(true);
    let mut connected = paid();
    connected["account"] = json!("acct_1");
    let unknown = "c4d9e358-949f-f011-bbd3-6045bd02f64d";
    for event in [
        event("payment_intent.payment_failed", "unpaid", ID, 14950, "eur"),
        event("checkout.session.expired", "unpaid", ID, 14950, "eur"),
        event("invented.type", "paid", ID, 14950, "eur"),
        event("checkout.session.completed", "paid", "WC-1042", 14950, "eur"),
        event("checkout.session.completed", "paid", unknown, 14950, "eur"),
        without_id,
        live,
        connected,
    ] {
        assert_eq!(world.deliver(&event).await, 200, "{event}");
    }
    assert_eq!(world.stub.statuses(), [0_i64; 0]);
}

#[tokio::test]
async fn the_wrong_amount_completes_nothing() {
    let world = world().await;
    for (amount, currency) in [(100, "eur"), (14950, "jpy"), (14950, "usd"), (0, "eur")] {
        let event = event("checkout.session.completed", "paid", ID, amount, currency);
        assert_eq!(world.deliver(&event).await, 200);
    }
    let free = event("checkout.session.completed", "no_payment_required", ID, 0, "eur");
    assert_eq!(world.deliver(&free).await, 200);
    let store = world.stub.store();
    assert!(store.finalized.is_empty());
    assert_eq!(store.refunds, [format!("pi_{ID}")], "it goes back, once");
}

#[tokio::test]
async fn one_payment_completes_one_purchase() {
    let world = world().await;
    world.stub.seed(OTHER, "149.50", Some("EUR"));
    assert_eq!(world.deliver(&paid()).await, 200);
    let mut again = paid();
    again["data"]["object"]["metadata"]["order_id"] = json!(OTHER);
    assert_eq!(world.deliver(&again).await, 200);
    assert_eq!(world.stub.statuses(), [COMPLETED]);
    assert!(!world.stub.paid(OTHER));
}

#[tokio::test]
async fn any_spelling_of_the_body_is_verified_as_sent() {
    let world = world().await;
    let body = paid().to_string().replace("paid", "\\u0070aid").replace(':', " :\n\t");
    serde_json::from_str::<Value>(&body).expect("still json");
    let signature = signature(SECRET, unix_now(), body.as_bytes());
    let response = world.post(body.into_bytes(), Some(&signature)).await;
    assert_eq!(response.status(), 200);
    assert!(world.stub.paid(ID));
}

#[tokio::test]
async fn strangers_are_refused_before_anything_happens() {
    let world = world().await;
    let body = paid().to_string().into_bytes();
    let now = unix_now();
    let right = signature(SECRET, now, &body);
    for header in [
        None,
        Some(String::new()),
        Some(right.replace("v1=", "v0=")),
        Some(signature("whsec_test", now, &body)),
        Some(signature("", now, &body)),
        Some(signature(SECRET, now, b"{}")),
        Some(signature(SECRET, now - 301, &body)),
        Some(signature(SECRET, now + 400, &body)),
        Some(format!("{right},{}", "x".repeat(10_000))),
    ] {
        let response = world.post(body.clone(), header.as_deref()).await;
        assert_eq!(response.status(), 400, "{header:?}");
    }
    let twice = world
        .http
        .post(world.url("/GatewayEvents/HandleStripeEvent"))
        .header("stripe-signature", &right)
        .header("stripe-signature", &right)
        .body(body)
        .send()
        .await
        .expect("an answer");
    assert_eq!(twice.status(), 400);
    assert!(world.stub.store().calls.is_empty());
}

#[tokio::test]
async fn signed_nonsense_is_refused_without_a_loop() {
    let world = world().await;
    for body in ["", "null", "[]", "{", "{}", "{\"type\":\"checkout.session.completed\"}"] {
        let signature = signature(SECRET, unix_now(), body.as_bytes());
        let response = world.post(body.into(), Some(&signature)).await;
        assert_eq!(response.status(), 400, "{body}");
    }
}

#[tokio::test]
async fn large_bodies_are_not_read() {
    let world = world().await;
    let body = vec![b' '; 300 * 1024];
    let signature = signature(SECRET, unix_now(), &body);
    assert_eq!(world.post(body.clone(), Some(&signature)).await.status(), 413);
    let chunked = reqwest::Body::wrap(http_body_util::Full::new(bytes::Bytes::from(body)));
    let response = world
        .http
        .post(world.url("/GatewayEvents/HandleStripeEvent"))
        .header("stripe-signature", signature)
        .header("transfer-encoding", "chunked")
        .body(chunked)
        .send()
        .await;
    // The service may close the connection before the sender is done.
    assert!(response.is_ok_and(|response| response.status() == 413));
}
