//! A stand-in for the three outside services on one port: a few rows, a few links, and faults in a queue.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use parking_lot::Mutex;
use serde_json::{Value, json};
use tokio::net::TcpListener;

pub const SECRET: &str = "whsec_0123456789abcdef0123456789abcdef";

#[derive(Clone)]
pub struct Stub {
    pub base: String,
    state: Arc<Mutex<Store>>,
}

#[derive(Default)]
pub struct Store {
    pub purchases: BTreeMap<String, Purchase>,
    /// Every request as `METHOD /path`, in order.
    pub calls: Vec<String>,
    pub forms: Vec<(String, BTreeMap<String, String>)>,
    /// Bodies of finalize calls.
    pub finalized: Vec<Value>,
    pub refunds: Vec<String>,
    pub links: BTreeMap<String, Link>,
    pub tokens: usize,
    pub token_answer: Option<Value>,
    faults: BTreeMap<&'static str, VecDeque<Fault>>,
    /// Idempotency key to first answer.
    kept: BTreeMap<String, Value>,
    /// Idempotency keys under which a server error is kept.
    stuck: BTreeSet<String>,
    made: usize,
    /// A token that is no longer taken.
    revoked: Option<String>,
}

#[derive(Clone, Default)]
pub struct Purchase {
    pub price: Option<String>,
    pub currency: Option<String>,
    pub paid: bool,
    pub inactive: bool,
    pub finalize: Finalize,
    /// `msevtmgt_purchasingcontactid`.
    pub contact: Option<String>,
}

/// The readable id of the event that every purchase is for.
pub const EVENT: &str = "Paid_Event1479011247";

/// What finalizing an unpaid purchase comes to.
#[derive(Clone, Copy, Default, PartialEq)]
pub enum Finalize {
    #[default]
    Works,
    /// The seat is gone.
    Refuses,
    /// Says yes and does nothing.
    Ignores,
    /// Works, and answers with a body.
    Answers200,
    /// Outbound: says in its answer that it failed, although the answer is a 200.
    FailsPolitely,
    /// Outbound: works, and says so in a word of its own.
    WorksInOtherWords,
}

#[derive(Clone)]
pub struct Link {
    pub active: bool,
    pub count: u64,
    pub form: BTreeMap<String, String>,
}

#[derive(Clone)]
pub enum Fault {
    /// Answers so, without doing anything.
    Answer(u16, Option<&'static str>, Value),
    /// Does it, and cuts the connection.
    LoseAnswer,
    /// Answers 500 and keeps that under the idempotency key.
    KeptError,
    /// Never answers.
    Silence,
}

pub fn status(code: u16) -> Fault {
    Fault::Answer(code, None, Value::Null)
}

impl Stub {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let base = format!("http://{}", listener.local_addr().expect("an address"));
        let stub = Self { base, state: Arc::default() };
        let router = Router::new().fallback(answer).with_state(stub.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        stub
    }

    pub fn store(&self) -> parking_lot::MutexGuard<'_, Store> {
        self.state.lock()
    }

    pub fn seed(&self, id: &str, price: &str, currency: Option<&str>) {
        let purchase =
            Purchase { price: Some(price.into()), currency: currency.map(Into::into), ..Purchase::default() };
        self.store().purchases.insert(id.into(), purchase);
    }

    pub fn change(&self, id: &str, change: impl FnOnce(&mut Purchase)) {
        change(self.store().purchases.get_mut(id).expect("a purchase"));
    }

    /// The next call of this kind (`token`, `read`, `finalize`, `price`, `link`, `refund`) meets this fault.
    pub fn fail(&self, kind: &'static str, faults: impl IntoIterator<Item = Fault>) {
        self.store().faults.entry(kind).or_default().extend(faults);
    }

    /// The token in use is no longer taken.
    pub fn revoke_token(&self) {
        let mut store = self.store();
        store.revoked = Some(format!("token-{}", store.tokens));
    }

    pub fn count(&self, call: &str) -> usize {
        self.store().calls.iter().filter(|seen| seen.starts_with(call)).count()
    }

    pub fn statuses(&self) -> Vec<i64> {
        let store = self.store();
        store.finalized.iter().filter_map(|body| body["msevtmgt_paymentstatus"].as_i64()).collect()
    }

    pub fn paid(&self, id: &str) -> bool {
        self.store().purchases.get(id).is_some_and(|purchase| purchase.paid)
    }
}

