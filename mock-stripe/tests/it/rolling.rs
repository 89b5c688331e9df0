//! Secrets of webhook endpoints that are rolled: for a while both sign.

use mock_core::SignedDuration;
use mock_stripe::control::dto::{Compose, Composed, EndpointView, RollSecret};
use mock_stripe::domain::signature::v1;
use serde_json::json;

use crate::support::{Lab, Received, SECRET};

/// Makes an event, and says which of the secrets signed its delivery, by their places.
async fn signed_with(lab: &Lab, secrets: &[&str]) -> Vec<usize> {
    lab.receiver.clear();
    lab.post("/v1/products", "name=x").await.ok();
    lab.settled().await;
    signers(&lab.receiver.all().pop().unwrap(), secrets)
}

#[track_caller]
fn signers(received: &Received, secrets: &[&str]) -> Vec<usize> {
    let header = received.headers["stripe-signature"].to_str().unwrap();
    let parts: Vec<_> = header.split(',').map(|part| part.split_once('=').unwrap()).collect();
    let t = parts[0].1.parse().unwrap();
    let made: Vec<_> = secrets.iter().map(|secret| v1(&received.body, t, secret)).collect();
    let place = |hex: &str| made.iter().position(|made| made == hex).unwrap_or_else(|| panic!("nobody's: {header}"));
    parts.iter().filter(|(name, _)| *name == "v1").map(|(_, hex)| place(hex)).collect()
}

async fn roll(lab: &Lab, id: &str, wish: &RollSecret) -> EndpointView {
    lab.control.post(&format!("/v1/stripe/endpoints/{id}/roll"), wish).await.unwrap()
}

#[tokio::test]
async fn both_secrets_sign_until_the_old_one_expires() {
    let lab = Lab::start().await;
    let before: EndpointView = lab.control.get("/v1/stripe/endpoint").await.unwrap();
    assert_eq!(before.secrets, [SECRET]);
    let wish = RollSecret { expires_in_seconds: Some(3_600), secret: None };
    let rolled = roll(&lab, &before.id, &wish).await;
    let new = rolled.secret.as_str();
    assert!(new.starts_with("whsec_") && new.len() == 38, "{new}");
    assert_eq!(rolled.secrets, [new, SECRET]);
    assert_eq!(signed_with(&lab, &[SECRET, new]).await, [1, 0]);

    // What the control API composes is signed as any other delivery.
    lab.receiver.clear();
    let payload = Compose { payload: Some("{}".to_owned()), ..Compose::default() };
    let composed: Composed = lab.control.post("/v1/stripe/deliveries", &payload).await.unwrap();
    assert_eq!(composed.answers.len(), 1);
    assert_eq!(signers(&lab.receiver.all()[0], &[SECRET, new]), [1, 0]);

    lab.world.advance(SignedDuration::from_secs(3_599)).await;
    assert_eq!(signed_with(&lab, &[SECRET, new]).await, [1, 0]);
    lab.world.advance(SignedDuration::from_secs(1)).await;
    assert_eq!(signed_with(&lab, &[SECRET, new]).await, [1]);
    let after: EndpointView = lab.control.get("/v1/stripe/endpoint").await.unwrap();
    assert_eq!(after.secrets, [new]);
}

#[tokio::test]
async fn a_failed_delivery_is_tried_again_with_the_secrets_of_that_time() {
    let lab = Lab::start().await;
    let endpoint: EndpointView = lab.control.get("/v1/stripe/endpoint").await.unwrap();
    lab.receiver.will_answer(&[500, 500]);
    assert_eq!(signed_with(&lab, &[SECRET]).await, [0]);
    let wish = RollSecret { expires_in_seconds: Some(7_200), secret: Some("whsec_second".to_owned()) };
    roll(&lab, &endpoint.id, &wish).await;
    lab.world.advance(SignedDuration::from_hours(1)).await;
    assert_eq!(signers(&lab.receiver.all()[1], &[SECRET, "whsec_second"]), [1, 0]);
    lab.world.advance(SignedDuration::from_hours(3)).await;
    assert_eq!(signers(&lab.receiver.all()[2], &[SECRET, "whsec_second"]), [1]);
}

#[tokio::test]
async fn without_a_time_the_old_secret_ends_at_once_and_never_are_there_three() {
    let lab = Lab::start().await;
    let made =
        lab.post("/v1/webhook_endpoints", &format!("url={}&enabled_events[]=product.created", lab.elsewhere)).await;
    let made = made.ok();
    let (id, first) = (made["id"].as_str().unwrap(), made["secret"].as_str().unwrap());
    let own: EndpointView = lab.control.get("/v1/stripe/endpoint").await.unwrap();
    lab.post(&format!("/v1/webhook_endpoints/{}", own.id), "disabled=true").await.ok();
    let keep = RollSecret { expires_in_seconds: Some(86_400), secret: Some("whsec_second".to_owned()) };
    roll(&lab, id, &keep).await;
    let third = RollSecret { secret: Some("whsec_third".to_owned()), ..keep };
    assert_eq!(roll(&lab, id, &third).await.secrets, ["whsec_third", "whsec_second"]);
    assert_eq!(signed_with(&lab, &[first, "whsec_second", "whsec_third"]).await, [2, 1]);
    let fourth = roll(&lab, id, &RollSecret::default()).await;
    assert_eq!(signed_with(&lab, &[&fourth.secret]).await, [0]);
    let read = lab.get(&format!("/v1/webhook_endpoints/{id}")).await.ok();
    assert_eq!(read.get("secret"), None, "only the answer that makes an endpoint tells it");
    assert!(
        lab.control
            .post::<EndpointView>(&format!("/v1/stripe/endpoints/{id}/roll"), &json!({"secret": ""}))
            .await
            .is_err()
    );
}
