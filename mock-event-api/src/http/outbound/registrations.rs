//! Registering by the ancestor's contract: a result with a status whatever comes of it, and a browser session that the temporary registration
//! belongs to (`facts/event-api.md` 5.2, 5.3).

use std::sync::Arc;

use axum::extract::State as Shared;
use axum::response::Response;
use bytes::Bytes;
use http::{HeaderValue, StatusCode, header};
use mock_core::Exchange;
use mock_dataverse::event_management::capacity::Full;
use mock_dataverse::event_management::{DemoRefusal, Registered, RegistrationRefusal, Visible, Visit};
use uuid::Uuid;

use super::super::call::{Call, json, says_json, serve};
use super::super::events::not_live_status;
use super::super::registrations::{not_finalized, parsed, request};
use super::routes::BASE_PATH;
use crate::api::State;
use crate::error::Refusal;
use crate::wire::finalize::FinalizeBody;
use crate::wire::registration::{RegistrationBody, RegistrationResult};

/// The cookie that names a browser session. Its name is a stand-in.
const COOKIE: &str = "payloop_emsession";

/// `POST /events/{readableEventId}/registrations`
pub(super) async fn register(
    Shared(state): Shared<Arc<State>>,
    call: Call,
    exchange: Exchange,
    body: Bytes,
) -> Response {
    serve(&state, &call, |admitted| {
        let parsed = parsed(&call, &body)?;
        if !captcha_is_answered(&state, &call, &parsed) {
            return refused(&state, &call, RegistrationResult::error(CAPTCHA.to_owned(), FAILED), Refusal::Invalid);
        }
        let request = request(&call, admitted, parsed, &body);
        let session = session_of(&call);
        let own = session.unwrap_or_else(|| state.world.ids().uuid("browser session", call.event()));
        match state.events.register_outbound(
            &request,
            Visit { session: Some(own), contact: admitted.user.as_ref().map(|user| user.contact) },
        ) {
            Ok(registered) => {
                let mut answer = accepted(&exchange, registered);
                if session.is_none() {
                    set_session(&mut answer, own);
                }
                Ok(answer)
            }
            Err(refusal) => refused_registration(&state, &call, &refusal),
        }
    })
}

/// `POST /events/{readableEventId}/registrations/finalize`: the demo payment. Refused unless an administrator has opened it.
pub(super) async fn finalize(
    Shared(state): Shared<Arc<State>>,
    call: Call,
    exchange: Exchange,
    body: Bytes,
) -> Response {
    serve(&state, &call, |_| {
        if !state.events.demo_payments_enabled() {
            return Err(not_finalized(&DemoRefusal::SwitchedOff));
        }
        if !says_json(&call.headers) {
            return Err(Refusal::NotJson);
        }
        let purchase = FinalizeBody::parse(&body).map_err(Refusal::Invalid)?.purchase_id;
        exchange.subject(purchase);
        match state.events.finalize_demo(call.event(), purchase, session_of(&call)) {
            Ok(()) => Ok(json(StatusCode::OK, &RegistrationResult::SUCCESS)),
            Err(DemoRefusal::SwitchedOff) => Err(not_finalized(&DemoRefusal::SwitchedOff)),
            Err(refusal) => {
                let result = RegistrationResult::error(refusal.to_string(), FAILED);
                refused(&state, &call, result, |_| not_finalized(&refusal))
            }
        }
    })
}

const FAILED: &str = "RegistrationFailed";
const CAPTCHA: &str = "The captcha was not solved.";

/// The browser session that the call belongs to.
fn session_of(call: &Call) -> Option<Uuid> {
    call.cookie(COOKIE)?.parse().ok()
}

fn set_session(answer: &mut http::Response<Bytes>, session: Uuid) {
    let cookie = format!("{COOKIE}={session}; Path={BASE_PATH}; HttpOnly; SameSite=Lax");
    if let Ok(value) = HeaderValue::from_str(&cookie) {
        answer.headers_mut().insert(header::SET_COOKIE, value);
    }
}

/// OB-CAPTCHA. Which solution is right only the captcha's own service knows, and it is gone: one that is not blank counts.
fn captcha_is_answered(state: &State, call: &Call, parsed: &RegistrationBody) -> bool {
    let asks = matches!(state.events.event(call.event()), Visible::Live(event) if event.captcha);
    !asks || parsed.answers_captcha() || state.events.switches(call.event()).is("OB-CAPTCHA", "ignored")
}

fn accepted(exchange: &Exchange, registered: Registered) -> http::Response<Bytes> {
    let result = match registered {
        Registered::Paid { purchase, redirect_url } => {
            exchange.subject(purchase);
            RegistrationResult::redirect(purchase, redirect_url)
        }
        Registered::Initiated { purchase } => {
            exchange.subject(purchase);
            RegistrationResult::initiated(purchase)
        }
        Registered::Free { registrations } => {
            for id in registrations {
                exchange.subject(id);
            }
            RegistrationResult::SUCCESS
        }
        Registered::Queued { ticket } => {
            exchange.subject(ticket);
            RegistrationResult::SUCCESS
        }
    };
    json(StatusCode::OK, &result)
}

/// OB-REFUSED: a result, or an error of the API.
fn refused(
    state: &State,
    call: &Call,
    result: RegistrationResult,
    error: impl FnOnce(String) -> Refusal,
) -> Result<http::Response<Bytes>, Refusal> {
    if state.events.switches(call.event()).is("OB-REFUSED", "error") {
        return Err(error(result.error_message.unwrap_or_default()));
    }
    Ok(json(StatusCode::OK, &result))
}

fn refused_registration(
    state: &State,
    call: &Call,
    refusal: &RegistrationRefusal,
) -> Result<http::Response<Bytes>, Refusal> {
    let error = Refusal::of_registration(refusal, StatusCode::BAD_REQUEST, not_live_status(state, call));
    match refusal {
        // Nothing to register for, or nobody: the call itself is wrong.
        RegistrationRefusal::UnknownEvent
        | RegistrationRefusal::NotLive
        | RegistrationRefusal::NoAttendees
        | RegistrationRefusal::Attendee { .. } => Err(error),
        other => refused(state, call, RegistrationResult::error(other.to_string(), code(other)), |_| error),
    }
}

/// The word that the sample website translates.
fn code(refusal: &RegistrationRefusal) -> &'static str {
    match refusal {
        // Some would fit.
        RegistrationRefusal::Full(Full::Event { left, .. }) if *left > 0 => "EventCapacityExceeding",
        RegistrationRefusal::Full(_) => "EventCapacityReached",
        _ => FAILED,
    }
}
