//! `POST /GatewayEvents/HandleStripeEvent`: believes, writes down, acknowledges. The work comes after.

use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::State;
use axum::http::header::{CONTENT_LENGTH, RETRY_AFTER};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use http_body_util::LengthLimitError;
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::app::App;
use crate::store::Job;
use crate::stripe::is_plain;
use crate::{queue, time};

/// Events are a few kilobytes.
const LARGEST: usize = 256 * 1024;
/// How long a body may take to arrive.
const PATIENCE: Duration = Duration::from_secs(5);

/// The types that say that something became of a session.
const TYPES: [&str; 4] = [
    "checkout.session.completed",
    "checkout.session.async_payment_succeeded",
    "checkout.session.async_payment_failed",
    "checkout.session.expired",
];

#[derive(Deserialize)]
struct Event {
    id: String,
    #[serde(rename = "type")]
    kind: String,
    /// Set for what happens in a connected account, which is never ours.
    account: Option<String>,
    livemode: Option<bool>,
    #[serde(default)]
    data: Map<String, Value>,
}

pub(crate) async fn receive(State(app): State<Arc<App>>, headers: HeaderMap, body: Body) -> Response {
    let body = match believed(&app, &headers, body).await {
        Ok(body) => body,
        Err(refusal) => return refusal.into_response(),
    };
    let Ok(event) = serde_json::from_slice::<Event>(&body) else {
        return (StatusCode::BAD_REQUEST, "this is no event\n").into_response();
    };
    match job(&app, &event) {
        Ok(job) => enqueue(app, job).await,
        Err(why) => {
            let kind: String = event.kind.chars().take(80).collect();
            tracing::info!(kind, why, "an event that needs nothing");
            StatusCode::OK.into_response()
        }
    }
}

/// The body, if Stripe sent it just now. Strangers without a signature do not get as far as sending one.
async fn believed(app: &App, headers: &HeaderMap, body: Body) -> Result<Bytes, (StatusCode, &'static str)> {
    const TOO_LARGE: (StatusCode, &str) = (StatusCode::PAYLOAD_TOO_LARGE, "too large\n");
    let mut signatures = headers.get_all("stripe-signature").iter();
    let (Some(Ok(signature)), None) = (signatures.next().map(HeaderValue::to_str), signatures.next()) else {
        return Err((StatusCode::BAD_REQUEST, "one Stripe-Signature is needed\n"));
    };
    let announced = headers.get(CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse::<usize>().ok());
    if announced.is_some_and(|length| length > LARGEST) {
        return Err(TOO_LARGE);
    }
    let body = match tokio::time::timeout(PATIENCE, to_bytes(body, LARGEST)).await {
        Ok(Ok(body)) => body,
        Ok(Err(error)) => {
            let cause = std::error::Error::source(&error);
            let large = matches!(cause, Some(cause) if cause.is::<LengthLimitError>());
            return Err(if large { TOO_LARGE } else { (StatusCode::BAD_REQUEST, "the body does not arrive\n") });
        }
        Err(_) => return Err((StatusCode::REQUEST_TIMEOUT, "the body takes too long\n")),
    };
    match app.signed.check(signature, &body, time::now()) {
        Ok(()) => Ok(body),
        Err(why) => {
            tracing::warn!(%why, "a delivery is not believed");
            Err((StatusCode::BAD_REQUEST, "the signature does not fit\n"))
        }
    }
}

/// What has to be looked at because of an event, or why nothing has.
fn job(app: &App, event: &Event) -> Result<Job, &'static str> {
    if !TYPES.contains(&event.kind.as_str()) {
        return Err("another type");
    }
    if event.account.is_some() {
        return Err("another account");
    }
    if event.livemode.zip(app.config.livemode()).is_some_and(|(theirs, ours)| theirs != ours) {
        return Err("the other mode");
    }
    let session = event.data.get("object").ok_or("no session")?;
    let named = session.get("metadata").and_then(|metadata| metadata.get(&app.config.metadata_key));
    let purchase = named.and_then(Value::as_str).filter(|text| text.len() == 36).and_then(|text| text.parse().ok());
    let id = session.get("id").and_then(Value::as_str).filter(|id| is_plain(id) && is_plain(&event.id));
    Ok(Job {
        purchase: purchase.ok_or("it names no purchase of ours")?,
        session: id.ok_or("no id")?.to_owned(),
        event: event.id.clone(),
        arrived: time::now(),
        tries: 0,
        due: Duration::ZERO,
    })
}

/// Acknowledged only when it is safe. The writing goes on even if the caller hangs up.
async fn enqueue(app: Arc<App>, job: Job) -> Response {
    let event = job.event.clone();
    let kept = tokio::spawn(async move { queue::take(&app, job).await }).await;
    match kept.map_err(std::io::Error::other).flatten() {
        Ok(()) => StatusCode::OK.into_response(),
        Err(error) => {
            tracing::error!(event, %error, "an event cannot be written down");
            (StatusCode::SERVICE_UNAVAILABLE, [(RETRY_AFTER, "60")], "please send it again\n").into_response()
        }
    }
}
