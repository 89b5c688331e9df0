//! What is in an event: sessions, tracks, speakers, sponsors, and the questions of its registration.

use std::sync::Arc;

use axum::extract::State as Shared;
use axum::response::Response;
use http::StatusCode;
use mock_dataverse::event_management::Shown;
use mock_dataverse::event_management::agenda_views::{CustomFieldView, SpeakerView, SponsorshipView, TrackView};
use uuid::Uuid;

use super::call::{Call, guid, json, serve};
use super::events::{live, shown, with_columns};
use crate::api::State;
use crate::error::Refusal;
use crate::wire::custom_field::CustomField;
use crate::wire::session::Session;
use crate::wire::speaker::Speaker;
use crate::wire::sponsorship::Sponsorship;
use crate::wire::track::Track;

/// `GET /events/{readableEventId}/custom-registration-fields`
pub(super) async fn custom_fields(Shared(state): Shared<Arc<State>>, call: Call) -> Response {
    serve(&state, &call, |_| {
        shown(&state, &call, state.events.custom_fields(call.event()), |fields| {
            let wire =
                |view: CustomFieldView| with_columns(&state, Shown::CustomField, view.id, CustomField::from(view));
            fields.into_iter().map(wire).collect::<Vec<_>>()
        })
    })
}

/// `GET /events/{readableEventId}/sessions`
pub(super) async fn sessions(Shared(state): Shared<Arc<State>>, call: Call) -> Response {
    serve(&state, &call, |_| {
        shown(&state, &call, state.events.sessions(call.event()), |sessions| {
            sessions.into_iter().map(Session::from).collect::<Vec<_>>()
        })
    })
}

/// `GET /events/{readableEventId}/tracks`
pub(super) async fn tracks(Shared(state): Shared<Arc<State>>, call: Call) -> Response {
    serve(&state, &call, |_| {
        shown(&state, &call, state.events.tracks(call.event()), |tracks| {
            let wire = |view: TrackView| with_columns(&state, Shown::Track, view.id, Track::from(view));
            tracks.into_iter().map(wire).collect::<Vec<_>>()
        })
    })
}

/// `GET /events/{readableEventId}/speakers`
pub(super) async fn speakers(Shared(state): Shared<Arc<State>>, call: Call) -> Response {
    serve(&state, &call, |_| {
        shown(&state, &call, state.events.speakers(call.event()), |speakers| {
            let wire = |view: SpeakerView| with_columns(&state, Shown::Speaker, view.id, Speaker::from(view));
            speakers.into_iter().map(wire).collect::<Vec<_>>()
        })
    })
}

/// `GET /events/{readableEventId}/sponsorships`
pub(super) async fn sponsorships(Shared(state): Shared<Arc<State>>, call: Call) -> Response {
    serve(&state, &call, |_| {
        shown(&state, &call, state.events.sponsorships(call.event()), |sponsorships| {
            let wire =
                |view: SponsorshipView| with_columns(&state, Shown::Sponsorship, view.id, Sponsorship::from(view));
            sponsorships.into_iter().map(wire).collect::<Vec<_>>()
        })
    })
}

/// `GET /sessions/{sessionId}`
pub(super) async fn session(Shared(state): Shared<Arc<State>>, call: Call) -> Response {
    serve(&state, &call, |_| {
        let id = session_id(&state, &call)?;
        let session = live(&state, &call, "session", state.events.session(id))?;
        Ok(json(StatusCode::OK, &Session::from(session)))
    })
}

/// `GET /sessions/{sessionId}/registrations/count`
pub(super) async fn session_count(Shared(state): Shared<Arc<State>>, call: Call) -> Response {
    serve(&state, &call, |_| {
        let id = session_id(&state, &call)?;
        let count = live(&state, &call, "session", state.events.session_registrations_count(id))?;
        Ok(json(StatusCode::OK, &count))
    })
}

/// The session of the path, if this generation of the API shows its event.
fn session_id(state: &State, call: &Call) -> Result<Uuid, Refusal> {
    let id = guid("sessionId", call.path("sessionId"))?;
    if state.events.shows_session(state.generation, id) {
        Ok(id)
    } else {
        Err(Refusal::NotFound("The session was not found.".to_owned()))
    }
}
