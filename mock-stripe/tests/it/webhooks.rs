//! Deliveries: envelopes, filters, retries, endpoints.

use mock_core::SignedDuration;
use mock_stripe::control::dto::{Deliveries, DeliveryState};
use serde_json::{Value, json};

use crate::support::Lab;

async fn product(lab: &Lab) -> Value {
    let product = lab.post("/v1/products", "name=x").await.ok();
    lab.settled().await;
    product
}

async fn deliveries(lab: &Lab, query: &str) -> Deliveries {
    lab.control.get(&format!("/v1/stripe/deliveries{query}")).await.unwrap()
}

#[tokio::test]
async fn an_event_names_its_cause_and_who_has_not_heard_yet() {
    let lab = Lab::start().await;
    let made = lab.send(lab.posting("/v1/products", "name=x").header("idempotency-key", "key-1")).await;
    lab.settled().await;
    let received = lab.receiver.all().pop().unwrap();
    let event = received.json();
    assert_eq!(event["request"], json!({"id": made.header("request-id"), "idempotency_key": "key-1"}));
    assert_eq!((&event["pending_webhooks"], &event["api_version"]), (&json!(1), &json!("2026-07-29.dahlia")));
    assert!(received.body.starts_with(b"{\n  \"id\": \"evt_1"));
    for (name, value) in [
        ("content-type", "application/json; charset=utf-8"),
        ("user-agent", "Stripe/1.0 (+https://stripe.com/docs/webhooks)"),
        ("accept", "*/*; q=0.5, application/xml"),
        ("cache-control", "no-cache"),
    ] {
        assert_eq!(received.headers[name], value);
    }
    let read = lab.get(&format!("/v1/events/{}", event["id"].as_str().unwrap())).await.ok();
    assert_eq!(read["pending_webhooks"], 0);
    assert_eq!(lab.get("/v1/events?delivery_success=true").await.ok()["data"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_failed_delivery_is_tried_again_with_a_new_signature_until_it_succeeds() {
    let lab = Lab::start().await;
    lab.receiver.will_answer(&[500, 302]);
    product(&lab).await;
    let first = deliveries(&lab, "").await.deliveries.remove(0);
    assert_eq!((first.status, first.attempts[0].status), (DeliveryState::Pending, Some(500)));
    assert_eq!(first.next_attempt, Some(first.attempts[0].at + SignedDuration::from_hours(1)));
    lab.world.advance(SignedDuration::from_hours(5)).await;
    let done = deliveries(&lab, "?status=delivered").await.deliveries.remove(0);
    assert_eq!(
        done.attempts.iter().map(|attempt| attempt.status).collect::<Vec<_>>(),
        [Some(500), Some(302), Some(200)]
    );
    let bodies: Vec<_> = lab.receiver.all().iter().map(|received| received.json()["id"].clone()).collect();
    assert!(bodies.windows(2).all(|pair| pair[0] == pair[1]), "the same event each time");
}

#[tokio::test]
async fn a_sandbox_gives_up_after_three_tries_and_live_goes_on_for_three_days() {
    let lab = Lab::start().await;
    lab.receiver.will_answer(&[500; 40]);
    product(&lab).await;
    lab.world.advance(SignedDuration::from_hours(100)).await;
    let tried = deliveries(&lab, "").await.deliveries.remove(0);
    assert_eq!((tried.status, tried.attempts.len()), (DeliveryState::Failed, 3));

    lab.control.set_switch("STRIPE-RETRY", "live", None).await.unwrap();
    product(&lab).await;
    lab.world.advance(SignedDuration::from_hours(100)).await;
    let tried = deliveries(&lab, "").await.deliveries.remove(1);
    let span = tried.attempts.last().unwrap().at.duration_since(tried.attempts[0].at);
    assert!(
        tried.attempts.len() > 8 && span <= SignedDuration::from_hours(72) && span > SignedDuration::from_hours(60)
    );
}

#[tokio::test]
async fn endpoints_hear_what_they_asked_for_in_their_own_version() {
    let lab = Lab::with(|config| config.webhook_url = None).await;
    let form = |more: &str| format!("url={}hook&enabled_events[]=checkout.session.completed&{more}", lab.elsewhere);
    let made = lab.post("/v1/webhook_endpoints", &form("api_version=2025-12-15.clover")).await.ok();
    assert!(made["secret"].as_str().unwrap().starts_with("whsec_"));
    let path = format!("/v1/webhook_endpoints/{}", made["id"].as_str().unwrap());
    assert!(lab.get(&path).await.ok().get("secret").is_none());
    let link = lab.link(4950, "usd", "").await;
    let page = lab.visit(link["url"].as_str().unwrap()).await;
    lab.pay(&page, "4242424242424242").await;
    lab.settled().await;
    assert_eq!(lab.receiver.kinds(), ["checkout.session.completed"]);
    let event = lab.receiver.all().pop().unwrap();
    let json = event.json();
    assert_eq!(
        (&json["api_version"], &json["data"]["object"]["ui_mode"]),
        (&json!("2025-12-15.clover"), &json!("hosted"))
    );
    let header = event.headers["stripe-signature"].to_str().unwrap();
    let t: i64 = header.split(',').next().unwrap()[2..].parse().unwrap();
    let right = mock_stripe::domain::signature::v1(&event.body, t, made["secret"].as_str().unwrap());
    assert!(header.contains(&format!("v1={right}")));

    lab.post(&path, "disabled=true").await.ok();
    let page = lab.visit(link["url"].as_str().unwrap()).await;
    lab.pay(&page, "4242424242424242").await;
    lab.settled().await;
    assert_eq!(lab.receiver.kinds().len(), 1, "a disabled endpoint hears nothing");
    assert_eq!(lab.delete(&path).await.ok()["deleted"], true);
    assert_eq!(lab.get(&path).await.status, 404);
}

#[tokio::test]
async fn bad_endpoints_are_refused() {
    let lab = Lab::start().await;
    for (form, param) in [
        ("enabled_events[]=*", "url"),
        ("url=http://127.0.0.1:1/", "enabled_events"),
        ("url=nowhere&enabled_events[]=*", "url"),
        ("url=http://127.0.0.1:1/&enabled_events[]=Everything", "enabled_events[0]"),
        ("url=http://127.0.0.1:1/&enabled_events[]=*&api_version=new", "api_version"),
        ("url=http://127.0.0.1:1/&enabled_events[]=*&connect=true", "connect"),
    ] {
        let answer = lab.post("/v1/webhook_endpoints", form).await;
        assert_eq!((answer.status, answer.json()["error"]["param"].as_str()), (400, Some(param)), "{}", answer.text);
    }
    for _ in 0..15 {
        lab.post("/v1/webhook_endpoints", "url=http://127.0.0.1:1/&enabled_events[]=charge.failed").await.ok();
    }
    assert_eq!(
        lab.post("/v1/webhook_endpoints", "url=http://127.0.0.1:1/&enabled_events[]=charge.failed").await.status,
        400
    );
}

#[tokio::test]
async fn an_event_can_be_sent_again() {
    let lab = Lab::start().await;
    product(&lab).await;
    let event = lab.receiver.all().pop().unwrap().json()["id"].as_str().unwrap().to_owned();
    let endpoint = lab.get("/v1/webhook_endpoints").await.ok()["data"][0]["id"].as_str().unwrap().to_owned();
    lab.post(&format!("/v1/events/{event}/retry"), &format!("webhook_endpoint={endpoint}")).await.ok();
    lab.settled().await;
    let ids: Vec<_> = lab.receiver.all().iter().map(|received| received.json()["id"].clone()).collect();
    assert_eq!(ids, [json!(event), json!(event)]);
}

#[tokio::test]
async fn events_are_told_for_thirty_days_and_found_by_type() {
    let lab = Lab::start().await;
    lab.link(4950, "usd", "").await;
    let kinds = |query: &'static str| {
        let lab = &lab;
        async move {
            let found = lab.get(&format!("/v1/events{query}")).await.ok();
            found["data"]
                .as_array()
                .unwrap()
                .iter()
                .map(|event| event["type"].as_str().unwrap().to_owned())
                .collect::<Vec<_>>()
        }
    };
    assert_eq!(kinds("").await, ["payment_link.created", "price.created", "product.created"]);
    assert_eq!(kinds("?type=price.*").await, ["price.created"]);
    assert_eq!(kinds("?types[]=price.created&types[]=product.created").await, ["price.created", "product.created"]);
    lab.world.advance(SignedDuration::from_hours(31 * 24)).await;
    assert!(kinds("").await.is_empty());
}

#[tokio::test]
async fn a_page_does_not_wait_longer_than_it_may() {
    let lab = Lab::with(|config| {
        config.page_wait = std::time::Duration::from_millis(50);
        config.webhook_timeout = std::time::Duration::from_millis(400);
    })
    .await;
    let deaf = tokio::net::TcpListener::bind((std::net::Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let url = format!("http://{}/", deaf.local_addr().unwrap());
    lab.control
        .put("/v1/stripe/endpoint", &json!({"url": url, "enabled_events": ["checkout.session.completed"]}))
        .await
        .unwrap();
    let link = lab.link(4950, "usd", "").await;
    let page = lab.visit(link["url"].as_str().unwrap()).await;
    assert_eq!(lab.pay(&page, "4242424242424242").await.status, 303);
    lab.settled().await;
    let late = deliveries(&lab, "").await.deliveries.remove(0);
    assert!(late.attempts[0].error.as_ref().unwrap().contains("timed out"), "{late:?}");
}
