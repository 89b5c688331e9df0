//! The route table of the outbound API: what it had in common with its successor runs the same handlers, and what is not its own is refused by name.

use std::sync::Arc;

use axum::Router;
use axum::extract::Request;
use axum::response::Response;
use axum::routing::{MethodRouter, get, post};
use mock_core::Exchange;

use super::super::{call, events, pictures, programme, registrations as common, users as anybody};
use super::{registrations, users};
use crate::api::State;
use crate::error::Refusal;

/// Every operation as (method, path below the base path, operation id). Paths are those that the vendor's sample website calls.
pub const OPERATIONS: &[(&str, &str, &str)] = &[
    ("GET", "/events/published", "outboundGetEvents"),
    ("GET", "/events/{readableEventId}", "outboundGetEvent"),
    ("GET", "/events/{readableEventId}/captcha", "outboundGetCaptcha"),
    ("GET", "/events/{readableEventId}/custom-registration-fields", "outboundGetCustomRegistrationFields"),
    ("GET", "/events/{readableEventId}/sessions", "outboundGetEventSessions"),
    ("POST", "/events/{readableEventId}/sessions/{sessionId}/registrations", "outboundRegisterForSession"),
    ("GET", "/events/{readableEventId}/tracks", "outboundGetEventTracks"),
    ("GET", "/events/{readableEventId}/passes", "outboundGetEventPasses"),
    ("POST", "/events/{readableEventId}/registrations", "outboundRegister"),
    ("GET", "/events/{readableEventId}/registrations/count", "outboundGetRegistrationsCount"),
    ("POST", "/events/{readableEventId}/registrations/finalize", "outboundFinalizeRegistration"),
    ("GET", "/events/{readableEventId}/speakers", "outboundGetEventSpeakers"),
    ("GET", "/events/{readableEventId}/sponsorships", "outboundGetEventSponsorships"),
    ("GET", "/sponsorships/{sponsorshipId}/logo", "outboundGetSponsorshipLogo"),
    ("GET", "/speakers/{speakerId}/image", "outboundGetSpeakerImage"),
    ("GET", "/sessions/{sessionId}/registrations/count", "outboundGetSessionRegistrationsCount"),
    ("GET", "/tracks/{trackId}/sessions", "outboundGetTrackSessions"),
    ("GET", "/users/authenticated", "outboundGetUser"),
    ("GET", "/users/authenticated/registrations", "outboundGetUserRegistrations"),
    ("POST", "/users/authenticated/registrations/{registrationId}/cancel", "outboundCancelRegistration"),
    ("GET", "/users/authenticated/waitlist-items", "outboundGetUserWaitlistItems"),
];

/// What is asked for in vain below this base path, as (path, why): operations of the successor, and one of the ancestor that no document describes.
pub const ABSENT: &[(&str, &str)] = &[
    ("/events/{readableEventId}/qrcode", "The event QR code is an operation of real-time journeys."),
    ("/sessions/{sessionId}", "A session by its id is an operation of real-time journeys."),
    ("/checkins", "Check-in is an operation of real-time journeys."),
    ("/doc/public-api.json", "The document is one of real-time journeys."),
    ("/calendar/personal/ics", "Calendar files are not supported: no public document describes them."),
];

/// The path in front of every operation.
pub const BASE_PATH: &str = "/EvtMgmt/api/v2.0";

pub(in super::super) fn router(state: Arc<State>) -> Router {
    let mut router = Router::new();
    for (_, path, operation) in OPERATIONS {
        let route = route_of(operation).options(call::preflight).fallback(call::method_not_allowed);
        router = router.route(&format!("{BASE_PATH}{path}"), route);
    }
    for (path, why) in ABSENT {
        let refused = move |exchange: Exchange, request: Request| async move { absent(&exchange, &request, why) };
        router = router.route(&format!("{BASE_PATH}{path}"), MethodRouter::new().fallback(refused));
    }
    router.with_state(state)
}

/// What runs for an operation.
fn route_of(operation: &'static str) -> MethodRouter<Arc<State>> {
    match operation {
        "outboundGetEvents" => get(events::published),
        "outboundGetEvent" => get(events::one),
        "outboundGetCaptcha" => get(anybody::captcha),
        "outboundGetCustomRegistrationFields" => get(programme::custom_fields),
        "outboundGetEventSessions" => get(users::sessions),
        "outboundRegisterForSession" => post(users::register_for_session),
        "outboundGetEventTracks" => get(programme::tracks),
        "outboundGetEventPasses" => get(events::passes),
        "outboundRegister" => post(registrations::register),
        "outboundGetRegistrationsCount" => get(common::count),
        "outboundFinalizeRegistration" => post(registrations::finalize),
        "outboundGetEventSpeakers" => get(programme::speakers),
        "outboundGetEventSponsorships" => get(programme::sponsorships),
        "outboundGetSponsorshipLogo" => get(pictures::logo),
        "outboundGetSpeakerImage" => get(pictures::speaker),
        "outboundGetSessionRegistrationsCount" => get(programme::session_count),
        "outboundGetTrackSessions" => get(users::track_sessions),
        "outboundGetUser" => get(users::authenticated),
        "outboundGetUserRegistrations" => get(users::registrations),
        "outboundCancelRegistration" => post(users::cancel),
        "outboundGetUserWaitlistItems" => get(users::waitlist_items),
        // A line of the table without a handler has no method, which the test of the table finds.
        _ => MethodRouter::new(),
    }
}

fn absent(exchange: &Exchange, request: &Request, why: &str) -> Response {
    exchange.unsupported(format!("outbound {} {}", request.method(), request.uri().path()));
    call::into_response(Refusal::NotFound(why.to_owned()).render(false))
}
