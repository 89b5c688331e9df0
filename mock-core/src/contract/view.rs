//! The two halves of an exchange as a check sees them: borrowed, whole, and as they travel.

use http::{HeaderMap, Method, StatusCode};

/// A request as it came in or is about to go out.
#[derive(Debug, Clone, Copy)]
pub struct RequestView<'a> {
    /// The method.
    pub method: &'a Method,
    /// The path as it stands in the request line, still percent-encoded, without the query.
    pub path: &'a str,
    /// The query without its `?`.
    pub query: Option<&'a str>,
    /// The headers.
    pub headers: &'a HeaderMap,
    /// The whole body.
    pub body: &'a [u8],
}

/// An answer as it came in or is about to go out.
#[derive(Debug, Clone, Copy)]
pub struct AnswerView<'a> {
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: &'a HeaderMap,
    /// The whole body.
    pub body: &'a [u8],
}
