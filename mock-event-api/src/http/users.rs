//! The user, of whom this API knows none.

use std::sync::Arc;

use axum::extract::State as Shared;
use axum::response::Response;
use http::StatusCode;

use super::call::{Call, json, serve};
use crate::api::State;
use crate::wire::user::User;

/// `GET /users/authenticated`
pub(super) async fn authenticated(Shared(state): Shared<Arc<State>>, call: Call) -> Response {
    serve(&state, &call, |_| Ok(json(StatusCode::OK, &User::ANONYMOUS)))
}
