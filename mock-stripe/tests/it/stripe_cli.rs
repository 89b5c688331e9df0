//! The official Stripe CLI against the fake, unmodified. Each test is skipped, and says so, where the CLI is not installed.

use std::collections::BTreeMap;

use mock_stripe::domain::signature;
use serde_json::Value;

use crate::stripe_program::Program;
use crate::support::{Lab, Received};

/// `stripe trigger …`, and the types of events that it is for. Each plays its steps through the API.
const TRIGGERS: &[(&str, &[&str])] = &[
    (
        "checkout.session.completed",
        &["charge.succeeded", "payment_intent.succeeded", "payment_intent.created", "checkout.session.completed"],
    ),
    ("checkout.session.async_payment_succeeded", &["checkout.session.async_payment_succeeded"]),
    ("checkout.session.async_payment_failed", &["checkout.session.async_payment_failed"]),
    ("checkout.session.expired", &["checkout.session.expired"]),
    ("charge.captured", &["charge.captured"]),
    ("charge.dispute.closed", &["charge.dispute.created", "charge.dispute.closed"]),
    ("charge.dispute.created", &["charge.dispute.created"]),
    ("charge.dispute.updated", &["charge.dispute.updated"]),
    ("charge.failed", &["charge.failed", "payment_intent.payment_failed"]),
    ("charge.refund.updated", &["charge.refund.updated"]),
    ("charge.refunded", &["charge.refunded"]),
    ("charge.succeeded", &["charge.succeeded", "payment_intent.created"]),
    ("customer.created", &["customer.created"]),
    ("customer.deleted", &["customer.deleted"]),
    ("customer.updated", &["customer.updated"]),
    ("payment_intent.amount_capturable_updated", &["payment_intent.amount_capturable_updated"]),
    ("payment_intent.canceled", &["payment_intent.canceled"]),
    ("payment_intent.created", &["payment_intent.created"]),
    ("payment_intent.payment_failed", &["payment_intent.payment_failed"]),
    ("payment_intent.processing", &["payment_intent.processing"]),
    ("payment_intent.requires_action", &["payment_intent.requires_action"]),
    ("payment_intent.succeeded", &["payment_intent.succeeded"]),
    ("payment_method.attached", &["payment_method.attached"]),
    ("payment_method.detached", &["payment_method.detached"]),
    ("payment_link.created", &["payment_link.created"]),
    ("payment_link.updated", &["payment_link.updated"]),
    ("price.created", &["product.created", "price.created"]),
    ("price.updated", &["price.updated"]),
    ("product.created", &["product.created"]),
    ("product.updated", &["product.updated"]),
    ("product.deleted", &["product.deleted"]),
];

async fn nobody_else_hears() -> Lab {
    Lab::with(|config| config.webhook_url = None).await
}

/// Waits until the receiver has got as many requests.
async fn received(lab: &Lab, kind: &str, times: usize) -> Vec<Received> {
    lab.until(&format!("{times} x {kind} at the receiver"), async || {
        let all: Vec<_> = lab.receiver.all().into_iter().filter(|received| received.kind() == kind).collect();
        (all.len() >= times).then_some(all)
    })
    .await
}

#[track_caller]
fn verified(received: &Received, secret: &str) {
    let header = received.headers["stripe-signature"].to_str().unwrap();
    let parts: BTreeMap<_, _> = header.split(',').filter_map(|part| part.split_once('=')).collect();
    let t = parts["t"].parse().unwrap();
    assert_eq!(parts["v1"], signature::v1(&received.body, t, secret), "{header}");
}

