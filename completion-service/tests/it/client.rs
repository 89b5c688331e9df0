//! A service under test, its surroundings, and what a browser or Stripe would do to it.

use std::collections::BTreeMap;
use std::time::Duration;

use completion_service::{Config, Running, start};
use reqwest::redirect::Policy;
use reqwest::{Client, Response};
use ring::hmac;
use serde_json::{Value, json};

use crate::stub::{SECRET, Stub};

pub const ID: &str = "a4d9e358-949f-f011-bbd3-6045bd02f64d";
pub const OTHER: &str = "b4d9e358-949f-f011-bbd3-6045bd02f64d";
pub const BACK: &str = "https://allowed.test/thanks?a=%2F+%25#käse";

pub struct World {
    pub stub: Stub,
    pub service: Running,
    pub http: Client,
}

pub async fn world() -> World {
    world_with(|_| ()).await
}

/// A world in which the configuration was changed before the start.
pub async fn world_with(change: impl FnOnce(&mut Config)) -> World {
    let stub = Stub::start().await;
    stub.seed(ID, "149.50", Some("EUR"));
    stub.seed(OTHER, "20.00", Some("USD"));
    let mut config = config(&stub);
    change(&mut config);
    let service = start(config).await.expect("the service starts");
    World { stub, service, http: browser() }
}

pub fn config(stub: &Stub) -> Config {
    let env: BTreeMap<_, _> = [
        ("PORT", "0".to_owned()),
        ("DATAVERSE_URL", stub.base.clone()),
        ("ENTRA_TOKEN_URL", format!("{}/token", stub.base)),
        ("CLIENT_ID", "app".into()),
        ("CLIENT_SECRET", "hush-client".into()),
        ("STRIPE_API_BASE", stub.base.clone()),
        ("STRIPE_API_KEY", "sk_test_hush".into()),
        ("STRIPE_WEBHOOK_SECRET", SECRET.into()),
        ("ALLOWED_RETURN_ORIGINS", "https://allowed.test".into()),
    ]
    .into();
    let mut config = Config::from_env(|name| env.get(name).cloned()).expect("a configuration");
    config.limits.backoff = Duration::from_millis(5);
    config
}

#[expect(clippy::disallowed_methods, reason = "the test's own browser")]
pub fn browser() -> Client {
    drop(rustls::crypto::ring::default_provider().install_default());
    let roots: [reqwest::Certificate; 0] = [];
    Client::builder().no_proxy().redirect(Policy::none()).tls_certs_only(roots).build().expect("a client")
}

#[expect(clippy::disallowed_methods, reason = "signatures carry real time")]
pub fn unix_now() -> u64 {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    now.expect("after 1970").as_secs()
}

pub fn signature(secret: &str, time: u64, body: &[u8]) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
    let signed = [time.to_string().as_bytes(), b".", body].concat();
    format!("t={time},v1={}", hex::encode(hmac::sign(&key, &signed)))
}

/// A paid session for a purchase, as Stripe delivers it.
pub fn event(kind: &str, status: &str, purchase: &str, amount: i64, currency: &str) -> Value {
    json!({
        "id": "evt_1", "object": "event", "api_version": "2026-07-29.dahlia", "type": kind, "livemode": false,
        "data": {"object": {
            "id": format!("cs_test_{purchase}"), "object": "checkout.session", "livemode": false,
            "amount_total": amount, "currency": currency, "payment_status": status, "status": "complete",
            "payment_intent": format!("pi_{purchase}"), "metadata": {"order_id": purchase},
        }},
    })
}

pub fn paid() -> Value {
    event("checkout.session.completed", "paid", ID, 14950, "eur")
}

impl World {
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.service.addr)
    }

    pub async fn get(&self, path: &str) -> Response {
        self.http.get(self.url(path)).send().await.expect("an answer")
    }

    /// Follows the registration's link.
    pub async fn visit(&self, query: &str) -> Response {
        self.get(&format!("/GatewayRedirect/PayWithStripe?{query}")).await
    }

    /// Visits and expects a payment page; returns its address.
    #[track_caller]
    pub fn page_of(response: &Response) -> String {
        assert_eq!(response.status(), 302);
        let location = response.headers().get("location").expect("a Location");
        location.to_str().expect("text").to_owned()
    }

    /// Delivers an event with a right signature and returns the status.
    pub async fn deliver(&self, event: &Value) -> u16 {
        let body = serde_json::to_vec_pretty(event).expect("json");
        let signature = signature(SECRET, unix_now(), &body);
        self.post(body, Some(&signature)).await.status().as_u16()
    }

    pub async fn post(&self, body: Vec<u8>, signature: Option<&str>) -> Response {
        let mut request = self.http.post(self.url("/GatewayEvents/HandleStripeEvent")).body(body);
        if let Some(signature) = signature {
            request = request.header("stripe-signature", signature);
        }
        request.send().await.expect("an answer")
    }
}

/// The query of the registration's link.
pub fn link(purchase: &str, return_url: Option<&str>) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.append_pair("purchaseId", purchase);
    if let Some(url) = return_url {
        query.append_pair("returnUrl", url);
    }
    query.finish()
}
