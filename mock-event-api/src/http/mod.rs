//! The route table, and nothing else.

mod call;
mod checkins;
mod document;
mod events;
mod outbound;
mod pictures;
mod programme;
mod registrations;
mod users;

use std::sync::Arc;

use axum::Router;
use axum::routing::{MethodRouter, get, post};

use crate::api::State;

/// Every operation as (method, path below the base path, operation id): the vendor's client has these names.
pub const OPERATIONS: &[(&str, &str, &str)] = &[
    ("GET", "/events/published", "publicApiGetEvents"),
    ("GET", "/events/{readableEventId}", "publicApiGetEvent"),
    ("GET", "/events/{readableEventId}/captcha", "publicApiGetCaptcha"),
    ("GET", "/events/{readableEventId}/custom-registration-fields", "publicApiGetCustomRegistrationFields"),
    ("GET", "/events/{readableEventId}/qrcode", "publicApiGetEventQrCode"),
    ("GET", "/events/{readableEventId}/sessions", "publicApiGetEventSessions"),
    ("GET", "/events/{readableEventId}/tracks", "publicApiGetEventTracks"),
    ("GET", "/events/{readableEventId}/passes", "publicApiGetEventPasses"),
    ("POST", "/events/{readableEventId}/registrations", "publicApiRegister"),
    ("GET", "/events/{readableEventId}/registrations/count", "publicApiGetRegistrationsCount"),
    ("POST", "/events/{readableEventId}/registrations/finalize", "publicApiFinalizeRegistration"),
    ("GET", "/events/{readableEventId}/speakers", "publicApiGetEventSpeakers"),
    ("GET", "/events/{readableEventId}/sponsorships", "publicApiGetEventSponsorships"),
    ("GET", "/sponsorships/{sponsorshipId}/logo", "publicApiGetSponsorshipsLogo"),
    ("GET", "/speakers/{speakerId}/image", "publicApiGetSpeakerImage"),
    ("GET", "/sessions/{sessionId}", "publicApiGetSessionById"),
    ("GET", "/sessions/{sessionId}/registrations/count", "publicApiGetSessionRegistrationCount"),
    ("GET", "/users/authenticated", "publicApiGetUser"),
    ("POST", "/checkins", "publicApiCreateCheckInAndRedirect"),
    ("GET", "/doc/public-api.json", "publicApiGetDocument"),
];

/// The path in front of every operation.
pub const BASE_PATH: &str = "/api/v1.0/orgs/{organizationId}/eventmanagement";

pub use outbound::{ABSENT, BASE_PATH as OUTBOUND_BASE_PATH, OPERATIONS as OUTBOUND_OPERATIONS};

/// The routes of both generations.
pub(crate) fn router(state: Arc<State>, outbound: Arc<State>) -> Router {
    let mut router = Router::new();
    for (_, path, operation) in OPERATIONS {
        let route = route_of(operation).options(call::preflight).fallback(call::method_not_allowed);
        router = router.route(&format!("{BASE_PATH}{path}"), route);
    }
    router.fallback(call::not_found).with_state(state).merge(outbound::router(outbound))
}

/// What runs for an operation.
fn route_of(operation: &'static str) -> MethodRouter<Arc<State>> {
    match operation {
        "publicApiGetEvents" => get(events::published),
        "publicApiGetEvent" => get(events::one),
        "publicApiGetCaptcha" => get(users::captcha),
        "publicApiGetCustomRegistrationFields" => get(programme::custom_fields),
        "publicApiGetEventQrCode" => get(pictures::qr_code),
        "publicApiGetEventSessions" => get(programme::sessions),
        "publicApiGetEventTracks" => get(programme::tracks),
        "publicApiGetEventPasses" => get(events::passes),
        "publicApiRegister" => post(registrations::register),
        "publicApiGetRegistrationsCount" => get(registrations::count),
        "publicApiFinalizeRegistration" => post(registrations::finalize),
        "publicApiGetEventSpeakers" => get(programme::speakers),
        "publicApiGetEventSponsorships" => get(programme::sponsorships),
        "publicApiGetSponsorshipsLogo" => get(pictures::logo),
        "publicApiGetSpeakerImage" => get(pictures::speaker),
        "publicApiGetSessionById" => get(programme::session),
        "publicApiGetSessionRegistrationCount" => get(programme::session_count),
        "publicApiGetUser" => get(users::authenticated),
        "publicApiCreateCheckInAndRedirect" => post(checkins::create),
        "publicApiGetDocument" => get(document::get),
        // A line of the table without a handler has no method, which the test of the table finds.
        _ => MethodRouter::new(),
    }
}
