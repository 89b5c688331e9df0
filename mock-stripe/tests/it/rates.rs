//! The optional limit on calls, by the world's clock.

use mock_core::SignedDuration;
use mock_stripe::RateLimits;
use serde_json::json;

use crate::support::{Answer, Lab};

async fn limited(limits: RateLimits) -> Lab {
    Lab::with(|config| config.rate_limits = Some(limits)).await
}

#[track_caller]
fn refused(answer: &Answer, reason: &str) {
    assert_eq!(answer.status, 429, "{}", answer.text);
    let error = &answer.json()["error"];
    assert_eq!(error["code"], "rate_limit");
    assert_eq!(error["type"], "invalid_request_error");
    assert_eq!(error["doc_url"], "https://stripe.com/docs/error-codes/rate-limit");
    assert!(error["message"].as_str().unwrap().starts_with("Request rate limit exceeded."));
    assert_eq!(answer.header("stripe-rate-limited-reason"), reason);
    assert!(!answer.headers.contains_key("stripe-should-retry"), "the library decides by itself");
}

#[tokio::test]
async fn nobody_is_counted_unless_the_account_has_limits() {
    let lab = Lab::start().await;
    for _ in 0..120 {
        lab.get("/v1/events").await.ok();
    }
}

#[tokio::test]
async fn a_sandbox_takes_25_calls_a_second_of_the_worlds_time() {
    let lab = limited(RateLimits::SANDBOX).await;
    for count in 0..25 {
        assert_eq!(lab.get("/v1/events").await.status, 200, "call {count}");
    }
    refused(&lab.get("/v1/events").await, "global-rate");
    refused(&lab.get("/v1/prices").await, "global-rate");
    lab.world.advance(SignedDuration::from_millis(80)).await;
    lab.get("/v1/events").await.ok();
    lab.get("/v1/prices").await.ok();
    refused(&lab.get("/v1/events").await, "global-rate");
    lab.world.advance(SignedDuration::from_mins(1)).await;
    for _ in 0..25 {
        lab.get("/v1/events").await.ok();
    }
    refused(&lab.get("/v1/events").await, "global-rate");
}

#[tokio::test]
async fn live_mode_takes_100_calls_a_second_and_25_of_one_endpoint() {
    let lab = limited(RateLimits::LIVE).await;
    for endpoint in ["/v1/events", "/v1/prices", "/v1/products"] {
        for _ in 0..25 {
            lab.get(endpoint).await.ok();
        }
        refused(&lab.get(endpoint).await, "endpoint-rate");
    }
    for _ in 0..20 {
        lab.get("/v1/prices/search?query=active:'true'").await.ok();
    }
    refused(&lab.get("/v1/products/search?query=active:'true'").await, "endpoint-rate");
    for _ in 0..5 {
        lab.get("/v1/charges").await.ok();
    }
    refused(&lab.get("/v1/charges").await, "global-rate");
}

#[tokio::test]
async fn one_payment_intent_has_a_limit_of_its_own() {
    let lab = limited(RateLimits { intent_updates_per_hour: 2, ..RateLimits::LIVE }).await;
    let new = async || {
        let intent = lab.post("/v1/payment_intents", "amount=500&currency=usd").await.ok();
        format!("/v1/payment_intents/{}", intent["id"].as_str().unwrap())
    };
    let (first, second) = (new().await, new().await);
    for intent in [&first, &second] {
        lab.post(intent, "description=1").await.ok();
        lab.post(&format!("{intent}/cancel"), "").await.ok();
        refused(&lab.post(intent, "description=2").await, "resource-specific");
        lab.get(intent).await.ok();
    }
    lab.world.advance(SignedDuration::from_mins(30)).await;
    lab.post(&first, "metadata[a]=b").await.ok();
}

#[tokio::test]
async fn a_call_that_was_not_let_in_is_not_kept_under_its_idempotency_key() {
    let lab = limited(RateLimits::per_second(1)).await;
    let create = || lab.posting("/v1/products", "name=Seat").header("idempotency-key", "once");
    lab.get("/v1/events").await.ok();
    refused(&lab.send(create()).await, "global-rate");
    lab.world.advance(SignedDuration::from_secs(1)).await;
    let made = lab.send(create()).await;
    assert_eq!(made.status, 200);
    assert!(!made.headers.contains_key("idempotent-replayed"));
    refused(&lab.send(create()).await, "global-rate");
}

#[tokio::test]
async fn who_has_no_key_and_who_pays_are_not_counted() {
    let lab = limited(RateLimits::per_second(3)).await;
    let link = lab.link(4950, "usd", "").await;
    for _ in 0..10 {
        assert_eq!(lab.send(lab.http.get(format!("{}/v1/events", lab.base))).await.status, 401);
        lab.visit(link["url"].as_str().unwrap()).await;
    }
    lab.get("/v1/events").await.ok();
    refused(&lab.get("/v1/events").await, "global-rate");
}

#[tokio::test]
async fn the_control_api_sets_limits_and_takes_them_away() {
    let lab = Lab::start().await;
    let set = async |limits: serde_json::Value| -> serde_json::Value {
        let call = lab.http.put(lab.control_url("/v1/stripe/settings")).json(&json!({ "rate_limits": limits }));
        lab.send(call).await.ok()
    };
    let shown = set(json!({"custom": {"per_second": 2}})).await;
    assert_eq!(shown["rate_limits"]["per_second"], 2);
    assert_eq!(shown["rate_limits"]["search"], 20);
    lab.get("/v1/events").await.ok();
    lab.get("/v1/events").await.ok();
    refused(&lab.get("/v1/events").await, "global-rate");
    set(json!("sandbox")).await;
    lab.get("/v1/events").await.ok();
    assert_eq!(set(json!("off")).await["rate_limits"], json!(null));
    for _ in 0..40 {
        lab.get("/v1/events").await.ok();
    }
}
