//! Where the fake is, and what the buyer and the test do there without the library.

use std::env::var;

use axum::body::Bytes;
use axum::http::Request;
use http_body_util::{BodyExt as _, Full};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use serde_json::{Value, json};

const FORM: &str = "application/x-www-form-urlencoded";

/// The fake's addresses and key.
pub struct World {
    /// Where the API is, without a trailing slash.
    pub api: String,
    /// The seller's key.
    pub key: String,
    control: String,
    http: Client<HttpConnector, Full<Bytes>>,
}

/// What came back.
pub struct Answer {
    pub status: u16,
    /// Where it leads; empty when nowhere.
    pub location: String,
    pub text: String,
}

impl World {
    /// As the environment says.
    pub fn from_environment() -> Self {
        let said = |name: &str| var(name).unwrap_or_else(|_| panic!("{name} is not set"));
        let http = Client::builder(TokioExecutor::new()).build_http();
        Self { api: said("STRIPE_API"), key: said("STRIPE_KEY"), control: said("STRIPE_CONTROL"), http }
    }

    /// Opens a page as a browser does, without following where it leads.
    pub async fn open(&self, url: &str) -> Answer {
        self.send(Request::get(url).body(Full::default()).unwrap()).await
    }

    /// Opens a link and says where its page is.
    pub async fn visit(&self, link: &str) -> String {
        let visit = self.open(link).await;
        assert_eq!(visit.status, 303, "{}", visit.text);
        format!("{}{}", self.api, visit.location)
    }

    /// Pays by card on the hosted page.
    pub async fn pay(&self, page: &str, card: &str) -> Answer {
        let form = format!(
            "email=ada%40example.com&name=Ada+Buyer&method=card&card_number={card}&card_expiry=12%2F34&card_cvc=123"
        );
        self.submit(page, form).await
    }

    /// Sends the hosted page's form.
    pub async fn submit(&self, page: &str, form: String) -> Answer {
        self.send(Request::post(page).header("content-type", FORM).body(form.into()).unwrap()).await
    }

    /// Posts to the control API.
    pub async fn control(&self, path: &str, body: &Value) -> Value {
        let request = Request::post(format!("{}{path}", self.control)).header("content-type", "application/json");
        let answer = self.send(request.body(body.to_string().into()).unwrap()).await;
        assert!((200..300).contains(&answer.status), "POST {path}: {} {}", answer.status, answer.text);
        serde_json::from_str(&answer.text).unwrap_or_default()
    }

    /// Moves the world's clock.
    pub async fn later(&self, by: &str) {
        self.control("/v1/clock/advance", &json!({ "by": by })).await;
    }

    async fn send(&self, request: Request<Full<Bytes>>) -> Answer {
        let response = self.http.request(request).await.unwrap();
        let location = response.headers().get("location").map(|value| value.to_str().unwrap().to_owned());
        let status = response.status().as_u16();
        let body = response.into_body().collect().await.unwrap().to_bytes();
        Answer { status, location: location.unwrap_or_default(), text: String::from_utf8(body.to_vec()).unwrap() }
    }
}
