//! A fake on a port, a webhook receiver beside it, and the calls that tests make.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use axum::extract::State;
use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use mock_core::control::Control;
use mock_core::server::{Server, serve};
use mock_core::{ClockMode, World};
use mock_stripe::{Config, Stripe};
use parking_lot::Mutex;
use serde_json::Value;
use url::Url;

pub(crate) const KEY: &str = "sk_test_51LabKey000000000000000000";
pub(crate) const SECRET: &str = "whsec_lab0123456789012345678901234567";

/// One delivery as the receiver saw it.
#[derive(Clone, Debug)]
pub(crate) struct Received {
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Received {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).expect("a webhook is JSON")
    }

    pub(crate) fn kind(&self) -> String {
        self.json()["type"].as_str().expect("an event has a type").to_owned()
    }
}

/// A receiver of webhooks that answers what it is told to.
#[derive(Clone, Default)]
pub(crate) struct Receiver {
    seen: Arc<Mutex<Vec<Received>>>,
    answers: Arc<Mutex<Vec<StatusCode>>>,
}

impl Receiver {
    pub(crate) fn all(&self) -> Vec<Received> {
        self.seen.lock().clone()
    }

    pub(crate) fn kinds(&self) -> Vec<String> {
        self.all().iter().map(Received::kind).collect()
    }

    /// The types about payments; catalogue events are sent in the background and may come at any time.
    pub(crate) fn payment_kinds(&self) -> Vec<String> {
        let about = |kind: &String| !["product.", "price.", "payment_link."].iter().any(|noun| kind.starts_with(noun));
        self.kinds().into_iter().filter(about).collect()
    }

    /// The next answers, in order; 200 after them.
    pub(crate) fn will_answer(&self, statuses: &[u16]) {
        *self.answers.lock() = statuses.iter().rev().map(|status| StatusCode::from_u16(*status).unwrap()).collect();
    }

    pub(crate) fn clear(&self) {
        self.seen.lock().clear();
    }

    async fn serve(&self) -> Url {
        async fn take(State(receiver): State<Receiver>, headers: HeaderMap, body: Bytes) -> StatusCode {
            receiver.seen.lock().push(Received { headers, body });
            receiver.answers.lock().pop().unwrap_or(StatusCode::OK)
        }
        let listener = tokio::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let addr = listener.local_addr().unwrap();
        let router = axum::Router::new().fallback(take).with_state(self.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        Url::parse(&format!("http://{addr}/hook")).unwrap()
    }
}

impl Drop for Lab {
    /// Whatever a test looked at, no answer of the fake may break its contract.
    fn drop(&mut self) {
        if std::thread::panicking() {
            return;
        }
        for entry in self.world.journal().find(&mock_core::journal::Filter::default()) {
            let wrong: Vec<_> =
                entry.violations.iter().filter(|wrong| wrong.side == mock_core::contract::Side::Answer).collect();
            let answer = entry.answer.as_ref().map(|answer| String::from_utf8_lossy(&answer.body).into_owned());
            assert!(wrong.is_empty(), "{} {}: {wrong:#?}\n{answer:?}", entry.request.method, entry.request.target);
        }
    }
}

pub(crate) struct Lab {
    pub(crate) world: World,
    pub(crate) base: String,
    pub(crate) receiver: Receiver,
    pub(crate) control: Control,
    control_base: String,
    /// The receiver's address, registered or not.
    pub(crate) elsewhere: Url,
    pub(crate) http: reqwest::Client,
    _servers: (Server, tokio::task::JoinHandle<()>),
}

/// An answer, read.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error} in {}", self.text))
    }

    #[track_caller]
    pub(crate) fn ok(&self) -> Value {
        assert_eq!(self.status, 200, "{}", self.text);
        self.json()
    }

    #[track_caller]
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).unwrap_or_else(|| panic!("no header {name}")).to_str().unwrap()
    }
}

impl Lab {
    pub(crate) async fn start() -> Self {
        Self::with(|_| {}).await
    }

    pub(crate) async fn with(change: impl FnOnce(&mut Config)) -> Self {
        Self::build(7, change).await
    }

    pub(crate) async fn build(seed: u64, change: impl FnOnce(&mut Config)) -> Self {
        let start = "2026-08-03T12:00:00Z".parse().unwrap();
        let world = World::builder().seed(seed).clock(ClockMode::Manual).start_at(start).build();
        let receiver = Receiver::default();
        let elsewhere = receiver.serve().await;
        let mut config = Config {
            api_keys: vec![KEY.to_owned()],
            webhook_url: Some(elsewhere.clone()),
            webhook_secret: SECRET.to_owned(),
            ..Config::default()
        };
        change(&mut config);
        let stripe = Stripe::new(&world, config);
        let here = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        let server = serve(&world, stripe.face(), here).await.unwrap();
        let router = mock_core::control::router(&world, stripe.control());
        let listener = tokio::net::TcpListener::bind(here).await.unwrap();
        let control_base = format!("http://{}", listener.local_addr().unwrap());
        let control = Control::new(&Url::parse(&control_base).unwrap());
        let task = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        let base = server.url().as_str().trim_end_matches('/').to_owned();
        let http = mock_core::http_client();
        Self { world, base, receiver, control, control_base, elsewhere, http, _servers: (server, task) }
    }

