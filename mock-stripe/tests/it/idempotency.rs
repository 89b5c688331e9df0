//! Idempotency keys over HTTP.

use crate::support::{Answer, Lab};

const FORM: &str = "unit_amount=500&currency=usd&product_data[name]=x";

async fn keyed(lab: &Lab, path: &str, form: &str, key: &str) -> Answer {
    lab.send(lab.posting(path, form).header("idempotency-key", key)).await
}

#[tokio::test]
async fn the_same_request_again_gets_the_same_answer_and_makes_nothing() {
    let lab = Lab::start().await;
    let first = keyed(&lab, "/v1/prices", FORM, "k").await;
    let again = keyed(&lab, "/v1/prices", "currency=usd&unit_amount=500&product_data%5Bname%5D=x", "k").await;
    assert_eq!(first.text, again.text);
    assert_eq!(again.header("idempotent-replayed"), "true");
    assert_eq!(again.header("original-request"), first.header("request-id"));
    assert_ne!(again.header("request-id"), first.header("request-id"));
    assert_eq!(lab.get("/v1/prices").await.ok()["data"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn misuse_is_an_idempotency_error() {
    let lab = Lab::start().await;
    keyed(&lab, "/v1/prices", FORM, "k").await.ok();
    let other = keyed(&lab, "/v1/prices", "unit_amount=501&currency=usd&product_data[name]=x", "k").await;
    let elsewhere = keyed(&lab, "/v1/products", "name=x", "k").await;
    for (answer, start) in [
        (other, "Keys for idempotent requests can only be used with the same parameters they were first used with."),
        (
            elsewhere,
            "Keys for idempotent requests can only be used for the same endpoint they were first used for ('/v1/prices' vs '/v1/products').",
        ),
    ] {
        let body = answer.json();
        assert_eq!((answer.status, body["error"]["type"].as_str()), (400, Some("idempotency_error")));
        assert!(body["error"]["message"].as_str().unwrap().starts_with(start), "{}", answer.text);
        assert!(body["error"].get("code").is_none());
    }
    let long = keyed(&lab, "/v1/prices", FORM, &"k".repeat(256)).await;
    assert_eq!(long.status, 400);
}

#[tokio::test]
async fn refused_parameters_are_not_remembered_but_refused_work_is() {
    let lab = Lab::start().await;
    assert_eq!(keyed(&lab, "/v1/prices", "unit_amount=abc", "k").await.status, 400);
    keyed(&lab, "/v1/prices", FORM, "k").await.ok();

    let session = "mode=payment&success_url=https://x.test/&line_items[0][quantity]=1&line_items[0][price_data][currency]=usd&line_items[0][price_data][unit_amount]=500&line_items[0][price_data][product_data][name]=Tea";
    let session = lab.post("/v1/checkout/sessions", session).await.ok();
    let expire = format!("/v1/checkout/sessions/{}/expire", session["id"].as_str().unwrap());
    lab.post(&expire, "").await.ok();
    let first = keyed(&lab, &expire, "", "e").await;
    assert_eq!((first.status, first.json()["error"]["code"].as_str()), (400, Some("checkout_session_not_open")));
    assert_eq!(keyed(&lab, &expire, "", "e").await.header("idempotent-replayed"), "true");
}

#[tokio::test]
async fn a_key_is_forgotten_after_a_day_of_the_worlds_time() {
    let lab = Lab::start().await;
    let first = keyed(&lab, "/v1/prices", FORM, "k").await.ok();
    lab.world.advance(mock_core::SignedDuration::from_hours(24)).await;
    assert_ne!(keyed(&lab, "/v1/prices", FORM, "k").await.ok()["id"], first["id"]);
}

#[tokio::test]
async fn reading_ignores_the_key_but_shows_it() {
    let lab = Lab::start().await;
    let get = |path: &str| {
        lab.http.get(format!("{}{path}", lab.base)).bearer_auth(crate::support::KEY).header("idempotency-key", "k")
    };
    assert_eq!(lab.send(get("/v1/products")).await.header("idempotency-key"), "k");
    assert_eq!(lab.send(get("/v1/prices")).await.status, 200);
}
