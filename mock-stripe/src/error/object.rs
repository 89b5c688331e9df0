//! The error itself: its members, and its body on the wire.

use http::StatusCode;
use jiff::Timestamp;
use serde_json::{Map, Value};

use crate::domain::rate::Reason;

/// `error.type`
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Something was wrong with the request.
    InvalidRequest,
    /// The payment was refused.
    Card,
    /// A key was misused.
    Idempotency,
    /// The service itself failed.
    Api,
}

impl Kind {
    /// As on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::InvalidRequest => "invalid_request_error",
            Self::Card => "card_error",
            Self::Idempotency => "idempotency_error",
            Self::Api => "api_error",
        }
    }
}

/// A refusal in Stripe's dialect.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("{status}: {message}")]
pub struct Error {
    /// The HTTP status.
    pub status: StatusCode,
    /// `type`
    pub kind: Kind,
    /// `code`
    pub code: Option<String>,
    /// `param`
    pub param: Option<String>,
    /// `message`
    pub message: String,
    /// Further members, such as `charge` or `payment_intent`.
    pub members: Box<Map<String, Value>>,
    /// Whether the request got as far as being carried out, so that its idempotency key remembers this answer.
    pub executed: bool,
    /// What the real service has and this one lacks, when that is the reason.
    pub unsupported: Option<String>,
    /// The header `Stripe-Rate-Limited-Reason`, when a limit is used up.
    pub rate_limited: Option<Reason>,
}

impl Error {
    pub(super) fn new(status: StatusCode, kind: Kind, message: impl Into<String>) -> Self {
        Self {
            status,
            kind,
            code: None,
            param: None,
            message: message.into(),
            members: Box::default(),
            executed: false,
            unsupported: None,
            rate_limited: None,
        }
    }

    /// 400 `invalid_request_error`.
    pub fn invalid(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, Kind::InvalidRequest, message)
    }

    /// The same error with a `code`.
    #[must_use]
    pub fn code(mut self, code: &str) -> Self {
        self.code = Some(code.to_owned());
        self
    }

    /// The same error with a `param`.
    #[must_use]
    pub fn param(mut self, param: impl Into<String>) -> Self {
        self.param = Some(param.into());
        self
    }

    /// The same error, made after the work began.
    #[must_use]
    pub fn executed(mut self) -> Self {
        self.executed = true;
        self
    }

    /// An injected fault or a broken fake.
    pub fn other(status: StatusCode, code: Option<&str>, message: impl Into<String>) -> Self {
        let kind = match status.as_u16() {
            402 => Kind::Card,
            400..=499 => Kind::InvalidRequest,
            _ => Kind::Api,
        };
        let mut error = Self::new(status, kind, message);
        error.code = code.map(str::to_owned);
        if code == Some("idempotency_key_in_use") {
            error.kind = Kind::Idempotency;
        }
        error
    }

    /// The body, members in alphabetical order as the service prints them. `log_url` names the request in the dashboard.
    pub fn body(&self, log_url: Option<&str>) -> Value {
        let mut members = (*self.members).clone();
        if let Some(code) = &self.code {
            members.insert("code".to_owned(), code.as_str().into());
            let doc = format!("https://stripe.com/docs/error-codes/{}", code.replace('_', "-"));
            members.insert("doc_url".to_owned(), doc.into());
        }
        members.insert("message".to_owned(), self.message.as_str().into());
        if let Some(param) = &self.param {
            members.insert("param".to_owned(), param.as_str().into());
        }
        if let Some(url) = log_url {
            members.insert("request_log_url".to_owned(), url.into());
        }
        members.insert("type".to_owned(), self.kind.as_str().into());
        members.sort_keys();
        serde_json::json!({ "error": members })
    }
}

/// Where the dashboard shows a request.
pub(crate) fn log_url(account: &str, request: &str, livemode: bool, at: Timestamp) -> String {
    let mode = if livemode { "" } else { "test/" };
    format!("https://dashboard.stripe.com/{account}/{mode}workbench/logs?object={request}&t={}", at.as_second())
}

/// A text as an error quotes it: at most 120 characters.
pub(super) fn shown(text: &str) -> String {
    text.chars().take(120).collect()
}

#[cfg(test)]
mod tests {
    use super::Error;

    #[test]
    fn members_stand_in_alphabetical_order() {
        let body = Error::missing("unit_amount").body(Some("https://x"));
        let keys: Vec<_> = body["error"].as_object().unwrap().keys().cloned().collect();
        assert_eq!(keys, ["code", "doc_url", "message", "param", "request_log_url", "type"]);
        assert_eq!(body["error"]["doc_url"], "https://stripe.com/docs/error-codes/parameter-missing");
    }
}