    /// Waits until every delivery that was begun is answered.
    pub(crate) async fn settled(&self) {
        let silent = std::time::Duration::from_millis(60);
        assert!(self.control.quiet(&[], silent, std::time::Duration::from_secs(10)).await.unwrap());
    }

    /// Looks whenever an exchange begins or ends, until what is looked for is there.
    pub(crate) async fn until<T>(&self, what: &str, mut look: impl AsyncFnMut() -> Option<T>) -> T {
        let mut changes = self.world.journal().changes();
        for _ in 0..10_000 {
            changes.mark_unchanged();
            if let Some(found) = look().await {
                return found;
            }
            let limit = std::time::Duration::from_secs(60);
            assert!(tokio::time::timeout(limit, changes.changed()).await.is_ok(), "waited in vain for {what}");
        }
        panic!("much happened, but not {what}");
    }

    pub(crate) fn control_url(&self, path: &str) -> String {
        format!("{}{path}", self.control_base)
    }

    pub(crate) async fn send(&self, call: reqwest::RequestBuilder) -> Answer {
        let response = call.send().await.unwrap();
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        Answer { status, headers, text: response.text().await.unwrap() }
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.send(self.http.get(format!("{}{path}", self.base)).bearer_auth(KEY)).await
    }

    pub(crate) async fn delete(&self, path: &str) -> Answer {
        self.send(self.http.delete(format!("{}{path}", self.base)).bearer_auth(KEY)).await
    }

    pub(crate) fn posting(&self, path: &str, form: &str) -> reqwest::RequestBuilder {
        self.http
            .post(format!("{}{path}", self.base))
            .bearer_auth(KEY)
            .header("content-type", "application/x-www-form-urlencoded")
            .body(form.to_owned())
    }

    pub(crate) async fn post(&self, path: &str, form: &str) -> Answer {
        self.send(self.posting(path, form)).await
    }

    /// Uploads a file as evidence.
    pub(crate) async fn upload(&self, filename: &str, content: &[u8]) -> Answer {
        self.send(self.uploading("dispute_evidence", filename, content)).await
    }

    pub(crate) fn uploading(&self, purpose: &str, filename: &str, content: &[u8]) -> reqwest::RequestBuilder {
        let mut body = format!(
            "--edge\r\nContent-Disposition: form-data; name=\"purpose\"\r\n\r\n{purpose}\r\n--edge\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{filename}\"\r\nContent-Type: application/octet-stream\r\n\r\n"
        )
        .into_bytes();
        body.extend_from_slice(content);
        body.extend_from_slice(b"\r\n--edge--\r\n");
        let url = format!("{}/v1/files", self.base);
        self.http.post(url).bearer_auth(KEY).header("content-type", "multipart/form-data; boundary=edge").body(body)
    }

    /// A price of `amount` and a link for it that ends at `target`.
    pub(crate) async fn link(&self, amount: i64, currency: &str, more: &str) -> Value {
        let price = format!("unit_amount={amount}&currency={currency}&product_data[name]=Seat%20at%20the%20table");
        let price = self.post("/v1/prices", &price).await.ok();
        let price = price["id"].as_str().unwrap();
        let link = format!("line_items[0][price]={price}&line_items[0][quantity]=1&{more}");
        self.post("/v1/payment_links", &link).await.ok()
    }

    /// Visits a link and says where it leads: the session's page.
    pub(crate) async fn visit(&self, url: &str) -> String {
        let answer = self.send(self.http.get(url)).await;
        assert_eq!(answer.status, 303, "{}", answer.text);
        format!("{}{}", self.base, answer.header("location"))
    }

    pub(crate) async fn pay(&self, page: &str, card: &str) -> Answer {
        let form = format!(
            "email=buyer@example.com&name=Ada+Buyer&method=card&card_number={card}&card_expiry=12/34&card_cvc=123"
        );
        self.submit(page, &form).await
    }

    pub(crate) async fn submit(&self, page: &str, form: &str) -> Answer {
        let call =
            self.http.post(page).header("content-type", "application/x-www-form-urlencoded").body(form.to_owned());
        self.send(call).await
    }

    pub(crate) fn session_of(page: &str) -> &str {
        page.rsplit('/').next().unwrap()
    }
}
