//! How Entra ID words errors made outside its handlers: too large, broken, injected.

use axum::response::Response;
use bytes::Bytes;
use http::{HeaderValue, StatusCode, header};
use mock_core::Dialect;

use crate::json::object;

/// The dialect of the sign-in.
#[derive(Debug)]
pub(super) struct EntraDialect;

impl EntraDialect {
    fn error(status: StatusCode, error: &str, description: &str) -> Response<Bytes> {
        let body = object([("error", error.into()), ("error_description", description.into())]);
        let mut response = Response::new(Bytes::from(body.to_text()));
        *response.status_mut() = status;
        response
            .headers_mut()
            .insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json; charset=utf-8"));
        response
    }
}

impl Dialect for EntraDialect {
    fn payload_too_large(&self, limit: usize) -> Response<Bytes> {
        let text = format!("AADSTS90056: the request body is longer than {limit} bytes.");
        Self::error(StatusCode::PAYLOAD_TOO_LARGE, "invalid_request", &text)
    }

    fn internal_error(&self, what: &str) -> Response<Bytes> {
        Self::error(StatusCode::INTERNAL_SERVER_ERROR, "server_error", what)
    }

    fn fault(&self, status: StatusCode, code: Option<&str>, message: Option<&str>) -> Response<Bytes> {
        Self::error(
            status,
            code.unwrap_or("temporarily_unavailable"),
            message.unwrap_or("AADSTS90033: A transient error has occurred. Please try again."),
        )
    }
}
