//! The control routes, below `/v1/stripe`.

use axum::Router;
use axum::extract::{Path, RawQuery, State};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{delete, get, post};
use bytes::Bytes;
use mock_core::control::{Problem, answer, body_of};
use mock_core::form;
use serde::de::DeserializeOwned;
use uuid::Uuid;

use super::dto::{Counted, Hold, HoldView, Holds, Selection, Settled, UnsupportedCalls};
use super::{compose, deliveries, endpoint, ledger, rolling, settings, verdicts};
use crate::domain::dispute::Verdict;
use crate::flows::debit;
use crate::stripe::Stripe;
use crate::webhooks;

/// The most GUIDs that one rule names.
const MOST_SUBJECTS: usize = 1_000;

/// Every control route, as (method, path).
pub const ROUTES: &[(&str, &str)] = &[
    ("GET", "/v1/stripe/deliveries"),
    ("POST", "/v1/stripe/deliveries"),
    ("GET", "/v1/stripe/deliveries/{number}"),
    ("POST", "/v1/stripe/deliveries/{number}/resend"),
    ("POST", "/v1/stripe/deliveries/{number}/drop"),
    ("POST", "/v1/stripe/deliveries/release"),
    ("POST", "/v1/stripe/deliveries/resend"),
    ("GET", "/v1/stripe/holds"),
    ("POST", "/v1/stripe/holds"),
    ("DELETE", "/v1/stripe/holds"),
    ("DELETE", "/v1/stripe/holds/{id}"),
    ("GET", "/v1/stripe/endpoint"),
    ("PUT", "/v1/stripe/endpoint"),
    ("POST", "/v1/stripe/endpoints/{id}/roll"),
    ("POST", "/v1/stripe/payments/{id}/dispute"),
    ("POST", "/v1/stripe/disputes/{id}/win"),
    ("POST", "/v1/stripe/disputes/{id}/lose"),
    ("POST", "/v1/stripe/disputes/{id}/escalate"),
    ("POST", "/v1/stripe/payments/{id}/settle"),
    ("POST", "/v1/stripe/payments/{id}/fail"),
    ("GET", "/v1/stripe/settings"),
    ("PUT", "/v1/stripe/settings"),
    ("GET", "/v1/stripe/objects"),
    ("GET", "/v1/stripe/unsupported"),
];

type Result = std::result::Result<Response, Problem>;

pub(crate) fn router(stripe: &Stripe) -> Router {
    Router::new()
        .route("/v1/stripe/deliveries", get(list).post(send))
        .route("/v1/stripe/deliveries/release", post(release))
        .route("/v1/stripe/deliveries/resend", post(resend_many))
        .route("/v1/stripe/deliveries/{number}", get(show))
        .route("/v1/stripe/deliveries/{number}/resend", post(resend))
        .route("/v1/stripe/deliveries/{number}/drop", post(drop_one))
        .route("/v1/stripe/holds", get(holds).post(add_hold).delete(clear_holds))
        .route("/v1/stripe/holds/{id}", delete(remove_hold))
        .route("/v1/stripe/endpoint", get(show_endpoint).put(set_endpoint))
        .route("/v1/stripe/endpoints/{id}/roll", post(roll))
        .route("/v1/stripe/payments/{id}/dispute", post(dispute))
        .route("/v1/stripe/disputes/{id}/win", post(win))
        .route("/v1/stripe/disputes/{id}/lose", post(lose))
        .route("/v1/stripe/disputes/{id}/escalate", post(escalate))
        .route("/v1/stripe/payments/{id}/settle", post(settle))
        .route("/v1/stripe/payments/{id}/fail", post(fail))
        .route("/v1/stripe/settings", get(show_settings).put(set_settings))
        .route("/v1/stripe/objects", get(objects))
        .route("/v1/stripe/unsupported", get(unsupported))
        .with_state(stripe.clone())
}

/// A query string as its shape.
fn query_of<T: DeserializeOwned>(query: Option<&str>) -> std::result::Result<T, Problem> {
    let hint = "see the shapes of mock_stripe::control::dto";
    let form =
        form::parse(query.unwrap_or_default().as_bytes()).map_err(|error| Problem::bad(error.to_string(), hint))?;
    serde_json::from_value(form.to_json())
        .map_err(|error| Problem::bad(format!("the query is not right: {error}"), hint))
}

fn number(text: &str) -> std::result::Result<u64, Problem> {
    text.parse()
        .map_err(|_| Problem::bad(format!("{text:?} is not a number"), "numbers come from the lists of this API"))
}

async fn list(State(stripe): State<Stripe>, RawQuery(query): RawQuery) -> Result {
    let selection: Selection = query_of(query.as_deref())?;
    Ok(answer(&deliveries::list(&stripe, &selection)))
}

async fn send(State(stripe): State<Stripe>, body: Bytes) -> Result {
    compose::send(&stripe, body_of(&body)?).await.map(|composed| answer(&composed))
}

async fn show(State(stripe): State<Stripe>, Path(path): Path<String>) -> Result {
    deliveries::show(&stripe, number(&path)?).map(|view| answer(&view))
}

async fn resend(State(stripe): State<Stripe>, Path(path): Path<String>, body: Bytes) -> Result {
    deliveries::resend(&stripe, number(&path)?, body_of(&body)?).await.map(|view| answer(&view))
}

async fn resend_many(State(stripe): State<Stripe>, body: Bytes) -> Result {
    deliveries::resend_many(&stripe, &body_of(&body)?).await.map(|sent| answer(&sent))
}

async fn drop_one(State(stripe): State<Stripe>, Path(path): Path<String>) -> Result {
    deliveries::drop_one(&stripe, number(&path)?).map(|view| answer(&view))
}

