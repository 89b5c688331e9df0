//! What every operation does first and last: read the call, let it in or not, put the CORS headers on the answer.

use std::sync::Arc;

use axum::extract::{FromRequestParts, RawPathParams, State as Shared};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http::request::Parts;
use http::{HeaderMap, HeaderValue, StatusCode, header};
use serde::Serialize;

use crate::access::{self, Admitted, OriginRules};
use crate::api::State;
use crate::error::{Refusal, response};
use mock_dataverse::event_management::Generation;
use mock_dataverse::event_management::switches::Scoped;

/// A call, read as far as every operation needs it.
#[derive(Debug)]
pub(super) struct Call {
    /// Path parameters by name, percent-decoded.
    path: Vec<(String, String)>,
    /// Query parameters, decoded.
    query: Vec<(String, String)>,
    /// Headers.
    pub(super) headers: HeaderMap,
}

impl<S: Send + Sync> FromRequestParts<S> for Call {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Response> {
        let path = RawPathParams::from_request_parts(parts, state)
            .await
            .map_err(|_| into_response(Refusal::Invalid("The path is not valid UTF-8.".to_owned()).render(false)))?;
        let path = path.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        let query = form_urlencoded::parse(parts.uri.query().unwrap_or_default().as_bytes()).into_owned().collect();
        Ok(Self { path, query, headers: std::mem::take(&mut parts.headers) })
    }
}

