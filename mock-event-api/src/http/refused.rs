//! Operations that are refused: what the product has given up, what is switched off there, and what this fake does not offer, which the
//! journal marks.

use std::sync::Arc;

use axum::extract::State as Shared;
use axum::response::{IntoResponse, Response};
use mock_core::Exchange;

use super::call::{Call, serve};
use crate::api::State;
use crate::error::Refusal;

/// An operation that this fake does not offer.
pub(super) async fn refuse(
    operation: &'static str,
    Shared(state): Shared<Arc<State>>,
    call: Call,
    exchange: Exchange,
) -> Response {
    exchange.unsupported(format!("Event API operation {operation}"));
    serve(&state, &call, |_| Err(Refusal::Unsupported(operation)))
}

/// `GET /events/{readableEventId}/captcha`: the captcha was taken out of the product (`facts/event-api.md` 9 #37).
pub(super) async fn captcha(Shared(state): Shared<Arc<State>>, call: Call) -> Response {
    serve(&state, &call, |_| Err(Refusal::NotFound("There is no captcha.".to_owned())))
}

/// `POST /events/{readableEventId}/registrations/finalize`: the demo payment, a security hole where it is switched on.
pub(super) async fn finalize(Shared(state): Shared<Arc<State>>, call: Call, exchange: Exchange) -> Response {
    exchange.unsupported("Event API operation publicApiFinalizeRegistration (demo payment)");
    serve(&state, &call, |_| {
        Err(Refusal::NotFound(
            "Demo payments are not enabled; a payment is finalized by msevtmgt_finalizeregistrationpayment.".to_owned(),
        ))
    })
}

/// `POST /checkins`: needs no token.
pub(super) async fn check_in(exchange: Exchange) -> Response {
    unguarded("publicApiCreateCheckInAndRedirect", &exchange)
}

/// `GET /doc/public-api.json`: needs no token.
pub(super) async fn document(exchange: Exchange) -> Response {
    unguarded("publicApiGetDocument", &exchange)
}

fn unguarded(operation: &'static str, exchange: &Exchange) -> Response {
    exchange.unsupported(format!("Event API operation {operation}"));
    Refusal::Unsupported(operation).render(false).map(axum::body::Body::from).into_response()
}
