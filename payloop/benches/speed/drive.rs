//! The client of both sides: registration page, completion service, buyer and webhook receiver in one.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::State;
use axum::routing::post;
use bytes::Bytes;
use http::{StatusCode, header};
use mock_core::{World, http_client};
use mock_platform::{ALLOWED_ORIGIN, DEFAULT_SCENARIO, Endpoints};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use url::Url;

/// A form as it is sent.
type Pairs<'a> = &'a [(&'a str, &'a str)];

/// What the buyer types.
const CARD: Pairs<'static> = &[
    ("email", "jane@contoso.com"),
    ("name", "Jane Doe"),
    ("method", "card"),
    ("card_number", "4242424242424242"),
    ("card_expiry", "12/45"),
    ("card_cvc", "123"),
];

/// How many exchanges [`Driver::loop_once`] is.
pub(crate) const EXCHANGES: usize = 10;

/// A client that knows where things are and holds a token.
#[derive(Clone)]
pub(crate) struct Driver {
    pub(crate) at: Arc<Endpoints>,
    token: String,
    inbox: Inbox,
}

impl Driver {
    /// Takes its token, which it keeps as a service does.
    pub(crate) async fn start(at: Endpoints, inbox: Inbox) -> Self {
        let form = [
            ("grant_type", "client_credentials"),
            ("client_id", &at.entra.client_id),
            ("client_secret", &at.entra.client_secret),
            ("scope", &format!("{}/.default", at.dataverse.url)),
        ];
        let answer: Value = json_of(http_client().post(&at.entra.token_url).form(&form)).await;
        Self { token: text(&answer["access_token"]), at: Arc::new(at), inbox }
    }

    /// The same client at other addresses.
    pub(crate) fn moved(&self, place: impl Fn(&str) -> String, inbox: Inbox) -> Self {
        let text = serde_json::to_string(self.at.as_ref()).expect("endpoints are data");
        let at = serde_json::from_str(&place(&text)).expect("endpoints are data");
        Self { at: Arc::new(at), token: self.token.clone(), inbox }
    }

    /// One whole loop in ten exchanges: nine calls, and the webhook that comes in between. Answers the purchase's id.
    pub(crate) async fn loop_once(&self) -> String {
        let purchase = self.register().await;
        let row: Value = self.read_purchase(&purchase).await;
        assert_eq!(text(&row["transactioncurrencyid"]["isocurrencycode"]), "USD");
        let price = self.create_price().await;
        let link = self.create_link(&price, &purchase).await;
        let page = self.location(http_client().get(link)).await;
        let shown = http_client().get(&page).send().await.expect("an answer");
        assert_eq!(shown.status(), StatusCode::OK);
        drop(shown.bytes().await.expect("a body"));
        let told = self.inbox.expect(&purchase);
        let end = self.location(http_client().post(&page).form(CARD)).await;
        assert!(end.starts_with(ALLOWED_ORIGIN), "{end}");
        told.await.expect("the webhook came");
        self.finalize(&purchase).await;
        drop(self.read_purchase(&purchase).await);
        purchase
    }

    /// Registers one attendee for the sample event; the purchase's id.
    pub(crate) async fn register(&self) -> String {
        let at = &self.at;
        let url = format!(
            "{}/events/{}/registrations?emApplicationtoken={}",
            at.event_api.base, at.sample.readable_event_id, at.event_api.token
        );
        let attendee =
            json!({"firstName":"Jane","lastName":"Doe","email":"jane@contoso.com","passId":at.sample.pass_id});
        let answer = json_of(http_client().post(url).json(&json!({"attendees":[attendee]}))).await;
        let redirect = Url::parse(&text(&answer["redirectUrl"])).expect("a URL");
        redirect.query_pairs().find(|(name, _)| name == "purchaseId").expect("a purchase").1.into_owned()
    }

    /// The documented read: the price, and the currency of a lookup.
    pub(crate) async fn read_purchase(&self, purchase: &str) -> Value {
        let url = format!(
            "{}/api/data/{}/msevtmgt_eventpurchases({purchase})?$select=msevtmgt_totalprice&$expand=transactioncurrencyid($select=isocurrencycode)",
            self.at.dataverse.url, self.at.dataverse.api_version
        );
        json_of(http_client().get(url).bearer_auth(&self.token)).await
    }

    /// Any GET of the Web API.
    pub(crate) async fn read_dataverse(&self, path: &str) -> Value {
        let url = format!("{}/api/data/{}/{path}", self.at.dataverse.url, self.at.dataverse.api_version);
        json_of(http_client().get(url).bearer_auth(&self.token)).await
    }

    /// A price with its product; the price's id.
    pub(crate) async fn create_price(&self) -> String {
        let form = [("currency", "usd"), ("unit_amount", "4950"), ("product_data[name]", "Registration")];
        text(&self.stripe("/v1/prices", &form).await["id"])
    }

