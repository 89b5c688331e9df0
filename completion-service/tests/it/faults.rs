//! Trouble that passes: what is tried again, what is left to the next delivery, what the buyer is told.

use serde_json::{Value, json};

use crate::client::{ID, World, link, paid, world, world_with};
use crate::stub::{Fault, status};

const READ: &str = "GET /api/data";
const FINALIZE: &str = "POST /api/data";

#[tokio::test]
async fn throttling_is_waited_out_on_the_read() {
    let world = world().await;
    let throttled = json!({"error": {"code": "0x80072322", "message": "too many"}});
    world.stub.fail("read", [Fault::Answer(429, Some("1"), throttled.clone())]);
    World::page_of(&world.visit(&link(ID, None)).await);
    assert_eq!(world.stub.count(READ), 2);
    // Longer than the time there is: the buyer is told to come back, and nobody is hammered.
    world.stub.fail("read", [Fault::Answer(429, Some("86400"), throttled)]);
    let response = world.visit(&link(ID, None)).await;
    assert_eq!(response.status(), 503);
    assert_eq!(response.headers()["retry-after"], "3600");
    assert_eq!(world.stub.count(READ), 3);
}

#[tokio::test]
async fn throttling_on_finalize_is_waited_out_or_left_to_the_next_delivery() {
    let world = world().await;
    world.stub.fail("finalize", [Fault::Answer(429, Some("60"), Value::Null)]);
    assert_eq!(world.deliver(&paid()).await, 503);
    assert_eq!(world.stub.count(FINALIZE), 1);
    assert!(!world.stub.paid(ID));
    assert_eq!(world.deliver(&paid()).await, 200);
    assert!(world.stub.paid(ID));
}

#[tokio::test]
async fn server_errors_are_tried_again_a_few_times() {
    let world = world().await;
    for kind in ["read", "finalize"] {
        world.stub.fail(kind, [status(503), status(502), status(412)]);
    }
    assert_eq!(world.deliver(&paid()).await, 200);
    assert_eq!((world.stub.count(READ), world.stub.count(FINALIZE)), (4, 4));
}

#[tokio::test]
async fn what_stays_broken_is_left_to_the_next_delivery() {
    let world = world().await;
    world.stub.fail("finalize", [status(503), status(503), status(503), status(503)]);
    assert_eq!(world.deliver(&paid()).await, 503);
    assert_eq!(world.stub.count(FINALIZE), 4);
    assert_eq!(world.deliver(&paid()).await, 200);
    assert!(world.stub.paid(ID));
}

#[tokio::test]
async fn a_lost_acknowledgement_is_understood() {
    let world = world().await;
    world.stub.fail("finalize", [Fault::LoseAnswer]);
    assert_eq!(world.deliver(&paid()).await, 200);
    assert!(world.stub.paid(ID));
    let store = world.stub.store();
    assert_eq!(store.finalized.len(), 2);
    assert!(store.refunds.is_empty(), "the refusal of the repeat is not a lost seat");
}

#[tokio::test]
async fn a_lost_link_is_found_again() {
    let world = world().await;
    world.stub.fail("price", [Fault::LoseAnswer]);
    world.stub.fail("link", [Fault::LoseAnswer, status(500)]);
    World::page_of(&world.visit(&link(ID, None)).await);
    assert_eq!(world.stub.store().links.len(), 1);
}

#[tokio::test]
async fn a_server_error_kept_under_a_key_is_left_behind() {
    let world = world().await;
    world.stub.fail("price", [Fault::KeptError]);
    world.stub.fail("link", [Fault::KeptError]);
    let page = World::page_of(&world.visit(&link(ID, None)).await);
    assert_eq!(World::page_of(&world.visit(&link(ID, None)).await), page);
    assert_eq!(world.stub.store().links.len(), 1);
}

#[tokio::test]
async fn a_key_in_use_is_waited_for() {
    let world = world().await;
    let in_use = json!({"error": {"type": "idempotency_error", "code": "idempotency_key_in_use"}});
    world.stub.fail("price", [Fault::Answer(409, None, in_use)]);
    World::page_of(&world.visit(&link(ID, None)).await);
}

#[track_caller]
fn told(status: u16, body: &str) {
    for inside in ["hush", "token-", "0x8", "Dataverse", "Stripe", "panicked", "127.0.0.1"] {
        assert!(!body.contains(inside), "{status}: {inside} in {body}");
    }
}

#[tokio::test]
async fn the_buyer_is_told_little_and_never_redirected() {
    let fault = |code: &str| json!({"error": {"code": code, "type": "invalid_request_error", "message": "hush"}});
    for (kind, answer, expected) in [
        ("read", Fault::Answer(403, None, fault("0x80040220")), 502),
        ("read", Fault::Answer(400, None, fault("0x80060888")), 502),
        ("read", Fault::Answer(400, None, fault("0x80040265")), 404),
        ("read", Fault::Answer(200, None, json!("<html>hush</html>")), 502),
        ("read", Fault::Answer(302, None, Value::Null), 502),
        ("token", Fault::Answer(401, None, json!({"error": "invalid_client"})), 502),
        ("token", Fault::Answer(200, None, json!({"access_token": 7})), 502),
        ("price", Fault::Answer(400, None, fault("amount_too_small")), 422),
        ("price", Fault::Answer(401, None, fault("api_key_expired")), 502),
        ("link", Fault::Answer(200, None, json!({"id": "plink_1", "active": true, "url": null})), 502),
        ("link", Fault::Answer(200, None, json!([])), 502),
    ] {
        let world = world().await;
        world.stub.fail(kind, [answer]);
        let response = world.visit(&link(ID, None)).await;
        assert_eq!(response.status(), expected, "{kind}");
        assert!(response.headers().get("location").is_none());
        told(expected, &response.text().await.expect("a page"));
    }
}

#[tokio::test]
async fn a_refusal_that_is_ours_to_mend_loses_no_money() {
    let world = world().await;
    let payload = json!({"error": {"code": "0x80048d19", "message": "x"}});
    world.stub.fail("finalize", [Fault::Answer(400, None, payload)]);
    assert_eq!(world.deliver(&paid()).await, 503);
    world.stub.fail("finalize", [Fault::Answer(403, None, Value::Null)]);
    assert_eq!(world.deliver(&paid()).await, 503);
    assert!(world.stub.store().refunds.is_empty());
    assert_eq!(world.deliver(&paid()).await, 200);
}

#[tokio::test]
async fn silence_is_bounded_and_the_next_one_is_served() {
    let world = world_with(|config| {
        config.limits.call = std::time::Duration::from_millis(50);
        config.limits.attempts = 2;
    })
    .await;
    world.stub.fail("read", [Fault::Silence, Fault::Silence]);
    assert_eq!(world.visit(&link(ID, None)).await.status(), 504);
    world.stub.fail("finalize", [Fault::Silence, Fault::Silence]);
    assert_eq!(world.deliver(&paid()).await, 503);
    assert_eq!(world.deliver(&paid()).await, 200);
}

#[tokio::test]
async fn slow_work_is_carried_out_after_the_answer() {
    let world = world_with(|config| {
        config.limits.answer = std::time::Duration::from_millis(100);
        config.limits.call = std::time::Duration::from_millis(400);
    })
    .await;
    // The first call hangs past the answer; the work goes on, and the repeat waits for its turn.
    world.stub.fail("finalize", [Fault::Silence]);
    assert_eq!(world.deliver(&paid()).await, 503);
    let mut status = 503;
    while status == 503 {
        status = world.deliver(&paid()).await;
    }
    assert_eq!(status, 200);
    assert!(world.stub.paid(ID));
}
