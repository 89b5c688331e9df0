//! The route table.

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::http::HeaderValue;
use axum::http::header::{CACHE_CONTROL, X_CONTENT_TYPE_OPTIONS};
use axum::middleware::map_response_with_state;
use axum::response::Response;
use axum::routing::{MethodRouter, any, get, post};

use super::pages::Problem;
use super::{health, redirect, webhook};
use crate::app::App;

pub(crate) const PAY: &str = "/GatewayRedirect/PayWithStripe";
pub(crate) const EVENTS: &str = "/GatewayEvents/HandleStripeEvent";

/// All routes over one state.
pub(crate) fn router(app: Arc<App>) -> Router {
    #[cfg(feature = "defects")]
    if app.hooks.is_sample() {
        return crate::defects::sample::router(app);
    }
    // A GET route also answers HEAD, but asking for the headers must not make a payment link.
    let pay = get(redirect::pay);
    let pay = if app.hooks.head_pays() { pay } else { pay.head(async || Problem::Method("GET")) };
    let events =
        if app.hooks.takes_any_method() { any(webhook::receive) } else { only("POST", post(webhook::receive)) };
    let router = Router::new()
        .route(PAY, only("GET", pay))
        .route(EVENTS, events)
        .route("/healthz", only("GET, HEAD", get(health::alive)));
    #[cfg(feature = "defects")]
    let router = crate::defects::acts::routes(router, &app);
    let guarded = map_response_with_state(Arc::clone(&app), guard);
    router.fallback(async || Problem::NotFound).layer(guarded).with_state(app)
}

fn only(allow: &'static str, route: MethodRouter<Arc<App>>) -> MethodRouter<Arc<App>> {
    route.fallback(async move || Problem::Method(allow))
}

/// No answer of this service may be kept by a cache or read as another type.
async fn guard(State(app): State<Arc<App>>, mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    app.hooks.answer_headers(headers);
    response
}