    /// A link for one of `price`; its URL.
    pub(crate) async fn create_link(&self, price: &str, purchase: &str) -> String {
        text(&self.make_link(price, purchase).await["url"])
    }

    /// A link for one of `price`, whole.
    pub(crate) async fn make_link(&self, price: &str, purchase: &str) -> Value {
        self.stripe("/v1/payment_links", &link_form(price, purchase)).await
    }

    /// Any GET of Stripe's API.
    pub(crate) async fn read_stripe(&self, path: &str) -> Value {
        let stripe = &self.at.stripe;
        json_of(http_client().get(format!("{}{path}", stripe.api_base)).bearer_auth(&stripe.api_key)).await
    }

    async fn stripe(&self, path: &str, form: Pairs<'_>) -> Value {
        let stripe = &self.at.stripe;
        json_of(http_client().post(format!("{}{path}", stripe.api_base)).bearer_auth(&stripe.api_key).form(form)).await
    }

    /// Says that a purchase was paid.
    pub(crate) async fn finalize(&self, purchase: &str) {
        let url = format!(
            "{}/api/data/{}/msevtmgt_finalizeregistrationpayment",
            self.at.dataverse.url, self.at.dataverse.api_version
        );
        let body = json!({"msevtmgt_purchaseid": purchase, "msevtmgt_paymentstatus": 100_000_001});
        let answer = http_client().post(url).bearer_auth(&self.token).json(&body).send().await.expect("an answer");
        assert_eq!(answer.status(), StatusCode::NO_CONTENT);
    }

    /// Where a redirect leads.
    async fn location(&self, call: reqwest::RequestBuilder) -> String {
        let answer = call.send().await.expect("an answer");
        assert!(answer.status().is_redirection(), "{}", answer.status());
        let to = answer.headers()[header::LOCATION].to_str().expect("text");
        if to.starts_with('/') { format!("{}{to}", self.at.stripe.api_base) } else { to.to_owned() }
    }
}

/// What a link for one of `price` is asked for with.
pub(crate) fn link_form<'a>(price: &'a str, purchase: &'a str) -> [(&'a str, &'a str); 5] {
    [
        ("line_items[0][price]", price),
        ("line_items[0][quantity]", "1"),
        ("metadata[order_id]", purchase),
        ("after_completion[type]", "redirect"),
        ("after_completion[redirect][url]", ALLOWED_ORIGIN),
    ]
}

async fn json_of(call: reqwest::RequestBuilder) -> Value {
    let answer = call.send().await.expect("an answer");
    assert_eq!(answer.status(), StatusCode::OK, "{}", answer.url());
    serde_json::from_slice(&answer.bytes().await.expect("a body")).expect("JSON")
}

fn text(value: &Value) -> String {
    value.as_str().expect("text").to_owned()
}

/// Where webhooks come in; whoever waits for a purchase is told.
#[derive(Clone)]
pub(crate) struct Inbox {
    /// Its base URL.
    pub(crate) url: Url,
    waiting: Arc<Mutex<Waiting>>,
}

/// Those who wait, by purchase.
type Waiting = BTreeMap<String, VecDeque<oneshot::Sender<()>>>;

impl Inbox {
    /// Listens.
    pub(crate) async fn open() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let waiting = Arc::<Mutex<Waiting>>::default();
        let router = Router::new().fallback(post(receive)).with_state(Arc::clone(&waiting));
        drop(tokio::spawn(async move { axum::serve(listener, router).await }));
        Self { url: Url::parse(&url).expect("a URL"), waiting }
    }

    /// Its host and port.
    pub(crate) fn authority(&self) -> String {
        self.url.authority().to_owned()
    }

    /// Resolves when the webhook of this purchase was received.
    fn expect(&self, purchase: &str) -> oneshot::Receiver<()> {
        let (tell, told) = oneshot::channel();
        let mut waiting = self.waiting.lock().expect("no handler panicked");
        waiting.entry(purchase.to_owned()).or_default().push_back(tell);
        told
    }
}

async fn receive(State(waiting): State<Arc<Mutex<Waiting>>>, body: Bytes) -> StatusCode {
    let event: Value = serde_json::from_slice(&body).expect("JSON");
    let order = event["data"]["object"]["metadata"]["order_id"].as_str().expect("an order");
    let mut waiting = waiting.lock().expect("no handler panicked");
    let first = waiting.get_mut(order).and_then(VecDeque::pop_front);
    if waiting.get(order).is_some_and(VecDeque::is_empty) {
        waiting.remove(order);
    }
    first.expect("somebody waits").send(()).ok();
    StatusCode::OK
}

/// The default scenario with seats for everybody who comes while it is measured.
pub(crate) fn roomy() -> String {
    DEFAULT_SCENARIO.replace("capacity = 5000", "capacity = 50000").replace("allocation = 4000", "allocation = 50000")
}

/// Switches the contract guard of a world, before a turn.
pub(crate) fn guard(world: &World, on: bool) -> impl Fn() + 'static {
    let world = world.clone();
    move || world.set_guard(on)
}
