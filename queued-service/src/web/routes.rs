//! The routes, and what every answer carries.

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::http::HeaderValue;
use axum::http::header::{CACHE_CONTROL, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS};
use axum::middleware::map_response;
use axum::response::Response;
use axum::routing::{get, post};

use super::pages::Page;
use super::{events, redirect};
use crate::app::App;

pub(crate) fn routes(app: Arc<App>) -> Router {
    let only_get = async || Page::WrongMethod("GET");
    let only_post = async || Page::WrongMethod("POST");
    // HEAD asks for the headers of a GET that would make a session: it is refused instead.
    let pay = get(redirect::pay).head(only_get).fallback(only_get);
    Router::new()
        .route("/GatewayRedirect/PayWithStripe", pay)
        .route("/GatewayEvents/HandleStripeEvent", post(events::receive).fallback(only_post))
        .route("/thanks", get(async || Page::Thanks).fallback(only_get))
        .route("/not-paid", get(async || Page::NotPaid).fallback(only_get))
        .route("/healthz", get(alive).fallback(only_get))
        .fallback(async || Page::Nowhere)
        .layer(map_response(careful))
        .with_state(app)
}

/// Says that the process serves; nobody else is asked.
async fn alive(State(_): State<Arc<App>>) -> &'static str {
    "ok\n"
}

/// Nothing of this may be kept, guessed at or told to others.
async fn careful(mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    response
}
