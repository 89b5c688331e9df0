//! Pictures: the QR code of an event's page, a sponsor's logo, a speaker's picture.

use std::sync::Arc;

use axum::extract::State as Shared;
use axum::response::Response;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::StatusCode;
use mock_dataverse::event_management::{Generation, Picture};

use super::call::{Call, guid, json, serve, serve_open};
use super::events::live;
use crate::api::State;
use crate::error::{Refusal, response};
use crate::qr;

/// `GET /events/{readableEventId}/qrcode`
pub(super) async fn qr_code(Shared(state): Shared<Arc<State>>, call: Call) -> Response {
    serve(&state, &call, |_| {
        let event = live(&state, &call, "event", state.events.event(call.event()))?;
        let png = event.public_url.as_deref().and_then(qr::png);
        let png = png.ok_or_else(|| Refusal::NotFound("The event has no public URL for a QR code.".to_owned()))?;
        Ok(if state.events.switches(call.event()).is("EAPI-34", "base64") {
            json(StatusCode::OK, &STANDARD.encode(png))
        } else {
            response(StatusCode::OK, "image/png", png)
        })
    })
}

/// `GET /sponsorships/{sponsorshipId}/logo`
pub(super) async fn logo(Shared(state): Shared<Arc<State>>, call: Call) -> Response {
    serve_picture(&state, &call, || {
        let id = guid("sponsorshipId", call.path("sponsorshipId"))?;
        answer(live(&state, &call, "sponsorship", state.events.sponsor_logo(id))?, "The sponsorship has no logo.")
    })
}

/// `GET /speakers/{speakerId}/image`
pub(super) async fn speaker(Shared(state): Shared<Arc<State>>, call: Call) -> Response {
    serve_picture(&state, &call, || {
        let id = guid("speakerId", call.path("speakerId"))?;
        answer(state.events.speaker_picture(id), "There is no picture of the speaker.")
    })
}

/// The ancestor's website puts the bare address into an image: neither token nor origin comes with it.
fn serve_picture(
    state: &State,
    call: &Call,
    operate: impl FnOnce() -> Result<http::Response<Bytes>, Refusal>,
) -> Response {
    match state.generation {
        Generation::RealTime => serve(state, call, |_| operate()),
        Generation::Outbound => serve_open(state, call, operate),
    }
}

fn answer(picture: Option<Picture>, missing: &str) -> Result<http::Response<Bytes>, Refusal> {
    picture
        .map(|picture| response(StatusCode::OK, picture.media_type, picture.bytes))
        .ok_or_else(|| Refusal::NotFound(missing.to_owned()))
}
