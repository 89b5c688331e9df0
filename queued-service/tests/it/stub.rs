//! Dataverse, its token endpoint and Stripe in one server: one purchase, and the sessions that are made for it.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{Form, Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, body::Bytes};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::watch;

/// The one purchase.
pub(crate) const ID: &str = "a4d9e358-949f-f011-bbd3-6045bd02f64d";

/// What there is, and what was asked for.
#[derive(Clone, Debug)]
pub(crate) struct World {
    pub(crate) price: &'static str,
    /// `msevtmgt_paymentstatus` of the row.
    pub(crate) status: Option<i64>,
    /// What finalize does once the call is counted.
    pub(crate) finalize: Finalize,
    /// Dataverse answers 503.
    pub(crate) down: bool,
    pub(crate) sessions: BTreeMap<String, Value>,
    /// The statuses that were finalized, refused ones too.
    pub(crate) finalized: Vec<i64>,
    /// The forms of sessions that were made, by their idempotency keys.
    pub(crate) made: BTreeMap<String, BTreeMap<String, String>>,
    /// The payments that went back.
    pub(crate) refunds: Vec<String>,
    pub(crate) reads: u32,
    pub(crate) tokens: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Finalize {
    Takes,
    Refuses,
    /// It is done, and its answer lost.
    Loses,
    /// The reservation has just ended: success, and nothing done.
    Pretends,
}

/// The stub. It ends with the test's runtime.
#[derive(Clone)]
pub(crate) struct Stub {
    pub(crate) base: String,
    world: Arc<watch::Sender<World>>,
}

impl Stub {
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let world = World {
            price: "149.5000",
            status: None,
            finalize: Finalize::Takes,
            down: false,
            sessions: BTreeMap::new(),
            finalized: Vec::new(),
            made: BTreeMap::new(),
            refunds: Vec::new(),
            reads: 0,
            tokens: 0,
        };
        let stub = Self { base, world: Arc::new(watch::channel(world).0) };
        let routes = Router::new()
            .route("/token", post(token))
            .route("/api/data/v9.2/{operation}", get(row).post(finalize))
            .route("/v1/checkout/sessions", post(make))
            .route("/v1/checkout/sessions/{id}", get(session))
            .route("/v1/checkout/sessions/{id}/expire", post(expire))
            .route("/v1/refunds", post(refund))
            .with_state(stub.clone());
        tokio::spawn(async move { axum::serve(listener, routes).await });
        stub
    }

    pub(crate) fn world(&self) -> World {
        self.world.borrow().clone()
    }

    pub(crate) fn set(&self, change: impl FnOnce(&mut World)) {
        self.world.send_modify(change);
    }

    /// A session that was paid, or is in another state, for the purchase.
    pub(crate) fn put(&self, id: &str, status: &str, payment_status: &str, minor: i64) {
        let intent =
            json!({ "id": format!("pi_{id}"), "status": "succeeded", "latest_charge": { "amount_refunded": 0 } });
        let session = json!({
            "id": id, "status": status, "payment_status": payment_status, "amount_total": minor, "currency": "eur",
            "metadata": { "order_id": ID }, "payment_intent": if status == "complete" { intent } else { Value::Null },
        });
        self.set(|world| drop(world.sessions.insert(id.to_owned(), session)));
    }

    /// Changes a session that is there.
    pub(crate) fn change(&self, id: &str, changes: &[(&str, Value)]) {
        self.set(|world| {
            for (name, value) in changes {
                world.sessions.get_mut(id).unwrap()[name] = value.clone();
            }
        });
    }

    /// Waits until something is so.
    pub(crate) async fn until(&self, there: impl Fn(&World) -> bool) -> World {
        let mut watched = self.world.subscribe();
        let found = tokio::time::timeout(Duration::from_secs(60), watched.wait_for(there)).await;
        let found = found.map(|found| found.unwrap().clone());
        assert!(found.is_ok(), "it never came to that: {:?}", self.world());
        found.unwrap()
    }
}

