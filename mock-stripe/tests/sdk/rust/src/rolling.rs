//! Webhook secrets that are rolled: for a while both sign.

use serde_json::json;
use stripe::Client;
use stripe_product::product::CreateProduct;
use stripe_webhook::{EventObject, Webhook, WebhookError};

use crate::ok;
use crate::receiver::{Receiver, Taken};
use crate::sale::Sale;
use crate::world::World;

/// Makes a product and gives the webhook that tells of it.
async fn delivered(client: &Client, receiver: &Receiver, name: &str) -> Taken {
    let id = CreateProduct::new(name).send(client).await.unwrap().id;
    let told = |object: &EventObject| matches!(object, EventObject::ProductCreated(of) if of.id == id);
    receiver.event("product.created", told).await
}

pub async fn rolling(world: &World, client: &Client, receiver: &Receiver, sale: &Sale) {
    let verify = |taken: &Taken, secret: &str| Webhook::construct_event(&taken.body, &taken.header, secret);
    let old = sale.secret.as_str();
    let path = format!("/v1/stripe/endpoints/{}/roll", sale.endpoint);
    let rolled = world.control(&path, &json!({"expires_in_seconds": 3600})).await;
    let new = rolled["secret"].as_str().unwrap();
    assert!(new.starts_with("whsec_") && new != old, "{new}");
    let both = delivered(client, receiver, "Both secrets sign").await;
    assert_eq!(both.header.matches("v1=").count(), 2);
    assert!(verify(&both, old).is_ok() && verify(&both, new).is_ok());

    world.later("1h").await;
    receiver.verify_with(new);
    let one = delivered(client, receiver, "The new one signs").await;
    assert_eq!(one.header.matches("v1=").count(), 1);
    assert!(verify(&one, new).is_ok());
    assert!(matches!(verify(&one, old), Err(WebhookError::BadSignature)));
    ok("webhook-secret-rolled");
}
