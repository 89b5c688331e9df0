//! A whole paid registration, with the smallest service in the middle that can be: the same for the fakes and for the bare handlers.

use std::sync::{Arc, Mutex, OnceLock};

use axum::Router;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use bytes::Bytes;
use http::{StatusCode, header};
use mock_core::http_client;
use mock_platform::{Endpoints, ServiceUrls};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use url::Url;

/// A service that believes everything.
#[derive(Clone)]
pub(crate) struct Middle {
    pub(crate) base: Url,
    endpoints: Arc<OnceLock<Endpoints>>,
    token: Arc<Mutex<String>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Visit {
    purchase_id: String,
    return_url: String,
}

impl Middle {
    /// Listens; it works once it was told where the rest is.
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = Url::parse(&format!("http://{}", listener.local_addr().unwrap())).unwrap();
        let middle = Self { base, endpoints: Arc::default(), token: Arc::default() };
        let router = Router::new()
            .route("/GatewayRedirect/PayWithStripe", get(redirect))
            .route("/GatewayEvents/HandleStripeEvent", post(webhook))
            .with_state(middle.clone());
        drop(tokio::spawn(async move { axum::serve(listener, router).await }));
        middle
    }

    pub(crate) fn urls(&self) -> ServiceUrls {
        ServiceUrls::at(&self.base)
    }

    /// The host and port it listens on.
    pub(crate) fn authority(&self) -> String {
        format!("127.0.0.1:{}", self.base.port().unwrap())
    }

    /// Says where the rest is.
    pub(crate) fn knows(&self, endpoints: Endpoints) {
        self.endpoints.set(endpoints).unwrap();
    }

    pub(crate) fn at(&self) -> &Endpoints {
        self.endpoints.get().unwrap()
    }

    /// Takes a token, as a service without a cache would.
    pub(crate) async fn take_token(&self) -> String {
        let at = self.at();
        let form = [
            ("grant_type", "client_credentials"),
            ("client_id", &at.entra.client_id),
            ("client_secret", &at.entra.client_secret),
            ("scope", &format!("{}/.default", at.dataverse.url)),
        ];
        let answer: Value =
            http_client().post(&at.entra.token_url).form(&form).send().await.unwrap().json().await.unwrap();
        let token = answer["access_token"].as_str().unwrap().to_owned();
        self.token.lock().unwrap().clone_from(&token);
        token
    }

    async fn stripe(&self, path: &str, form: &[(&str, &str)]) -> Value {
        let at = self.at();
        let call =
            http_client().post(format!("{}{path}", at.stripe.api_base)).bearer_auth(&at.stripe.api_key).form(form);
        let answer = call.send().await.unwrap();
        assert_eq!(answer.status(), 200, "{path}");
        answer.json().await.unwrap()
    }
}

/// The URL that reads a purchase with its currency.
pub(crate) fn purchase_url(at: &Endpoints, purchase: &str) -> String {
    format!(
        "{}/api/data/{}/msevtmgt_eventpurchases({purchase})?$select=msevtmgt_totalprice&$expand=transactioncurrencyid($select=isocurrencycode)",
        at.dataverse.url, at.dataverse.api_version
    )
}

/// The form that makes a price.
pub(crate) const PRICE: [(&str, &str); 3] =
    [("currency", "usd"), ("unit_amount", "4950"), ("product_data[name]", "Registration")];

async fn redirect(State(middle): State<Middle>, Query(visit): Query<Visit>) -> Response {
    let token = middle.take_token().await;
    let read =
        http_client().get(purchase_url(middle.at(), &visit.purchase_id)).bearer_auth(token).send().await.unwrap();
    assert_eq!(read.status(), 200);
    let _purchase: Value = read.json().await.unwrap();
    let price = middle.stripe("/v1/prices", &PRICE).await;
    let link = middle
        .stripe(
            "/v1/payment_links",
            &[
                ("line_items[0][price]", price["id"].as_str().unwrap()),
                ("line_items[0][quantity]", "1"),
                ("metadata[order_id]", &visit.purchase_id),
                ("after_completion[type]", "redirect"),
                ("after_completion[redirect][url]", &visit.return_url),
            ],
        )
        .await;
    (StatusCode::FOUND, [(header::LOCATION, link["url"].as_str().unwrap().to_owned())]).into_response()
}

async fn webhook(State(middle): State<Middle>, body: Bytes) -> StatusCode {
    let event: Value = serde_json::from_slice(&body).unwrap();
    let order = event["data"]["object"]["metadata"]["order_id"].clone();
    let url = format!("{}/api/data/v9.2/msevtmgt_finalizeregistrationpayment", middle.at().dataverse.url);
    let token = middle.token.lock().unwrap().clone();
    let call = http_client()
        .post(url)
        .bearer_auth(token)
        .json(&json!({"msevtmgt_purchaseid": order, "msevtmgt_paymentstatus": 100_000_001}));
    assert!(call.send().await.unwrap().status().is_success());
    StatusCode::OK
}

/// Registers for the sample event; the answer's link.
pub(crate) async fn register(at: &Endpoints) -> String {
    let url = format!(
        "{}/events/{}/registrations?emApplicationtoken={}",
        at.event_api.base, at.sample.readable_event_id, at.event_api.token
    );
    let attendee = json!({"firstName":"Jane","lastName":"Doe","email":"jane@contoso.com","passId":at.sample.pass_id});
    let answer = http_client().post(url).json(&json!({"attendees":[attendee]})).send().await.unwrap();
    assert_eq!(answer.status(), 200);
    answer.json::<Value>().await.unwrap()["redirectUrl"].as_str().unwrap().to_owned()
}

/// The purchase id in a link.
pub(crate) fn purchase_of(link: &str) -> String {
    let url = Url::parse(link).unwrap();
    url.query_pairs().find(|(name, _)| name == "purchaseId").unwrap().1.into_owned()
}

async fn location(answer: reqwest::Response) -> String {
    assert!(answer.status().is_redirection(), "{}", answer.status());
    let url = answer.url().clone();
    url.join(answer.headers()[header::LOCATION].to_str().unwrap()).unwrap().to_string()
}

/// From the registration to the buyer's return.
pub(crate) async fn walk(at: &Endpoints) {
    let link = register(at).await;
    let link = location(http_client().get(link).send().await.unwrap()).await;
    let page = location(http_client().get(link).send().await.unwrap()).await;
    let shown = http_client().get(&page).send().await.unwrap();
    assert_eq!(shown.status(), 200);
    let _html = shown.bytes().await.unwrap();
    let form = [
        ("email", "jane@contoso.com"),
        ("name", "Jane Doe"),
        ("method", "card"),
        ("card_number", "4242424242424242"),
        ("card_expiry", "12/45"),
        ("card_cvc", "123"),
    ];
    let end = location(http_client().post(&page).form(&form).send().await.unwrap()).await;
    assert!(end.starts_with(mock_platform::ALLOWED_ORIGIN), "{end}");
}

/// The default scenario with seats for everybody.
pub(crate) fn roomy() -> String {
    mock_platform::DEFAULT_SCENARIO
        .replace("capacity = 5000", "capacity = 50000")
        .replace("allocation = 4000", "allocation = 50000")
}