impl Call {
    /// A path parameter; blank when the path has none of this name.
    pub(super) fn path(&self, name: &str) -> &str {
        self.path.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value)
    }

    /// The readable event id of the path; blank for operations without one.
    pub(super) fn event(&self) -> &str {
        self.path("readableEventId")
    }

    /// The first query parameter of this name.
    pub(super) fn query(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    pub(super) fn origin(&self) -> Option<&[u8]> {
        self.headers.get(header::ORIGIN).map(HeaderValue::as_bytes)
    }

    fn token(&self) -> Option<&str> {
        self.query("emApplicationtoken")
    }

    /// The token of a signed-in user.
    fn bearer(&self) -> Option<&str> {
        let (scheme, token) = self.headers.get(header::AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
        scheme.eq_ignore_ascii_case("bearer").then_some(token.trim())
    }

    /// A cookie that came with the call.
    pub(super) fn cookie(&self, name: &str) -> Option<&str> {
        let headers = self.headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
        headers
            .flat_map(|line| line.split(';'))
            .filter_map(|pair| pair.trim().split_once('='))
            .find_map(|(key, value)| (key == name).then_some(value))
    }

    /// Outbound paths name no organization.
    fn right_organization(&self, state: &State) -> bool {
        state.generation == Generation::Outbound
            || self.path("organizationId").eq_ignore_ascii_case(&state.organization.to_string())
    }
}

/// Lets a call in, runs the operation, and renders what came of it. A browser on the registered origin may read refusals too.
pub(super) fn serve(
    state: &State,
    call: &Call,
    operate: impl FnOnce(&Admitted) -> Result<http::Response<Bytes>, Refusal>,
) -> Response {
    let switches = state.events.switches(call.event());
    let problem = words_problems(state, switches);
    if !call.right_organization(state) {
        return into_response(Refusal::UnknownOrganization.render(problem));
    }
    let rules = OriginRules::from_switches(state.generation, switches);
    let mut admitted = match access::admit(state.events.web_applications(), call.token(), call.origin(), rules) {
        Ok(admitted) => admitted,
        Err(refusal) => return into_response(refusal.render(problem)),
    };
    if let Some(bearer) = call.bearer().filter(|_| state.generation == Generation::Outbound) {
        admitted.user = state.events.visitor(bearer);
        if admitted.user.is_none() {
            let mut response = Refusal::UserTokenInvalid.render(problem);
            allow_origin(state, &mut response, admitted.allowed_origin.as_deref());
            return into_response(response);
        }
    }
    let shown = call.event().is_empty() || state.events.shows(state.generation, call.event());
    let outcome =
        if shown { operate(&admitted) } else { Err(Refusal::NotFound("The event was not found.".to_owned())) };
    let mut response = outcome.unwrap_or_else(|refusal| refusal.render(problem));
    allow_origin(state, &mut response, admitted.allowed_origin.as_deref());
    into_response(response)
}

/// EAPI-9. The ancestor's own words are documented.
fn words_problems(state: &State, switches: Scoped<'_>) -> bool {
    state.generation == Generation::RealTime && switches.is("EAPI-9", "problem")
}

/// Runs an operation that asks for no token. Whoever calls is served; only the scripts of a registered origin may read the answer.
pub(super) fn serve_open(
    state: &State,
    call: &Call,
    operate: impl FnOnce() -> Result<http::Response<Bytes>, Refusal>,
) -> Response {
    let problem = words_problems(state, state.events.switches(call.event()));
    if !call.right_organization(state) {
        return into_response(Refusal::UnknownOrganization.render(problem));
    }
    let origin = access::preflight(state.events.web_applications(), None, call.origin());
    let mut response = operate().unwrap_or_else(|refusal| refusal.render(problem));
    allow_origin(state, &mut response, origin.as_deref());
    into_response(response)
}

/// An answer with a JSON body.
pub(super) fn json(status: StatusCode, body: &impl Serialize) -> http::Response<Bytes> {
    // These are plain structs of text and numbers; writing them to a string does not fail.
    response(status, "application/json; charset=utf-8", serde_json::to_string(body).unwrap_or_default())
}

fn allow_origin(state: &State, response: &mut http::Response<Bytes>, origin: Option<&str>) {
    let headers = response.headers_mut();
    headers.insert(header::VARY, HeaderValue::from_static("Origin"));
    if origin.is_some() && state.generation == Generation::Outbound {
        // Its browser sessions live in a cookie.
        headers.insert(header::ACCESS_CONTROL_ALLOW_CREDENTIALS, HeaderValue::from_static("true"));
    }
    if let Some(origin) = origin.and_then(|origin| HeaderValue::from_str(origin).ok()) {
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
    }
}

/// What a browser asks before a script of another origin may call: allowed for registered origins only.
pub(super) async fn preflight(Shared(state): Shared<Arc<State>>, call: Call) -> Response {
    if !call.right_organization(&state) {
        return into_response(Refusal::UnknownOrganization.render(false));
    }
    let Some(origin) = access::preflight(state.events.web_applications(), call.token(), call.origin()) else {
        return into_response(Refusal::OriginMismatch(StatusCode::FORBIDDEN).render(false));
    };
    let mut response = http::Response::new(Bytes::new());
    *response.status_mut() = StatusCode::NO_CONTENT;
    allow_origin(&state, &mut response, Some(&origin));
    let headers = response.headers_mut();
    headers.insert(header::ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static("GET, POST"));
    if let Some(asked) = call.headers.get(header::ACCESS_CONTROL_REQUEST_HEADERS) {
        headers.insert(header::ACCESS_CONTROL_ALLOW_HEADERS, asked.clone());
    }
    into_response(response)
}

/// A path that is no operation. The outbound ancestor's own operations end here too.
pub(super) async fn not_found() -> Response {
    into_response(Refusal::NotFound("There is no such operation.".to_owned()).render(false))
}

/// An operation asked for by another method.
pub(super) async fn method_not_allowed() -> Response {
    into_response(Refusal::MethodNotAllowed.render(false))
}

pub(super) fn into_response(response: http::Response<Bytes>) -> Response {
    response.map(axum::body::Body::from).into_response()
}

/// Whether the body is JSON by its own word, or says nothing.
pub(super) fn says_json(headers: &HeaderMap) -> bool {
    let Some(kind) = headers.get(header::CONTENT_TYPE) else { return true };
    let essence = kind.to_str().unwrap_or("?").split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    essence == "application/json" || (essence.starts_with("application/") && essence.ends_with("+json"))
}

/// Reads a GUID of the path or the query.
pub(super) fn guid(name: &str, text: &str) -> Result<uuid::Uuid, Refusal> {
    text.parse().map_err(|_| Refusal::Invalid(format!("{name} is not a GUID.")))
}
