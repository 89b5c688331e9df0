//! Events and their passes.

use std::sync::Arc;

use axum::extract::State as Shared;
use axum::response::Response;
use bytes::Bytes;
use http::StatusCode;
use mock_dataverse::event_management::views::{EventView, PassView};
use mock_dataverse::event_management::{Generation, Shown, Visible};
use serde::Serialize;
use uuid::Uuid;

use super::call::{Call, guid, json, serve};
use crate::api::State;
use crate::error::Refusal;
use crate::wire::event::Event;
use crate::wire::more::With;
use crate::wire::pass::Pass;

/// `GET /events/published`
pub(super) async fn published(Shared(state): Shared<Arc<State>>, call: Call) -> Response {
    serve(&state, &call, |_| {
        let filter = |name: &str| call.query(name).map(|text| guid(name, text)).transpose();
        let events = state.events.published_events(state.generation, filter("webappId")?, filter("businessUnitId")?);
        let wire = |view: EventView| with_columns(&state, Shown::Event, view.id, Event::from(view));
        Ok(json(StatusCode::OK, &events.into_iter().map(wire).collect::<Vec<_>>()))
    })
}

/// `GET /events/{readableEventId}`
pub(super) async fn one(Shared(state): Shared<Arc<State>>, call: Call) -> Response {
    serve(&state, &call, |_| {
        shown(&state, &call, state.events.event(call.event()), |view| {
            with_columns(&state, Shown::Event, view.id, Event::from(view))
        })
    })
}

/// `GET /events/{readableEventId}/passes`
pub(super) async fn passes(Shared(state): Shared<Arc<State>>, call: Call) -> Response {
    serve(&state, &call, |_| {
        shown(&state, &call, state.events.passes(call.event()), |passes| {
            let wire = |view: PassView| with_columns(&state, Shown::Pass, view.id, Pass::from(view));
            passes.into_iter().map(wire).collect::<Vec<_>>()
        })
    })
}

/// A thing on the wire; in the outbound API with the columns that the organizer lets it show beside (OB-COLUMNS).
pub(super) fn with_columns<T>(state: &State, what: Shown, id: Uuid, wire: T) -> With<T> {
    let more = match state.generation {
        Generation::RealTime => Vec::new(),
        Generation::Outbound => state.events.exposed(what, id),
    };
    let apart = !more.is_empty() && state.events.switches("").is("OB-COLUMNS", "apart");
    With::new(wire, more, apart.then_some("customFields"))
}

/// The answer for a thing of an event: only a live event shows anything.
pub(super) fn shown<T, W: Serialize>(
    state: &State,
    call: &Call,
    found: Visible<T>,
    wire: impl FnOnce(T) -> W,
) -> Result<http::Response<Bytes>, Refusal> {
    live(state, call, "event", found).map(|thing| json(StatusCode::OK, &wire(thing)))
}

/// What was found, if visitors may see it. `what` is looked for: an event, a session.
pub(super) fn live<T>(state: &State, call: &Call, what: &'static str, found: Visible<T>) -> Result<T, Refusal> {
    match found {
        Visible::Live(thing) => Ok(thing),
        Visible::NotLive => Err(Refusal::NotLive { status: not_live_status(state, call), what }),
        Visible::Unknown => Err(Refusal::NotFound(format!("The {what} was not found."))),
    }
}

/// EAPI-8.
pub(super) fn not_live_status(state: &State, call: &Call) -> StatusCode {
    if state.events.switches(call.event()).is("EAPI-8", "400") {
        StatusCode::BAD_REQUEST
    } else {
        StatusCode::NOT_FOUND
    }
}
