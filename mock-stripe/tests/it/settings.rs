//! What an account has chosen for itself: the version that answers and events follow when no other is asked for.

use serde_json::{Value, json};

use crate::support::Lab;

async fn choose(lab: &Lab, version: &str) {
    let call = lab.http.put(lab.control_url("/v1/stripe/settings")).json(&json!({ "api_version": version }));
    assert_eq!(lab.send(call).await.ok()["api_version"], version);
}

/// The versions of the deliveries so far, by the endpoint's path.
async fn delivered(lab: &Lab) -> Vec<Value> {
    lab.settled().await;
    lab.receiver.all().iter().map(|received| received.json()["api_version"].clone()).collect()
}

#[tokio::test]
async fn the_accounts_version_is_that_of_answers_and_webhooks_for_which_no_other_is_asked() {
    let lab = Lab::with(|config| config.api_version = "2025-11-17.clover".to_owned()).await;
    assert_eq!(lab.get("/v1/events").await.header("stripe-version"), "2025-11-17.clover");
    lab.post("/v1/products", "name=One").await.ok();
    choose(&lab, "2026-03-25.dahlia").await;
    let answer = lab.post("/v1/products", "name=Two").await;
    assert_eq!(answer.header("stripe-version"), "2026-03-25.dahlia");
    assert_eq!(delivered(&lab).await, ["2025-11-17.clover", "2026-03-25.dahlia"]);
    let asked = lab.send(lab.posting("/v1/products", "name=Three").header("stripe-version", "2024-06-20")).await;
    assert_eq!(asked.header("stripe-version"), "2024-06-20");
    assert_eq!(delivered(&lab).await[2], "2026-03-25.dahlia", "an event follows its endpoint, not the call");
}

#[tokio::test]
async fn an_endpoint_that_names_a_version_is_sent_that_one() {
    let lab = Lab::start().await;
    let form = format!("url={}&enabled_events[]=product.created&api_version=2025-11-17.clover", lab.elsewhere);
    let endpoint = lab.post("/v1/webhook_endpoints", &form).await.ok();
    assert_eq!(endpoint["api_version"], "2025-11-17.clover");
    lab.post("/v1/products", "name=One").await.ok();
    let mut versions: Vec<_> =
        delivered(&lab).await.iter().map(|version| version.as_str().unwrap().to_owned()).collect();
    versions.sort();
    assert_eq!(versions, ["2025-11-17.clover", "2026-07-29.dahlia"]);
}

#[tokio::test]
async fn a_reset_goes_back_to_the_configuration_and_a_snapshot_keeps_the_choice() {
    let lab = Lab::start().await;
    let version = async || lab.get("/v1/events").await.header("stripe-version").to_owned();
    choose(&lab, "2025-11-17.clover").await;
    let kept = lab.world.snapshot();
    lab.world.reset();
    assert_eq!(version().await, "2026-07-29.dahlia");
    assert!(lab.world.restore(kept));
    assert_eq!(version().await, "2025-11-17.clover");
}
