//! The user, of whom this API knows none, and the captcha, which it has given up.

use std::sync::Arc;

use axum::extract::State as Shared;
use axum::response::Response;
use http::StatusCode;
use mock_dataverse::event_management::Generation;

use super::call::{Call, json, serve};
use super::events::live;
use crate::api::State;
use crate::error::Refusal;
use crate::wire::captcha::Captcha;
use crate::wire::user::User;

/// `GET /users/authenticated`
pub(super) async fn authenticated(Shared(state): Shared<Arc<State>>, call: Call) -> Response {
    serve(&state, &call, |_| {
        if state.events.switches("").is("EAPI-36", "404") {
            return Err(Refusal::NotFound("There is no user.".to_owned()));
        }
        Ok(json(StatusCode::OK, &User::ANONYMOUS))
    })
}

/// `GET /events/{readableEventId}/captcha`
pub(super) async fn captcha(Shared(state): Shared<Arc<State>>, call: Call) -> Response {
    serve(&state, &call, |_| {
        let outbound = state.generation == Generation::Outbound;
        if !outbound && !state.events.switches(call.event()).is("EAPI-37", "legacy") {
            return Err(Refusal::NotFound("There is no captcha.".to_owned()));
        }
        let event = live(&state, &call, "event", state.events.event(call.event()))?;
        Ok(json(StatusCode::OK, &Captcha::of(event.id)))
    })
}
