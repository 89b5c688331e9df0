//! `POST /GatewayEvents/HandleStripeEvent`: takes Stripe's notifications.
//!
//! 2xx means that the event needs no more deliveries, 503 that it does, 400 and 413 that it is not Stripe's or not an event.

use std::sync::Arc;

use axum::body::{Body, to_bytes};
use axum::extract::State;
use axum::http::header::{CONTENT_LENGTH, RETRY_AFTER};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use tokio::time::timeout;
use tracing::instrument::WithSubscriber as _;

use super::pages::seconds;
use crate::app::App;
use crate::clock::{self, Deadline};
use crate::domain::notification::{Event, Payment, Request};
use crate::flows::notify::{self, NotifyError, Outcome};

pub(crate) async fn receive(State(app): State<Arc<App>>, headers: HeaderMap, body: Body) -> Response {
    let Some(signature) = app.hooks.signature(signature(&headers)) else {
        return (StatusCode::BAD_REQUEST, "the signature header is missing or malformed\n").into_response();
    };
    let body = match read(&app, &headers, body).await {
        Ok(body) => body,
        Err(refusal) => return refusal.into_response(),
    };
    if let Some(status) = app.hooks.first_look(&headers, &body) {
        return status.into_response();
    }
    if let Err(error) = app.hooks.verify(&app.verifier, signature, &body, clock::unix_now()) {
        tracing::warn!(%error, "delivery refused");
        return (app.hooks.refusal(error), "the signature does not fit\n").into_response();
    }
    let request = Event::parse(&body).and_then(|event| {
        let request = event.request(app.reader());
        log(&event, &request);
        request
    });
    #[cfg(feature = "defects")]
    if let Some(status) = crate::defects::acts::before_work(&app, &body).await {
        return status.into_response();
    }
    match request.map(|request| app.hooks.request(request, &body, app.reader())) {
        Ok(Request::Nothing(_)) => StatusCode::OK.into_response(),
        Ok(Request::Settle(payment)) => work(app, payment, Kind::Settle).await,
        Ok(Request::Reject(payment)) => work(app, payment, Kind::Reject).await,
        Err(error) => (app.hooks.unusable(), format!("{error}\n")).into_response(),
    }
}

#[derive(Clone, Copy)]
enum Kind {
    Settle,
    Reject,
}

/// The work goes on even if the caller hangs up or is told to come back, so that nothing stops half done.
async fn work(app: Arc<App>, payment: Payment, kind: Kind) -> Response {
    let limits = app.config.limits;
    let deadline = Deadline::after(limits.work);
    let task = app.work.spawn({
        let app = Arc::clone(&app);
        async move {
            let purchase = payment.purchase;
            let carried_out = async {
                match kind {
                    Kind::Settle => notify::settle(&app, &payment, deadline).await,
                    Kind::Reject => notify::reject(&app, &payment, deadline).await,
                }
            };
            let outcome = tokio::select! {
                outcome = carried_out => outcome,
                () = app.hooks.cut_off() => return Ok(Outcome::Nothing),
            };
            app.hooks.worked_on(&payment);
            match &outcome {
                Ok(Outcome::Parked(why)) => {
                    tracing::error!(%purchase, session = %shown(&payment.session), %why, "parked: needs attention");
                }
                Ok(done) => tracing::info!(%purchase, outcome = ?done, "notification carried out"),
                Err(error) => tracing::warn!(%purchase, %error, "notification postponed"),
            }
            outcome
        }
        // What it logs goes where the request's own log goes.
        .with_current_subscriber()
    });
    if app.hooks.answers_first() {
        return StatusCode::OK.into_response();
    }
    let (error, late) = match timeout(limits.answer, task).await {
        Ok(Ok(Ok(_))) => return StatusCode::OK.into_response(),
        Ok(Ok(Err(error))) => (Some(error), false),
        Ok(Err(_)) => (None, false),
        Err(_) => (None, true),
    };
    match app.hooks.failed(late) {
        Some(status) => status.into_response(),
        None => postponed(error.as_ref()),
    }
}

fn postponed(error: Option<&NotifyError>) -> Response {
    let wait = error.and_then(NotifyError::passing).and_then(|passing| passing.retry_after);
    let headers = [(RETRY_AFTER, seconds(wait))];
    (StatusCode::SERVICE_UNAVAILABLE, headers, "not carried out yet, please send again\n").into_response()
}

/// The one signature header. Looked at before the body, so that strangers cannot make us read.
fn signature(headers: &HeaderMap) -> Option<&str> {
    let mut values = headers.get_all("stripe-signature").iter();
    match (values.next(), values.next()) {
        (Some(value), None) => value.to_str().ok(),
        _ => None,
    }
}

async fn read(app: &App, headers: &HeaderMap, body: Body) -> Result<Bytes, (StatusCode, &'static str)> {
    const TOO_LARGE: (StatusCode, &str) = (StatusCode::PAYLOAD_TOO_LARGE, "the body is too large\n");
    let limits = app.config.limits;
    let announced =
        headers.get(CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse::<usize>().ok()).unwrap_or_default();
    let most = app.hooks.most_body(limits.body);
    if announced > most {
        return Err(TOO_LARGE);
    }
    let _place = app.hooks.reader().await;
    let patience = if app.hooks.waits_for_bodies() { limits.answer * 100 } else { limits.answer };
    match timeout(patience, to_bytes(body, most)).await {
        Ok(Ok(body)) => Ok(body),
        Ok(Err(error)) if over_limit(&error) => Err(TOO_LARGE),
        Ok(Err(_)) => Err((StatusCode::BAD_REQUEST, "the body cannot be read\n")),
        Err(_) => Err((StatusCode::REQUEST_TIMEOUT, "the body took too long\n")),
    }
}

fn over_limit(error: &axum::Error) -> bool {
    let source = std::error::Error::source(error);
    matches!(source, Some(source) if source.is::<http_body_util::LengthLimitError>())
}

fn log(event: &Event<'_>, request: &Result<Request, impl std::fmt::Display>) {
    let (id, kind) = (shown(&event.id), shown(&event.kind));
    match request {
        Ok(Request::Nothing(reason)) => tracing::info!(id, kind, %reason, "event needs nothing"),
        Ok(Request::Settle(payment) | Request::Reject(payment)) => {
            tracing::info!(id, kind, purchase = %payment.purchase, "event received");
        }
        Err(error) => tracing::warn!(id, kind, %error, "event refused"),
    }
}

/// Foreign text for the log: bounded.
fn shown(text: &str) -> String {
    text.chars().take(100).collect()
}
