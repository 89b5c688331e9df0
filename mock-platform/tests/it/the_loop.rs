//! A whole paid registration over the wire, with the smallest service that can stand in the middle.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use bytes::Bytes;
use mock_core::control::Control;
use mock_core::http_client;
use mock_core::journal::Filter;
use mock_platform::{Endpoints, Platform, ServiceUrls};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::watch;
use url::Url;

/// Believes everything it is told; what a real one must check is not this test's business.
#[derive(Clone)]
struct Middle {
    endpoints: watch::Receiver<Option<Arc<Endpoints>>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Visit {
    purchase_id: String,
    return_url: String,
}

impl Middle {
    async fn endpoints(&self) -> Arc<Endpoints> {
        self.endpoints.clone().wait_for(Option::is_some).await.unwrap().clone().unwrap()
    }

    async fn token(&self) -> String {
        let at = self.endpoints().await;
        let form = [
            ("grant_type", "client_credentials"),
            ("client_id", &at.entra.client_id),
            ("client_secret", &at.entra.client_secret),
            ("scope", &format!("{}/.default", at.dataverse.url)),
        ];
        let answer: Value =
            http_client().post(&at.entra.token_url).form(&form).send().await.unwrap().json().await.unwrap();
        answer["access_token"].as_str().unwrap().to_owned()
    }

    async fn stripe(&self, path: &str, form: &[(&str, &str)]) -> Value {
        let at = self.endpoints().await;
        let call =
            http_client().post(format!("{}{path}", at.stripe.api_base)).bearer_auth(&at.stripe.api_key).form(form);
        let answer = call.send().await.unwrap();
        assert_eq!(answer.status(), 200, "{path}");
        answer.json().await.unwrap()
    }
}

async fn redirect(State(middle): State<Middle>, Query(visit): Query<Visit>) -> Response {
    let at = middle.endpoints().await;
    let url = format!(
        "{}/api/data/{}/msevtmgt_eventpurchases({})?$select=msevtmgt_totalprice&$expand=transactioncurrencyid($select=isocurrencycode)",
        at.dataverse.url, at.dataverse.api_version, visit.purchase_id
    );
    let purchase = http_client().get(url).bearer_auth(middle.token().await).send().await.unwrap();
    assert_eq!(purchase.status(), 200);
    let purchase: Value = purchase.json().await.unwrap();
    let minor = (purchase["msevtmgt_totalprice"].as_f64().unwrap() * 100.0).round();
    let currency = purchase["transactioncurrencyid"]["isocurrencycode"].as_str().unwrap().to_lowercase();
    let amount = minor.to_string();
    let price = middle
        .stripe(
            "/v1/prices",
            &[("currency", &currency), ("unit_amount", &amount), ("product_data[name]", "Registration")],
        )
        .await;
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
    (http::StatusCode::FOUND, [(http::header::LOCATION, link["url"].as_str().unwrap().to_owned())]).into_response()
}

async fn webhook(State(middle): State<Middle>, body: Bytes) -> http::StatusCode {
    let event: Value = serde_json::from_slice(&body).unwrap();
    if event["type"] == "checkout.session.completed" {
        let at = middle.endpoints().await;
        let url = format!("{}/api/data/v9.2/msevtmgt_finalizeregistrationpayment", at.dataverse.url);
        let order = event["data"]["object"]["metadata"]["order_id"].clone();
        let body = json!({"msevtmgt_purchaseid": order, "msevtmgt_paymentstatus": 100_000_001});
        let answer = http_client().post(url).bearer_auth(middle.token().await).json(&body).send().await.unwrap();
        assert_eq!(answer.status(), 204);
    }
    http::StatusCode::OK
}

/// A platform with the service in the middle.
async fn start() -> Platform {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = Url::parse(&format!("http://{}", listener.local_addr().unwrap())).unwrap();
    let (known, endpoints) = watch::channel(None);
    let service = Router::new()
        .route("/GatewayRedirect/PayWithStripe", get(redirect))
        .route("/GatewayEvents/HandleStripeEvent", post(webhook))
        .with_state(Middle { endpoints });
    drop(tokio::spawn(async move { axum::serve(listener, service).await }));
    let platform = Platform::builder().seed(3).service(ServiceUrls::at(&base)).start().await.unwrap();
    known.send_replace(Some(Arc::new(platform.endpoints().clone())));
    platform
}

async fn register(at: &Endpoints) -> String {
    let url = format!(
        "{}/events/{}/registrations?emApplicationtoken={}",
        at.event_api.base, at.sample.readable_event_id, at.event_api.token
    );
    let attendee = json!({"firstName":"Jane","lastName":"Doe","email":"jane@contoso.com","passId":at.sample.pass_id});
    let answer: Value =
        http_client().post(url).json(&json!({"attendees":[attendee]})).send().await.unwrap().json().await.unwrap();
    answer["redirectUrl"].as_str().unwrap().to_owned()
}

/// Follows one redirect and says where it leads.
pub(crate) async fn location(answer: reqwest::Response) -> String {
    assert!(answer.status().is_redirection(), "{}", answer.status());
    let base = answer.url().clone();
    base.join(answer.headers()["location"].to_str().unwrap()).unwrap().to_string()
}

async fn pay(link: &str) -> String {
    let page = location(http_client().get(link).send().await.unwrap()).await;
    assert_eq!(http_client().get(&page).send().await.unwrap().status(), 200);
    let form = [
        ("email", "jane@contoso.com"),
        ("name", "Jane Doe"),
        ("method", "card"),
        ("card_number", "4242424242424242"),
        ("card_expiry", "12/45"),
        ("card_cvc", "123"),
    ];
    location(http_client().post(&page).form(&form).send().await.unwrap()).await
}

async fn purchase(platform: &Platform, redirect_url: &str) -> Value {
    let url = Url::parse(redirect_url).unwrap();
    let (_, id) = url.query_pairs().find(|(name, _)| name == "purchaseId").unwrap();
    Control::new(platform.control()).get(&format!("/v1/event-api/purchases/{id}")).await.unwrap()
}

#[tokio::test]
async fn a_registration_is_paid_for_and_confirmed() {
    let platform = start().await;
    let redirect_url = register(platform.endpoints()).await;
    assert_eq!(purchase(&platform, &redirect_url).await["state"], "reserved");

    let link = location(http_client().get(&redirect_url).send().await.unwrap()).await;
    assert!(link.starts_with(&platform.endpoints().stripe.api_base), "{link}");
    assert_eq!(pay(&link).await, "https://allowed.test/");
    assert_eq!(purchase(&platform, &redirect_url).await["state"], "completed");

    let journal = Control::new(platform.control()).journal(&Filter::default()).await.unwrap();
    for entry in &journal.entries {
        assert!(entry.violations.is_empty(), "{} {:?}: {:?}", entry.fake, entry.operation, entry.violations);
        assert!(entry.unsupported.is_empty(), "{:?}", entry.unsupported);
        assert!(entry.operation.is_some(), "{:?} {:?} is not in the contract", entry.fake, entry.request.target);
    }
    platform.stop().await;
}

#[tokio::test]
async fn an_unpaid_registration_ends_when_its_time_is_over() {
    let platform = start().await;
    let redirect_url = register(platform.endpoints()).await;
    let control = Control::new(platform.control());
    let moved = control.advance("31m").await.unwrap();
    assert!(moved.fired >= 1);
    assert_eq!(purchase(&platform, &redirect_url).await["state"], "expired");
}