async fn token(State(stub): State<Stub>) -> Json<Value> {
    stub.set(|world| world.tokens += 1);
    Json(json!({ "access_token": "token-1", "expires_in": 3599 }))
}

async fn row(State(stub): State<Stub>, Path(operation): Path<String>, headers: HeaderMap) -> Response {
    stub.set(|world| world.reads += 1);
    let World { price, status, down, .. } = stub.world();
    if down {
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    }
    let right = headers.get("authorization").is_some_and(|token| token == "Bearer token-1");
    if !right || operation != format!("msevtmgt_eventpurchases({ID})") {
        let fault = json!({ "error": { "code": "0x80040217", "message": "Does Not Exist" } });
        return (StatusCode::NOT_FOUND, Json(fault)).into_response();
    }
    let status = status.map_or("null".to_owned(), |status| status.to_string());
    format!(
        r#"{{"msevtmgt_totalprice":{price},"msevtmgt_paymentstatus":{status},"statecode":0,
            "transactioncurrencyid":{{"isocurrencycode":"EUR"}}}}"#
    )
    .into_response()
}

async fn finalize(State(stub): State<Stub>, body: Bytes) -> Response {
    let body: Value = serde_json::from_slice(&body).unwrap();
    let status = body["msevtmgt_paymentstatus"].as_i64().unwrap();
    let World { down, finalize, .. } = stub.world();
    if down {
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    }
    let done = matches!(finalize, Finalize::Takes | Finalize::Loses);
    stub.set(|world| {
        world.finalized.push(status);
        if done {
            world.status = Some(status);
        }
        if finalize == Finalize::Pretends {
            world.status = Some(100_000_000);
        }
        if finalize == Finalize::Loses {
            // The next call meets the refusal of a repeat.
            world.finalize = Finalize::Refuses;
        }
    });
    match finalize {
        Finalize::Takes | Finalize::Pretends => StatusCode::NO_CONTENT.into_response(),
        Finalize::Loses => StatusCode::GATEWAY_TIMEOUT.into_response(),
        Finalize::Refuses => {
            let fault = json!({ "error": { "code": "0x80040265", "message": "not now" } });
            (StatusCode::BAD_REQUEST, Json(fault)).into_response()
        }
    }
}

async fn make(
    State(stub): State<Stub>,
    headers: HeaderMap,
    Form(form): Form<BTreeMap<String, String>>,
) -> (HeaderMap, Json<Value>) {
    let key = headers.get("idempotency-key").unwrap().to_str().unwrap().to_owned();
    let mut answer = HeaderMap::new();
    if stub.world().made.contains_key(&key) {
        answer.insert("idempotent-replayed", "true".parse().unwrap());
    }
    stub.set(|world| drop(world.made.insert(key.clone(), form.clone())));
    let id = format!("cs_test_{}", key.rsplit('-').next().unwrap());
    let mut session = json!({ "id": id, "status": "open", "payment_status": "unpaid", "currency": "eur" });
    session["amount_total"] = form["line_items[0][price_data][unit_amount]"].parse::<i64>().unwrap().into();
    session["metadata"] = json!({ "order_id": form["metadata[order_id]"] });
    session["url"] = format!("{}/c/pay/{id}", stub.base).into();
    stub.set(|world| {
        world.sessions.entry(id).or_insert_with(|| session.clone());
    });
    (answer, Json(session))
}

async fn session(State(stub): State<Stub>, Path(id): Path<String>) -> Response {
    match stub.world().sessions.get(&id) {
        Some(session) => Json(session.clone()).into_response(),
        None => (StatusCode::NOT_FOUND, Json(json!({ "error": { "code": "resource_missing" } }))).into_response(),
    }
}

async fn expire(State(stub): State<Stub>, Path(id): Path<String>) -> Response {
    stub.change(&id, &[("status", json!("expired"))]);
    Json(stub.world().sessions[&id].clone()).into_response()
}

async fn refund(State(stub): State<Stub>, Form(form): Form<BTreeMap<String, String>>) -> Json<Value> {
    stub.set(|world| world.refunds.push(form["payment_intent"].clone()));
    Json(json!({ "id": "re_1" }))
}
