//! Registering, and counting who is registered.

use std::sync::Arc;

use axum::extract::State as Shared;
use axum::response::Response;
use bytes::Bytes;
use http::StatusCode;
use mock_core::Exchange;
use mock_dataverse::event_management::request::Registration;
use mock_dataverse::event_management::switches::Scoped;
use mock_dataverse::event_management::{DemoRefusal, FinalizeRefusal, Registered, RegistrationRefusal};
use serde_json::{Map, Value};

use super::call::{Call, json, says_json, serve};
use super::events::{not_live_status, shown};
use crate::access::Admitted;
use crate::api::State;
use crate::error::Refusal;
use crate::wire::finalize::FinalizeBody;
use crate::wire::registration::{RegistrationBody, RegistrationResult};

/// `GET /events/{readableEventId}/registrations/count`
pub(super) async fn count(Shared(state): Shared<Arc<State>>, call: Call) -> Response {
    serve(&state, &call, |_| shown(&state, &call, state.events.registrations_count(call.event()), |count| count))
}

/// `POST /events/{readableEventId}/registrations`
pub(super) async fn register(
    Shared(state): Shared<Arc<State>>,
    call: Call,
    exchange: Exchange,
    body: Bytes,
) -> Response {
    serve(&state, &call, |admitted| {
        let request = read(&call, admitted, &body)?;
        match state.events.register(&request) {
            Ok(registered) => Ok(accepted(&state, &call, &exchange, registered)),
            Err(refusal) => refused(&state, &call, &refusal),
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
            return Err(Refusal::NotFound(DemoRefusal::SwitchedOff.to_string()));
        }
        if !says_json(&call.headers) {
            return Err(Refusal::NotJson);
        }
        let purchase = FinalizeBody::parse(&body).map_err(Refusal::Invalid)?.purchase_id;
        exchange.subject(purchase);
        match state.events.finalize_demo(call.event(), purchase, None) {
            Ok(()) => Ok(json(StatusCode::OK, &RegistrationResult::SUCCESS)),
            Err(refusal) => Err(not_finalized(&refusal)),
        }
    })
}

pub(super) fn not_finalized(refusal: &DemoRefusal) -> Refusal {
    let message = refusal.to_string();
    match refusal {
        DemoRefusal::SwitchedOff
        | DemoRefusal::Unknown
        | DemoRefusal::OtherSession
        | DemoRefusal::Finalize(FinalizeRefusal::Unknown(_)) => Refusal::NotFound(message),
        DemoRefusal::Finalize(_) => Refusal::Invalid(message),
    }
}

fn read(call: &Call, admitted: &Admitted, body: &Bytes) -> Result<Registration, Refusal> {
    Ok(request(call, admitted, parsed(call, body)?, body))
}

/// The body, read as far as its shape goes.
pub(super) fn parsed(call: &Call, body: &Bytes) -> Result<RegistrationBody, Refusal> {
    if !says_json(&call.headers) {
        return Err(Refusal::NotJson);
    }
    RegistrationBody::parse(body).map_err(Refusal::Invalid)
}

/// The registration in the app's terms.
pub(super) fn request(call: &Call, admitted: &Admitted, parsed: RegistrationBody, body: &Bytes) -> Registration {
    Registration {
        readable_event_id: call.event().to_owned(),
        attendees: parsed.into_attendees(),
        web_application_origin: admitted.application.origin.clone(),
        request_origin: call.origin().map(|origin| String::from_utf8_lossy(origin).into_owned()),
        submitted: String::from_utf8_lossy(body).into_owned(),
    }
}

fn accepted(state: &State, call: &Call, exchange: &Exchange, registered: Registered) -> http::Response<Bytes> {
    match registered {
        Registered::Initiated { purchase } => {
            exchange.subject(purchase);
            json(StatusCode::OK, &RegistrationResult::initiated(purchase))
        }
        Registered::Paid { purchase, redirect_url } => {
            exchange.subject(purchase);
            let purchase_text = purchase.to_string();
            let switches = Scoped::purchase(&state.world, &purchase_text, call.event());
            let key = if switches.is("AMB-6", "redirectUrl-blank") { "redirectUrl " } else { "redirectUrl" };
            let mut body = Map::new();
            if switches.is("EAPI-1", "legacy") {
                body.insert("status".to_owned(), "Redirect".into());
                body.insert("errorMessage".to_owned(), Value::Null);
                body.insert("errorCode".to_owned(), Value::Null);
                body.insert("purchaseId".to_owned(), purchase_text.as_str().into());
            }
            body.insert(key.to_owned(), redirect_url.into());
            json(success_status(switches), &body)
        }
        free @ (Registered::Free { .. } | Registered::Queued { .. }) => {
            let made = match free {
                Registered::Free { registrations } => registrations,
                Registered::Queued { ticket } => vec![ticket],
                Registered::Paid { .. } | Registered::Initiated { .. } => Vec::new(),
            };
            for id in made {
                exchange.subject(id);
            }
            let switches = state.events.switches(call.event());
            let status = success_status(switches);
            if switches.is("EAPI-3", "empty") {
                return json(status, &Map::new());
            }
            json(status, &RegistrationResult::SUCCESS)
        }
    }
}

fn refused(state: &State, call: &Call, refusal: &RegistrationRefusal) -> Result<http::Response<Bytes>, Refusal> {
    let switches = state.events.switches(call.event());
    let about_pass = matches!(refusal, RegistrationRefusal::Pass { .. } | RegistrationRefusal::PassMissing { .. });
    if about_pass && switches.is("EAPI-10", "result") {
        let result = RegistrationResult::error(refusal.to_string(), "RegistrationFailed");
        return Ok(json(StatusCode::OK, &result));
    }
    let full = if switches.is("EAPI-12", "409") { StatusCode::CONFLICT } else { StatusCode::BAD_REQUEST };
    Err(Refusal::of_registration(refusal, full, not_live_status(state, call)))
}

/// EAPI-4.
fn success_status(switches: Scoped<'_>) -> StatusCode {
    match switches.value("EAPI-4") {
        "201" => StatusCode::CREATED,
        "202" => StatusCode::ACCEPTED,
        _ => StatusCode::OK,
    }
}
