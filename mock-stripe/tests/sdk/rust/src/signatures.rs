//! Webhooks whose signature is right, and those whose is not.

use serde_json::json;
use stripe_webhook::{EventObject, Webhook, WebhookError};

use crate::ok;
use crate::receiver::Receiver;
use crate::sale::Sale;
use crate::world::World;

pub async fn signatures(world: &World, receiver: &Receiver, sale: &Sale) {
    let (done, secret, session) = (&sale.done, sale.secret.as_str(), sale.session.as_str());
    let (body, header) = (done.body.as_str(), done.header.as_str());
    let event = Webhook::construct_event(body, header, secret).unwrap();
    assert!(matches!(event.data.object, EventObject::CheckoutSessionCompleted(of) if of.id.as_str() == session));
    let tampered = body.replace(r#""amount_total": 9900"#, r#""amount_total": 1"#);
    assert_ne!(tampered, body);
    let compact = serde_json::from_str::<serde_json::Value>(body).unwrap().to_string();
    for (body, secret) in [(tampered.as_str(), secret), (compact.as_str(), secret), (body, "whsec_another")] {
        let refused = Webhook::construct_event(body, header, secret);
        assert!(matches!(refused, Err(WebhookError::BadSignature)), "{refused:?}");
    }
    ok("webhook-tampered");

    for (signing, status, says) in [
        ("valid", 200, ""),
        ("rolled", 200, ""),
        ("shuffled", 200, ""),
        ("wrong-secret", 400, "error comparing signatures"),
        ("other-body", 400, "error comparing signatures"),
        ("changed-timestamp", 400, "error comparing signatures"),
        ("broken", 400, "error comparing signatures"),
        ("only-v0", 400, "error comparing signatures"),
        ("none", 400, "no signature"),
        ("old", 400, "error comparing timestamps - over tolerance"),
    ] {
        let ask = json!({"event": done.event.id.as_str(), "signing": signing});
        let answer = world.control("/v1/stripe/deliveries", &ask).await["answers"][0].clone();
        assert_eq!((answer["status"].as_u64(), answer["body"].as_str()), (Some(status), Some(says)), "{signing}");
    }
    assert_eq!(receiver.refusals().len(), 7);
    ok("webhook-signatures");
}
