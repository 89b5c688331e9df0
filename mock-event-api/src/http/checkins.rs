//! Checking an attendee in, and sending whoever did it on.

use std::sync::Arc;

use axum::extract::State as Shared;
use axum::response::Response;
use bytes::Bytes;
use http::{HeaderValue, StatusCode, header};
use mock_core::Exchange;
use mock_dataverse::event_management::CheckInRefusal;
use url::Url;

use super::call::{Call, says_json, serve_open};
use crate::api::State;
use crate::error::Refusal;
use crate::wire::checkin::CheckInBody;

/// The longest address to be sent on to.
const MAX_REDIRECT: usize = 2_000;

/// `POST /checkins`: needs no token.
pub(super) async fn create(Shared(state): Shared<Arc<State>>, call: Call, exchange: Exchange, body: Bytes) -> Response {
    serve_open(&state, &call, || {
        if state.events.switches("").is("EAPI-35", "404") {
            return Err(Refusal::NotFound("There is no such operation.".to_owned()));
        }
        let target = target(call.query("redirectUri"))?;
        if !says_json(&call.headers) {
            return Err(Refusal::NotJson);
        }
        let registration = CheckInBody::parse(&body).map_err(Refusal::Invalid)?.registration_id;
        exchange.subject(registration);
        state.events.check_in(registration).map_err(refused)?;
        let mut response = http::Response::new(Bytes::new());
        *response.status_mut() = StatusCode::FOUND;
        response.headers_mut().insert(header::LOCATION, target);
        Ok(response)
    })
}

/// The address to be sent on to: an http address, as a parsed URL writes it.
fn target(given: Option<&str>) -> Result<HeaderValue, Refusal> {
    let given = given.ok_or_else(|| Refusal::Invalid("The redirectUri query parameter is required.".to_owned()))?;
    let unusable = || Refusal::Invalid("redirectUri is not an http or https address.".to_owned());
    if given.len() > MAX_REDIRECT {
        return Err(unusable());
    }
    let url = Url::parse(given).ok().filter(|url| matches!(url.scheme(), "http" | "https")).ok_or_else(unusable)?;
    HeaderValue::from_str(url.as_str()).map_err(|_| unusable())
}

fn refused(refusal: CheckInRefusal) -> Refusal {
    let message = refusal.to_string();
    match refusal {
        CheckInRefusal::Unknown => Refusal::NotFound(message),
        CheckInRefusal::Cancelled | CheckInRefusal::Waiting | CheckInRefusal::Store(_) => Refusal::Invalid(message),
    }
}
