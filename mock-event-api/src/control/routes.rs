//! The route table of the control routes, below `/v1/event-api`.

use std::sync::Arc;

use axum::Router;
use axum::routing::{get, post, put};
use http::StatusCode;
use mock_core::control::Problem;
use mock_dataverse::event_management::SetUpError;

use super::{events, purchases, registrations, users};
use crate::api::State;

/// Every control route as (method, path below `/v1/event-api`).
pub const ROUTES: &[(&str, &str)] = &[
    ("POST", "/events"),
    ("GET", "/events/{readableEventId}"),
    ("POST", "/events/{readableEventId}"),
    ("GET", "/events/{readableEventId}/purchases"),
    ("GET", "/events/{readableEventId}/registrations"),
    ("POST", "/registrations/{registrationId}/cancel"),
    ("POST", "/registrations/{registrationId}/move-up"),
    ("GET", "/purchases/{purchaseId}"),
    ("POST", "/purchases/{purchaseId}"),
    ("POST", "/purchases/{purchaseId}/expire"),
    ("GET", "/lint"),
    ("PUT", "/features"),
    ("POST", "/users"),
];

pub(crate) fn router(state: Arc<State>) -> Router {
    Router::new()
        .route("/events", post(events::arrange))
        .route("/events/{readableEventId}", get(events::show).post(events::change))
        .route("/events/{readableEventId}/purchases", get(purchases::of_event))
        .route("/events/{readableEventId}/registrations", get(registrations::of_event))
        .route("/registrations/{registrationId}/cancel", post(registrations::cancel))
        .route("/registrations/{registrationId}/move-up", post(registrations::move_up))
        .route("/purchases/{purchaseId}", get(purchases::show).post(purchases::change))
        .route("/purchases/{purchaseId}/expire", post(purchases::expire))
        .route("/lint", get(events::lint))
        .route("/features", put(events::features))
        .route("/users", post(users::create))
        .with_state(state)
}

/// How a set-up refusal is told to the caller of the control API.
pub(super) fn problem(error: &SetUpError) -> Problem {
    let message = error.to_string();
    match error {
        SetUpError::Unknown { .. } => Problem::missing(message, "arrange it first, or check its id"),
        SetUpError::TakenReadableId(_) => {
            Problem::new(StatusCode::CONFLICT, message, "leave readable_event_id out to have a new one drawn")
        }
        SetUpError::BadCurrency(_) => Problem::bad(message, "send a code such as \"USD\" in upper case"),
        SetUpError::BadImage(_) => Problem::bad(message, "send the file's bytes in base64, at most 750,000 of them"),
        SetUpError::Store(_) => Problem::bad(message, "send a value that fits the column of the real table"),
    }
}