#[tokio::test]
async fn listen_forwards_a_paid_checkout_and_resend_sends_it_again() {
    let Some(stripe) = Program::find() else { return };
    let lab = nobody_else_hears().await;
    let secret = stripe.ok(&lab, &["listen", "--print-secret", "--skip-update"]).await;
    let secret = secret.trim();
    assert!(secret.starts_with("whsec_"), "{secret}");
    let link = lab.link(4950, "usd", "").await;
    let listening = stripe.listen(&lab, &["--all-snapshot", "--forward-to", lab.elsewhere.as_str()]).await;
    let page = lab.visit(link["url"].as_str().unwrap()).await;
    assert_eq!(lab.pay(&page, "4242424242424242").await.status, 303);

    let completed = received(&lab, "checkout.session.completed", 1).await;
    verified(&completed[0], secret);
    assert_eq!(completed[0].json()["data"]["object"]["id"], Lab::session_of(&page));
    assert_eq!(completed[0].headers["user-agent"], "Stripe/1.0 (+https://stripe.com/docs/webhooks)");
    let kinds = lab.receiver.payment_kinds();
    for kind in ["charge.succeeded", "payment_intent.created", "payment_intent.succeeded"] {
        assert!(kinds.iter().any(|told| told == kind), "{kind} is not among {kinds:?}: {}", listening.said());
    }

    // What the receiver answered is told back.
    let event = completed[0].json()["id"].as_str().unwrap().to_owned();
    let tries = answered(&lab, &event, 1).await;
    assert!(tries[0]["signature"] == completed[0].headers["stripe-signature"].to_str().unwrap(), "{tries:?}");

    let printed = stripe.ok(&lab, &["events", "resend", &event]).await;
    assert!(printed.contains(&event), "{printed}");
    let again = received(&lab, "checkout.session.completed", 2).await;
    verified(&again[1], secret);
    assert_eq!(again[1].json()["id"], event.as_str());
}

/// The tries of an event's deliveries that an endpoint answered with success.
async fn answered(lab: &Lab, event: &str, times: usize) -> Vec<Value> {
    lab.until("the answer that the CLI tells", async || {
        let url = lab.control_url(&format!("/v1/stripe/deliveries?event={event}"));
        let rows = lab.send(lab.http.get(url)).await.ok();
        let rows = rows["deliveries"].as_array().unwrap().clone();
        let tries: Vec<_> = rows.iter().flat_map(|row| row["attempts"].as_array().unwrap().clone()).collect();
        let tries: Vec<_> = tries.into_iter().filter(|attempt| attempt["status"] == 200).collect();
        (tries.len() >= times).then_some(tries)
    })
    .await
}

#[tokio::test]
async fn listen_filters_by_type_and_takes_the_latest_version() {
    let Some(stripe) = Program::find() else { return };
    let lab = Lab::with(|config| {
        config.webhook_url = None;
        config.api_version = "2025-12-15.clover".to_owned();
    })
    .await;
    let to = lab.elsewhere.as_str();
    let _listening = stripe.listen(&lab, &["--latest", "--events", "product.updated", "--forward-to", to]).await;
    let product = lab.post("/v1/products", "name=Seat").await.ok();
    lab.post(&format!("/v1/products/{}", product["id"].as_str().unwrap()), "name=Chair").await.ok();
    let updated = received(&lab, "product.updated", 1).await;
    assert_eq!(updated[0].json()["api_version"], "2026-10-28.endive");
    assert_eq!(lab.receiver.kinds(), ["product.updated"]);
}

#[tokio::test]
async fn listen_forwards_what_the_registered_endpoints_want() {
    let Some(stripe) = Program::find() else { return };
    let lab = nobody_else_hears().await;
    // Nobody is at the endpoint itself; the CLI goes to the same path at the receiver.
    let endpoint = "url=http://127.0.0.1:9/registered&enabled_events[]=product.deleted";
    lab.post("/v1/webhook_endpoints", endpoint).await.ok();
    let mut base = lab.elsewhere.clone();
    base.set_path("/");
    let listening =
        stripe.listen(&lab, &["--all-snapshot", "--use-configured-webhooks", "--forward-to", base.as_str()]).await;
    let product = lab.post("/v1/products", "name=Seat").await.ok();
    lab.delete(&format!("/v1/products/{}", product["id"].as_str().unwrap())).await.ok();
    received(&lab, "product.deleted", 1).await;
    assert_eq!(lab.receiver.kinds(), ["product.deleted"], "{}", listening.said());
    let to = base.join("/registered").unwrap();
    lab.until("the answer from the same path at the receiver", async || {
        let entries = lab.world.journal().find(&mock_core::journal::Filter::default());
        entries.iter().any(|entry| entry.request.target == to.as_str() && entry.answer.is_some()).then_some(())
    })
    .await;
}

