//! One request with everything a handler needs of it.

use bytes::Bytes;
use http::{HeaderMap, Method, Uri, header};
use mock_core::Exchange;

use super::caller::Caller;
use crate::dataverse::Dataverse;
use crate::fault::{Code, Fault};
use crate::json::Json;
use crate::odata::Prefer;

/// A request whose caller is known.
#[derive(Debug)]
pub(super) struct Request<'a> {
    pub(super) dataverse: &'a Dataverse,
    pub(super) exchange: &'a Exchange,
    pub(super) method: Method,
    pub(super) uri: &'a Uri,
    pub(super) headers: &'a HeaderMap,
    pub(super) body: &'a Bytes,
    pub(super) prefer: &'a Prefer,
    pub(super) caller: Caller,
    /// `https://host`, as the caller sees it.
    pub(super) base: String,
}

impl Request<'_> {
    /// A header as text.
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok()).map(str::trim)
    }

    /// The JSON body; an empty one counts as an object without members if `may_be_empty`.
    pub(super) fn json(&self, may_be_empty: bool) -> Result<Json, Fault> {
        if self.body.trim_ascii().is_empty() && may_be_empty {
            return Ok(Json::Object(Vec::new()));
        }
        let payload = |message: String| Fault::bad(Code::BAD_PAYLOAD, message);
        if self.body.trim_ascii().is_empty() {
            return Err(payload("The request has no body, but one is needed.".to_owned()));
        }
        let kind = self.header(header::CONTENT_TYPE.as_str()).ok_or_else(|| {
            payload("A missing or empty content type header was found when trying to read a message. The content type header is required.".to_owned())
        })?;
        let essence = kind.split(';').next().unwrap_or_default().trim();
        if !essence.eq_ignore_ascii_case("application/json") {
            return Err(payload(format!(
                "A supported MIME type could not be found that matches the content type of the message. None of the supported type(s) 'application/json' matches the content type '{}'.",
                essence.chars().take(100).collect::<String>()
            )));
        }
        Json::parse(self.body)
            .map_err(|error| payload(format!("An error occurred while reading the JSON body: {error}.")))
    }

    /// 404 for a verb that the operation does not take.
    pub(super) fn no_resource(&self) -> Fault {
        let uri = format!("{}{}", self.base, self.uri.path());
        Fault::uncoded(
            http::StatusCode::NOT_FOUND,
            format!("No HTTP resource was found that matches the request URI '{uri}'."),
        )
    }

    /// 405 for a verb that a resource does not take.
    pub(super) fn wrong_verb(&self) -> Fault {
        let text = format!("The requested resource does not support http method '{}'.", self.method);
        Fault::uncoded(http::StatusCode::METHOD_NOT_ALLOWED, text)
    }
}
