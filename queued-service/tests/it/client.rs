//! The service under test, and those who call it.

use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use queued_service::{Config, Running, start};
use ring::hmac;
use serde_json::{Value, json};

use crate::stub::{ID, Stub};

pub(crate) const SECRET: &str = "whsec_hush";

/// The environment of a service that calls the stub.
pub(crate) fn environment(stub: &Stub, folder: &Path) -> Vec<(&'static str, String)> {
    vec![
        ("PORT", "0".to_owned()),
        ("DATAVERSE_URL", stub.base.clone()),
        ("ENTRA_TOKEN_URL", format!("{}/token", stub.base)),
        ("CLIENT_ID", "app".to_owned()),
        ("CLIENT_SECRET", "hush-client".to_owned()),
        ("STRIPE_API_BASE", stub.base.clone()),
        ("STRIPE_API_KEY", "sk_test_hush".to_owned()),
        ("STRIPE_WEBHOOK_SECRET", SECRET.to_owned()),
        ("ALLOWED_RETURN_ORIGINS", "https://allowed.test".to_owned()),
        ("QUEUE_DIR", folder.display().to_string()),
    ]
}

/// A service in this process, its stub and its folder.
pub(crate) struct Bench {
    pub(crate) stub: Stub,
    pub(crate) folder: tempfile::TempDir,
    pub(crate) base: String,
    pub(crate) running: Running,
}

impl Bench {
    pub(crate) async fn start() -> Self {
        let stub = Stub::start().await;
        let folder = tempfile::tempdir().unwrap();
        let running = begin(&stub, folder.path()).await;
        Self { base: format!("http://{}", running.address), stub, folder, running }
    }

    /// Ends the service as a kill would, and starts another one over the same folder.
    pub(crate) async fn again(self) -> Self {
        let Self { stub, folder, running, .. } = self;
        drop(running);
        let running = begin(&stub, folder.path()).await;
        Self { base: format!("http://{}", running.address), stub, folder, running }
    }

    pub(crate) async fn visit(&self, query: &str) -> reqwest::Response {
        visit(&self.base, query).await
    }

    /// Where a visit leads.
    pub(crate) async fn location(&self, query: &str) -> String {
        let answer = self.visit(query).await;
        assert_eq!(answer.status(), 302);
        answer.headers()["location"].to_str().unwrap().to_owned()
    }

    /// Delivers an event about a session, and expects it to be acknowledged.
    pub(crate) async fn told(&self, event: &str, kind: &str, session: &str) {
        let body = about(event, kind, session).to_string();
        assert_eq!(deliver(&self.base, &body, &signed(&body)).await.status(), 200);
    }

    /// Waits until no event is left to be dealt with.
    pub(crate) async fn idle(&self) {
        let events = self.folder.path().join("events");
        for _ in 0..6_000 {
            if std::fs::read_dir(&events).unwrap().next().is_none() {
                return;
            }
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
        assert!(std::fs::read_dir(&events).unwrap().next().is_none(), "{:?}", self.stub.world());
    }
}

async fn begin(stub: &Stub, folder: &Path) -> Running {
    let env = environment(stub, folder);
    let get = |name: &str| env.iter().find(|(known, _)| *known == name).map(|(_, value)| value.clone());
    start(Config::from_env(get).unwrap()).await.unwrap()
}

#[expect(clippy::disallowed_methods, reason = "a browser of its own, which follows nothing")]
fn browser() -> reqwest::Client {
    drop(rustls::crypto::ring::default_provider().install_default());
    let browser = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).no_proxy();
    browser.tls_certs_only([]).build().unwrap()
}

pub(crate) async fn visit(base: &str, query: &str) -> reqwest::Response {
    browser().get(format!("{base}/GatewayRedirect/PayWithStripe?{query}")).send().await.unwrap()
}

/// The same for a task of its own.
pub(crate) async fn visit_owned(base: String, query: String) -> reqwest::Response {
    visit(&base, &query).await
}

pub(crate) async fn head(base: &str, query: &str) -> reqwest::Response {
    browser().head(format!("{base}/GatewayRedirect/PayWithStripe?{query}")).send().await.unwrap()
}

/// An event about a session of the purchase. Of what else it says, nothing is true.
pub(crate) fn about(event: &str, kind: &str, session: &str) -> Value {
    json!({
        "id": event, "object": "event", "type": kind, "livemode": false,
        "data": { "object": {
            "id": session, "metadata": { "order_id": ID }, "payment_status": "unpaid", "amount_total": 1,
        } },
    })
}

pub(crate) fn signed(body: &str) -> String {
    #[expect(clippy::disallowed_methods, reason = "the service compares with its own clock")]
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    let key = hmac::Key::new(hmac::HMAC_SHA256, SECRET.as_bytes());
    format!("t={now},v1={}", hex::encode(hmac::sign(&key, format!("{now}.{body}").as_bytes())))
}

pub(crate) async fn deliver(base: &str, body: &str, signature: &str) -> reqwest::Response {
    let call = browser().post(format!("{base}/GatewayEvents/HandleStripeEvent"));
    call.header("stripe-signature", signature).body(body.to_owned()).send().await.unwrap()
}