async fn answer(State(stub): State<Stub>, method: Method, uri: Uri, headers: HeaderMap, body: Bytes) -> Response {
    let path = uri.path().to_owned();
    let kind = kind(&method, &path);
    let fault = {
        let mut store = stub.store();
        store.calls.push(format!("{method} {}", uri.path_and_query().map_or("", |it| it.as_str())));
        store.faults.get_mut(kind).and_then(VecDeque::pop_front)
    };
    if let Some(Fault::Silence) = fault {
        return std::future::pending().await;
    }
    if let Some(Fault::Answer(code, retry_after, body)) = fault {
        let code = StatusCode::from_u16(code).expect("a status");
        let mut response = (code, axum::Json(body)).into_response();
        if let Some(wait) = retry_after {
            response.headers_mut().insert("retry-after", wait.parse().expect("a header"));
        }
        return response;
    }
    if let Some(Fault::KeptError) = fault {
        let key = headers.get("idempotency-key").and_then(|it| it.to_str().ok());
        stub.store().stuck.insert(key.expect("a key").to_owned());
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    }
    let response = stub.store().handle(kind, &path, &headers, &body);
    if fault.is_some() {
        return Response::new(Body::new(Cut));
    }
    response
}

fn kind(method: &Method, path: &str) -> &'static str {
    match (method.as_str(), path) {
        ("POST", "/token") => "token",
        ("GET", path) if path.contains("msevtmgt_eventpurchases(") => "read",
        ("PATCH", path) if path.contains("msevtmgt_eventpurchases(") => "write",
        ("POST", path) if path.ends_with("/msevtmgt_finalizeregistrationpayment") => "finalize",
        ("POST", path) if path.ends_with("/msevtmgt_GetPurchaseDetailsAction") => "details",
        ("POST", path) if path.ends_with("/msevtmgt_ListDetailedPurchaseInfo") => "details",
        ("POST", path) if path.ends_with("_FinalizeExternalRegistrationRequest") => "finalize-outbound",
        ("POST", "/v1/prices") => "price",
        ("POST", "/v1/payment_links") => "link",
        ("GET", path) if path.starts_with("/v1/payment_links/") => "show-link",
        ("POST", path) if path.starts_with("/v1/payment_links/") => "close-link",
        ("POST", "/v1/refunds") => "refund",
        _ => "other",
    }
}

impl Store {
    fn handle(&mut self, kind: &str, path: &str, headers: &HeaderMap, body: &[u8]) -> Response {
        let authorization = headers.get("authorization").and_then(|it| it.to_str().ok());
        match kind {
            "token" => return self.token(body),
            "read" | "write" | "finalize" | "details" | "finalize-outbound" => {
                let token = authorization.and_then(|it| it.strip_prefix("Bearer "));
                if token.is_none() || token == self.revoked.as_deref() {
                    return StatusCode::UNAUTHORIZED.into_response();
                }
            }
            _ if authorization != Some("Bearer sk_test_hush") => {
                return StatusCode::UNAUTHORIZED.into_response();
            }
            _ => {}
        }
        match kind {
            "read" => self.read(id_in(path)),
            "write" => StatusCode::NO_CONTENT.into_response(),
            "finalize" => self.finalize(body),
            "details" => self.details(body),
            "finalize-outbound" => self.finalize_outbound(body),
            "price" | "link" | "refund" => self.create(kind, headers, body),
            "show-link" | "close-link" => self.link(path, kind == "close-link"),
            _ => StatusCode::NOT_FOUND.into_response(),
        }
    }

    fn token(&mut self, body: &[u8]) -> Response {
        let form = form(body);
        assert_eq!(form["grant_type"], "client_credentials");
        assert!(form["scope"].ends_with("/.default"));
        self.tokens += 1;
        let token = format!("token-{}", self.tokens);
        let answer = json!({"token_type": "Bearer", "expires_in": 3599, "access_token": token});
        axum::Json(self.token_answer.clone().unwrap_or(answer)).into_response()
    }