#[tokio::test]
async fn a_listener_whose_session_is_gone_asks_for_another() {
    let Some(stripe) = Program::find() else { return };
    let lab = nobody_else_hears().await;
    let _listening = stripe.listen(&lab, &["--all-snapshot", "--forward-to", lab.elsewhere.as_str()]).await;
    let sessions = |lab: &Lab| {
        let filter =
            mock_core::journal::Filter { operation: Some("createStripeCliSession".to_owned()), ..Default::default() };
        lab.world.journal().find(&filter)
    };
    assert_eq!(sessions(&lab).len(), 1);
    // Another socket takes the session over and goes away with it.
    let answer = sessions(&lab)[0].answer.clone().unwrap();
    let session: Value = serde_json::from_slice(&answer.body).unwrap();
    let (url, id) = (session["websocket_url"].as_str().unwrap(), session["websocket_id"].as_str().unwrap());
    drop(crate::cli_client::open(url, id).await.unwrap());
    lab.until("another session", async || (sessions(&lab).len() > 1).then_some(())).await;
}

#[tokio::test]
async fn logs_tail_shows_the_requests_that_fit_its_filters() {
    let Some(stripe) = Program::find() else { return };
    let lab = nobody_else_hears().await;
    let failed = stripe.start(&lab, &["logs", "tail", "--format", "JSON", "--filter-status-code-type", "4XX"]).await;
    let posted = stripe.start(&lab, &["logs", "tail", "--filter-http-method", "POST"]).await;
    lab.post("/v1/products", "name=Seat").await.ok();
    lab.get("/v1/prices/price_none").await;
    lab.post("/v1/products", "name=").await;
    lab.until("the requests on the terminals", async || {
        // The terminal is no part of the journal; another request makes it look again.
        lab.get("/v1/products").await.ok();
        (failed.said().matches("request_id").count() >= 2 && posted.said().contains("[400] POST /v1/products"))
            .then_some(())
    })
    .await;
    let (failed, posted) = (failed.said(), posted.said());
    assert!(failed.contains("No such price: 'price_none'") && !failed.contains("\"status\": 200"), "{failed}");
    assert!(posted.contains("[200] POST /v1/products") && posted.contains("Code: parameter_invalid_empty"), "{posted}");
    assert!(!posted.contains("GET"), "{posted}");
}

#[tokio::test]
async fn get_and_post_speak_to_the_api() {
    let Some(stripe) = Program::find() else { return };
    let lab = nobody_else_hears().await;
    let made = stripe.ok(&lab, &["post", "/v1/products", "-d", "name=Seat", "-d", "metadata[order_id]=7"]).await;
    let made: Value = serde_json::from_str(&made).unwrap();
    assert_eq!((made["name"].as_str(), made["metadata"]["order_id"].as_str()), (Some("Seat"), Some("7")));
    let path = format!("/v1/products/{}", made["id"].as_str().unwrap());
    let read: Value = serde_json::from_str(&stripe.ok(&lab, &["get", &path]).await).unwrap();
    assert_eq!(read, made);
    let missing = stripe.run(&lab, &["get", "/v1/products/prod_none"]).await;
    assert!(missing.printed.contains("resource_missing"), "{}", missing.printed);
}

#[tokio::test]
async fn triggers_play_their_steps_and_cause_their_events() {
    let Some(stripe) = Program::find() else { return };
    let lab = nobody_else_hears().await;
    for (trigger, kinds) in TRIGGERS {
        let said = stripe.run(&lab, &["trigger", trigger]).await;
        assert!(said.success && said.printed.contains("Trigger succeeded"), "{trigger}: {}", said.printed);
        // A bank debit is answered after three minutes.
        lab.world.advance(mock_core::SignedDuration::from_mins(5)).await;
        for kind in *kinds {
            let told = lab.get(&format!("/v1/events?type={kind}")).await.ok();
            assert!(!told["data"].as_array().unwrap().is_empty(), "{trigger} caused no {kind}");
        }
    }
    let calls = lab.send(lab.http.get(lab.control_url("/v1/stripe/unsupported"))).await.ok();
    assert_eq!(calls["calls"], serde_json::json!([]), "a step asked for what is not there");
}