async fn release(State(stripe): State<Stripe>, body: Bytes) -> Result {
    let selection: Selection = body_of(&body)?;
    Ok(answer(&deliveries::release(&stripe, &selection).await))
}

async fn holds(State(stripe): State<Stripe>) -> Response {
    let state = stripe.state.read();
    let holds = state.holds.iter().map(|(id, hold)| HoldView { id: *id, hold: hold.clone() }).collect();
    answer(&Holds { holds })
}

async fn add_hold(State(stripe): State<Stripe>, body: Bytes) -> Result {
    let hold: Hold = body_of(&body)?;
    if hold.count == Some(0) {
        return Err(Problem::bad(
            "a rule with a count of 0 takes nothing",
            "leave `count` out for all deliveries to come",
        ));
    }
    if hold.subjects.len() > MOST_SUBJECTS {
        let many = format!("a rule for {} GUIDs", hold.subjects.len());
        return Err(Problem::bad(many, format!("name at most {MOST_SUBJECTS}; make several rules for more")));
    }
    let mut state = stripe.state.write();
    if state.holds.len() >= 1_000 {
        return Err(Problem::bad("there are 1,000 rules already", "remove some with DELETE /v1/stripe/holds"));
    }
    state.last_hold += 1;
    let id = state.last_hold;
    state.holds.insert(id, hold.clone());
    Ok(answer(&HoldView { id, hold }))
}

async fn remove_hold(State(stripe): State<Stripe>, Path(path): Path<String>) -> Result {
    let id = number(&path)?;
    let hold = stripe.state.write().holds.remove(&id);
    let hold =
        hold.ok_or_else(|| Problem::missing(format!("there is no rule {id}"), "it may have taken its last delivery"))?;
    Ok(answer(&HoldView { id, hold }))
}

async fn clear_holds(State(stripe): State<Stripe>) -> Response {
    let mut state = stripe.state.write();
    let count = state.holds.len();
    state.holds.clear();
    answer(&Counted { count })
}

async fn show_endpoint(State(stripe): State<Stripe>) -> Result {
    endpoint::show(&stripe).map(|view| answer(&view))
}

async fn set_endpoint(State(stripe): State<Stripe>, body: Bytes) -> Result {
    endpoint::set(&stripe, body_of(&body)?)?;
    Ok(http::StatusCode::NO_CONTENT.into_response())
}

async fn show_settings(State(stripe): State<Stripe>) -> Response {
    answer(&settings::show(&stripe))
}

async fn set_settings(State(stripe): State<Stripe>, body: Bytes) -> Result {
    settings::set(&stripe, body_of(&body)?).map(|view| answer(&view))
}

async fn roll(State(stripe): State<Stripe>, Path(id): Path<String>, body: Bytes) -> Result {
    rolling::roll(&stripe, &id, body_of(&body)?).map(|view| answer(&view))
}

async fn dispute(State(stripe): State<Stripe>, Path(id): Path<String>, body: Bytes) -> Result {
    verdicts::open(&stripe, &id, body_of(&body)?).await.map(|disputed| answer(&disputed))
}

async fn win(State(stripe): State<Stripe>, Path(id): Path<String>) -> Result {
    verdicts::decide(&stripe, &id, Verdict::Won).await.map(|disputed| answer(&disputed))
}

async fn lose(State(stripe): State<Stripe>, Path(id): Path<String>) -> Result {
    verdicts::decide(&stripe, &id, Verdict::Lost).await.map(|disputed| answer(&disputed))
}

async fn escalate(State(stripe): State<Stripe>, Path(id): Path<String>) -> Result {
    verdicts::decide(&stripe, &id, Verdict::Escalated).await.map(|disputed| answer(&disputed))
}

async fn settle(State(stripe): State<Stripe>, Path(id): Path<String>) -> Result {
    bank_answers(&stripe, &id, true).await
}

async fn fail(State(stripe): State<Stripe>, Path(id): Path<String>) -> Result {
    bank_answers(&stripe, &id, false).await
}

/// The bank answers a delayed payment now; returns when the endpoints have answered the events.
async fn bank_answers(stripe: &Stripe, id: &str, settles: bool) -> Result {
    let intent = {
        let state = stripe.state.read();
        match state.sessions.get(id) {
            Some(session) => session.intent.clone(),
            None => Some(id.to_owned()),
        }
    };
    let hint = "name a payment intent that is processing, or its session";
    let intent = intent.ok_or_else(|| Problem::bad(format!("nobody has tried to pay {id}"), hint))?;
    let (result, batch) = stripe.change_by_itself(|tx| {
        debit::answer(tx, &intent, Some(settles))?;
        Ok(tx.state.intents.get(&intent).map(|intent| tx.shown().intent(&intent)))
    });
    let payment_intent =
        result.map_err(|error: crate::Error| Problem::new(conflict(error.status), error.message, hint))?;
    webhooks::send_all(stripe, batch).await;
    Ok(answer(&Settled { payment_intent: payment_intent.unwrap_or_default() }))
}

/// A refusal of the state is a conflict here.
pub(super) fn conflict(status: http::StatusCode) -> http::StatusCode {
    if status == http::StatusCode::BAD_REQUEST { http::StatusCode::CONFLICT } else { status }
}

async fn objects(State(stripe): State<Stripe>, RawQuery(query): RawQuery) -> Result {
    #[derive(serde::Deserialize)]
    struct About {
        subject: Uuid,
    }
    let About { subject } = query_of(query.as_deref())?;
    Ok(answer(&ledger::about(&stripe, subject)))
}

async fn unsupported(State(stripe): State<Stripe>) -> Response {
    answer(&UnsupportedCalls { calls: stripe.state.read().unsupported.iter().cloned().collect() })
}