    fn read(&self, id: &str) -> Response {
        let Some(row) = self.purchases.get(id) else {
            return fault(404, "0x80040217");
        };
        let price = row.price.as_deref().unwrap_or("null");
        let currency = row.currency.as_ref().map(|code| json!({"isocurrencycode": code}));
        let body = format!(
            r#"{{"@odata.etag":"W/\"1\"","msevtmgt_eventpurchaseid":"{id}","msevtmgt_totalprice":{price},"msevtmgt_paid":{},
               "msevtmgt_processed":{},"statecode":{},"statuscode":1,"transactioncurrencyid":{},
               "_msevtmgt_purchasingcontactid_value":{},"msevtmgt_EventId":{}}}"#,
            row.paid,
            row.paid,
            i32::from(row.inactive),
            json!(currency),
            json!(row.contact),
            json!({"msevtmgt_readableeventid": EVENT}),
        );
        ([("content-type", "application/json; odata.metadata=minimal")], body).into_response()
    }

    fn finalize(&mut self, body: &[u8]) -> Response {
        let body: Value = serde_json::from_slice(body).expect("json");
        self.finalized.push(body.clone());
        let status = body["msevtmgt_paymentstatus"].as_i64();
        let id = body["msevtmgt_purchaseid"].as_str().unwrap_or_default();
        let Some(purchase) = self.purchases.get_mut(id) else {
            return fault(404, "0x80040217");
        };
        match status {
            None => return fault(400, "0x80048d19"),
            Some(100_000_000 | 100_000_001) => {}
            Some(_) => return fault(400, "0x80040203"),
        }
        if purchase.finalize == Finalize::Refuses || purchase.paid {
            return fault(400, "0x80040265");
        }
        if purchase.finalize != Finalize::Ignores {
            purchase.paid = status == Some(100_000_001);
            purchase.inactive = status == Some(100_000_000);
        }
        if purchase.finalize == Finalize::Answers200 {
            return axum::Json(json!({"@odata.context": "x"})).into_response();
        }
        StatusCode::NO_CONTENT.into_response()
    }

    fn create(&mut self, kind: &str, headers: &HeaderMap, body: &[u8]) -> Response {
        let key = headers.get("idempotency-key").and_then(|it| it.to_str().ok()).expect("a key");
        if self.stuck.contains(key) {
            let status = StatusCode::INTERNAL_SERVER_ERROR;
            return (status, [("idempotent-replayed", "true")]).into_response();
        }
        if let Some(first) = self.kept.get(key) {
            return ([("idempotent-replayed", "true")], axum::Json(first.clone())).into_response();
        }
        let form = form(body);
        self.made += 1;
        let id = format!("{kind}_{}", self.made);
        let object = match kind {
            "price" => json!({"id": id, "object": "price"}),
            "refund" => {
                self.refunds.push(form["payment_intent"].clone());
                json!({"id": id, "object": "refund", "status": "succeeded"})
            }
            _ => {
                let link = Link { active: true, count: 0, form: form.clone() };
                let shown = link.show(&id);
                self.links.insert(id, link);
                shown
            }
        };
        self.forms.push((kind.into(), form));
        self.kept.insert(key.into(), object.clone());
        axum::Json(object).into_response()
    }

    fn link(&mut self, path: &str, close: bool) -> Response {
        let id = path.rsplit('/').next().unwrap_or_default();
        let Some(link) = self.links.get_mut(id) else {
            return StatusCode::NOT_FOUND.into_response();
        };
        if close {
            link.active = false;
        }
        axum::Json(link.show(id)).into_response()
    }
}

impl Link {
    fn show(&self, id: &str) -> Value {
        json!({
            "id": id, "object": "payment_link", "active": self.active,
            "url": format!("https://buy.stripe.com/test_{id}"),
            "restrictions": {"completed_sessions": {"count": self.count, "limit": 1}},
        })
    }
}

pub fn fault(status: u16, code: &str) -> Response {
    let status = StatusCode::from_u16(status).expect("a status");
    (status, axum::Json(json!({"error": {"code": code, "message": "no"}}))).into_response()
}

fn form(body: &[u8]) -> BTreeMap<String, String> {
    form_urlencoded::parse(body).into_owned().collect()
}

fn id_in(path: &str) -> &str {
    path.split_once('(').and_then(|(_, rest)| rest.split_once(')')).map_or("", |(id, _)| id)
}

/// A body that breaks before its first byte.
struct Cut;

impl http_body::Body for Cut {
    type Data = Bytes;
    type Error = std::io::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<http_body::Frame<Bytes>, std::io::Error>>> {
        Poll::Ready(Some(Err(std::io::ErrorKind::ConnectionReset.into())))
    }
}
