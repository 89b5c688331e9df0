//! Why a call is refused, and how the refusal is worded: one type, one rendering (`facts/event-api.md` 9 #5 to #12).

use bytes::Bytes;
use http::{HeaderValue, Response, StatusCode, header};
use mock_core::Dialect;
use mock_dataverse::event_management::RegistrationRefusal;
use serde_json::json;
use thiserror::Error;

/// A refusal of the Event API.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum Refusal {
    /// Another organization's id stands in the path.
    #[error("The organization was not found.")]
    UnknownOrganization,
    /// No token.
    #[error("The emApplicationtoken query parameter is required.")]
    TokenMissing,
    /// No web application has this token.
    #[error("The emApplicationtoken is not valid.")]
    TokenInvalid,
    /// Nobody signs in with this bearer token.
    #[error("The id token is not valid.")]
    UserTokenInvalid,
    /// The operation is for users who are signed in.
    #[error("You have to be signed in.")]
    NotSignedIn,
    /// No `Origin` header (EAPI-5 `400`).
    #[error("The Origin header is required.")]
    OriginMissing,
    /// Another origin than the registered one; the status is EAPI-6.
    #[error("The origin is not registered for this web application.")]
    OriginMismatch(StatusCode),
    /// The path has no such thing.
    #[error("{0}")]
    NotFound(String),
    /// The path knows other methods only.
    #[error("The method is not allowed here.")]
    MethodNotAllowed,
    /// The event or session is not live; the status is EAPI-8.
    #[error("The {what} is not live.")]
    NotLive {
        /// The status.
        status: StatusCode,
        /// What is not live.
        what: &'static str,
    },
    /// The body or a parameter is not usable.
    #[error("{0}")]
    Invalid(String),
    /// The body is not JSON by its own word.
    #[error("The content type must be application/json.")]
    NotJson,
    /// The body is longer than the fake reads.
    #[error("The request body is larger than {0} bytes.")]
    TooLarge(usize),
    /// Not enough places; the status is EAPI-12.
    #[error("{message}")]
    Full {
        /// The status.
        status: StatusCode,
        /// Which places.
        message: String,
    },
}

impl Refusal {
    /// The refusal of a registration in the API's terms. `full` and `not_live` are the statuses of EAPI-12 and EAPI-8.
    pub fn of_registration(refusal: &RegistrationRefusal, full: StatusCode, not_live: StatusCode) -> Self {
        let message = refusal.to_string();
        match refusal {
            RegistrationRefusal::UnknownEvent => Self::NotFound(message),
            RegistrationRefusal::NotLive => Self::NotLive { status: not_live, what: "event" },
            RegistrationRefusal::Full(_) => Self::Full { status: full, message },
            RegistrationRefusal::Closed { .. }
            | RegistrationRefusal::NoAttendees
            | RegistrationRefusal::Over
            | RegistrationRefusal::Several
            | RegistrationRefusal::NoSettings
            | RegistrationRefusal::NoWaitlist { .. }
            | RegistrationRefusal::Session { .. }
            | RegistrationRefusal::SessionOfPass { .. }
            | RegistrationRefusal::Attendee { .. }
            | RegistrationRefusal::Pass { .. }
            | RegistrationRefusal::PassMissing { .. }
            | RegistrationRefusal::Duplicate { .. }
            | RegistrationRefusal::Pricing(_)
            | RegistrationRefusal::NoProvider
            | RegistrationRefusal::Store(_) => Self::Invalid(message),
        }
    }

    /// The status it is answered with.
    pub fn status(&self) -> StatusCode {
        match self {
            Self::UnknownOrganization | Self::NotFound(_) => StatusCode::NOT_FOUND,
            Self::TokenMissing | Self::OriginMissing | Self::Invalid(_) => StatusCode::BAD_REQUEST,
            Self::TokenInvalid | Self::UserTokenInvalid | Self::NotSignedIn => StatusCode::UNAUTHORIZED,
            Self::OriginMismatch(status) | Self::NotLive { status, .. } | Self::Full { status, .. } => *status,
            Self::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Self::NotJson => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::TooLarge(_) => StatusCode::PAYLOAD_TOO_LARGE,
        }
    }

    /// The outbound ancestor's word for it, which a page can translate.
    pub fn code(&self) -> Option<&'static str> {
        match self {
            Self::Full { .. } => Some("EventCapacityReached"),
            _ => None,
        }
    }

    /// The whole answer. `problem` asks for `application/problem+json` instead of the ancestor's object (EAPI-9).
    pub fn render(&self, problem: bool) -> Response<Bytes> {
        render(self.status(), &self.to_string(), self.code(), problem)
    }
}

fn render(status: StatusCode, message: &str, code: Option<&str>, problem: bool) -> Response<Bytes> {
    let mut body = if problem {
        json!({ "type": "about:blank", "title": status.canonical_reason().unwrap_or("Error"), "status": status.as_u16(), "detail": message })
    } else {
        json!({ "Message": message })
    };
    if let (Some(code), Some(object)) = (code, body.as_object_mut()) {
        object.insert("errorCode".to_owned(), code.into());
    }
    let kind = if problem { "application/problem+json; charset=utf-8" } else { "application/json; charset=utf-8" };
    response(status, kind, body.to_string())
}

/// An answer with a body.
pub(crate) fn response(status: StatusCode, kind: &'static str, body: impl Into<Bytes>) -> Response<Bytes> {
    let mut response = Response::new(body.into());
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    response
}

/// How the Event API words what is decided outside its handlers.
#[derive(Clone, Copy, Debug)]
pub struct EventApiDialect;

impl Dialect for EventApiDialect {
    fn payload_too_large(&self, limit: usize) -> Response<Bytes> {
        Refusal::TooLarge(limit).render(false)
    }

    fn internal_error(&self, what: &str) -> Response<Bytes> {
        render(StatusCode::INTERNAL_SERVER_ERROR, what, None, false)
    }

    fn fault(&self, status: StatusCode, code: Option<&str>, message: Option<&str>) -> Response<Bytes> {
        let message = message.or(status.canonical_reason()).unwrap_or("The request failed.");
        render(status, message, code, false)
    }
}
