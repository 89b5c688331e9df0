//! What the outbound API has for users who are signed in: themselves, their registrations, their waiting lists, sessions as they stand to them.

use std::sync::Arc;

use axum::extract::State as Shared;
use axum::response::Response;
use bytes::Bytes;
use http::StatusCode;
use mock_core::Exchange;
use mock_dataverse::event_management::agenda_views::SessionView;
use mock_dataverse::event_management::{Generation, Shown, Visitor};
use serde::Serialize;

use super::super::call::{Call, guid, json, serve};
use super::super::events::{live, shown, with_columns};
use crate::access::Admitted;
use crate::api::State;
use crate::error::Refusal;
use crate::wire::more::With;
use crate::wire::own::{MyRegistration, WaitlistItem};
use crate::wire::session::Session;
use crate::wire::user::User;

/// `GET /users/authenticated`
pub(super) async fn authenticated(Shared(state): Shared<Arc<State>>, call: Call) -> Response {
    serve(&state, &call, |admitted| {
        Ok(json(StatusCode::OK, &admitted.user.clone().map_or(User::ANONYMOUS, User::from)))
    })
}

/// `GET /users/authenticated/registrations`
pub(super) async fn registrations(Shared(state): Shared<Arc<State>>, call: Call) -> Response {
    serve(&state, &call, |admitted| {
        let none: [MyRegistration; 0] = [];
        signed_in(&state, admitted, &none, |user| {
            let own = state.events.own_registrations(user.contact).into_iter();
            Ok(json(StatusCode::OK, &own.map(|own| MyRegistration::of(user, own)).collect::<Vec<_>>()))
        })
    })
}

/// `GET /users/authenticated/waitlist-items`
pub(super) async fn waitlist_items(Shared(state): Shared<Arc<State>>, call: Call) -> Response {
    serve(&state, &call, |admitted| {
        let none: [WaitlistItem; 0] = [];
        signed_in(&state, admitted, &none, |user| {
            let waiting = state.events.own_waiting(user.contact).into_iter();
            Ok(json(StatusCode::OK, &waiting.map(|waiting| WaitlistItem::of(user, waiting)).collect::<Vec<_>>()))
        })
    })
}

/// `POST /users/authenticated/registrations/{registrationId}/cancel`: whether it worked.
pub(super) async fn cancel(Shared(state): Shared<Arc<State>>, call: Call) -> Response {
    serve(&state, &call, |admitted| {
        let registration = guid("registrationId", call.path("registrationId"))?;
        signed_in(&state, admitted, &false, |user| {
            Ok(json(StatusCode::OK, &state.events.cancel_own(user.contact, registration)))
        })
    })
}

/// `POST /events/{readableEventId}/sessions/{sessionId}/registrations`: whether it worked.
pub(super) async fn register_for_session(
    Shared(state): Shared<Arc<State>>,
    call: Call,
    exchange: Exchange,
) -> Response {
    serve(&state, &call, |admitted| {
        let session = guid("sessionId", call.path("sessionId"))?;
        live(&state, &call, "event", state.events.event(call.event()))?;
        signed_in(&state, admitted, &false, |user| {
            exchange.subject(user.contact);
            let done = state.events.add_own_session(user.contact, call.event(), session);
            done.map(|done| json(StatusCode::OK, &done)).map_err(|error| Refusal::Invalid(error.to_string()))
        })
    })
}

/// `GET /events/{readableEventId}/sessions`
pub(super) async fn sessions(Shared(state): Shared<Arc<State>>, call: Call) -> Response {
    serve(&state, &call, |admitted| {
        shown(&state, &call, state.events.sessions(call.event()), |sessions| for_user(&state, admitted, sessions))
    })
}

/// `GET /tracks/{trackId}/sessions`
pub(super) async fn track_sessions(Shared(state): Shared<Arc<State>>, call: Call) -> Response {
    serve(&state, &call, |admitted| {
        let track = guid("trackId", call.path("trackId"))?;
        let (event, sessions) = live(&state, &call, "track", state.events.track_sessions(track))?;
        if !state.events.shows(Generation::Outbound, &event) {
            return Err(Refusal::NotFound("The track was not found.".to_owned()));
        }
        Ok(json(StatusCode::OK, &for_user(&state, admitted, sessions)))
    })
}

/// Sessions as they stand to who is signed in.
fn for_user(state: &State, admitted: &Admitted, sessions: Vec<SessionView>) -> Vec<With<Session>> {
    let wire = |view: SessionView| {
        let id = view.id;
        let session = Session::from(view);
        let session = match &admitted.user {
            Some(user) => session.for_user(state.events.stands(user.contact, id)),
            None => session,
        };
        with_columns(state, Shown::Session, id, session)
    };
    sessions.into_iter().map(wire).collect()
}

/// Runs what is only there for users; nobody gets `nothing` or a refusal (OB-NOBODY).
fn signed_in(
    state: &State,
    admitted: &Admitted,
    nothing: &impl Serialize,
    operate: impl FnOnce(&Visitor) -> Result<http::Response<Bytes>, Refusal>,
) -> Result<http::Response<Bytes>, Refusal> {
    match &admitted.user {
        Some(user) => operate(user),
        None if state.events.switches("").is("OB-NOBODY", "empty") => Ok(json(StatusCode::OK, nothing)),
        None => Err(Refusal::NotSignedIn),
    }
}
