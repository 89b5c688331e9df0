//! The page's own calls to the Event API, for visitors without script: only what `fixtures/openapi/event-api.yaml` documents.

use std::time::Duration;

use bytes::BytesMut;
use http::StatusCode;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use reqwest::RequestBuilder;
use serde::Serialize;
use serde::de::DeserializeOwned;
use thiserror::Error;

use crate::model::{Event, Outcome, Pass, Question, Refusal, Session};
use crate::server::Config;

/// The longest answer that is read.
const MOST_ANSWER: usize = 4 * 1024 * 1024;
/// How long a call may take.
const PATIENCE: Duration = Duration::from_secs(10);
/// What may stand in a path as it is.
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// The Event API as one web application sees it.
#[derive(Clone, Debug)]
pub(crate) struct Api {
    pub(crate) base: String,
    pub(crate) token: String,
    client: reqwest::Client,
}

/// Why a call came to nothing.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub(crate) enum ApiError {
    /// Nobody answers, or not in time, or too much.
    #[error("The Event API cannot be reached: {0}.")]
    Unreachable(String),
    /// It says no.
    #[error("The Event API refused ({status}): {message}")]
    Refused { status: StatusCode, message: String, code: Option<String> },
    /// It says something that its document does not know.
    #[error("The Event API's answer cannot be read: {0}.")]
    Unreadable(String),
}

impl Api {
    pub(crate) fn new(config: Config) -> Self {
        Self { base: config.event_api, token: config.token, client: config.client }
    }

    /// Every live event.
    pub(crate) async fn events(&self) -> Result<Vec<Event>, ApiError> {
        self.get("/events/published").await
    }

    /// One live event.
    pub(crate) async fn event(&self, id: &str) -> Result<Event, ApiError> {
        self.get(&format!("/events/{}", segment(id))).await
    }

    /// Its passes.
    pub(crate) async fn passes(&self, id: &str) -> Result<Vec<Pass>, ApiError> {
        self.get(&format!("/events/{}/passes", segment(id))).await
    }

    /// Its sessions.
    pub(crate) async fn sessions(&self, id: &str) -> Result<Vec<Session>, ApiError> {
        self.get(&format!("/events/{}/sessions", segment(id))).await
    }

    /// What it asks of those who register.
    pub(crate) async fn questions(&self, id: &str) -> Result<Vec<Question>, ApiError> {
        self.get(&format!("/events/{}/custom-registration-fields", segment(id))).await
    }

    /// How many are registered for it.
    pub(crate) async fn registered(&self, id: &str) -> Result<u64, ApiError> {
        self.get(&format!("/events/{}/registrations/count", segment(id))).await
    }

    /// Registers; where to pay, when there is something to pay.
    pub(crate) async fn register(&self, id: &str, body: &impl Serialize) -> Result<Option<String>, ApiError> {
        let call = self.client.post(self.url(&format!("/events/{}/registrations", segment(id)))).json(body);
        let outcome: Outcome = answer(call).await?;
        let refused = |(message, code)| ApiError::Refused { status: StatusCode::OK, message, code };
        let Some(link) = outcome.read().map_err(refused)? else { return Ok(None) };
        match url::Url::parse(&link) {
            Ok(url) if matches!(url.scheme(), "http" | "https") => Ok(Some(url.into())),
            _ => Err(ApiError::Unreadable(format!("redirectUrl is no web address: {link}"))),
        }
    }

    async fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T, ApiError> {
        answer(self.client.get(self.url(path))).await
    }

    /// The token is opaque: it goes out as it was given, whatever its length.
    fn url(&self, path: &str) -> String {
        format!("{}{path}?emApplicationtoken={}", self.base, segment(&self.token))
    }
}

/// A text that can stand as one segment of a path, or one value of a query.
pub(crate) fn segment(text: &str) -> String {
    utf8_percent_encode(text, SEGMENT).to_string()
}

async fn answer<T: DeserializeOwned>(call: RequestBuilder) -> Result<T, ApiError> {
    // An error's text names the URL, and with it the token.
    let unreachable = |error: reqwest::Error| ApiError::Unreachable(error.without_url().to_string());
    let mut response = call.timeout(PATIENCE).send().await.map_err(unreachable)?;
    let status = response.status();
    let mut body = BytesMut::new();
    while let Some(chunk) = response.chunk().await.map_err(unreachable)? {
        if body.len() + chunk.len() > MOST_ANSWER {
            return Err(ApiError::Unreachable("it answers too much".to_owned()));
        }
        body.extend_from_slice(&chunk);
    }
    if status.is_success() {
        return serde_json::from_slice(&body).map_err(|error| ApiError::Unreadable(error.to_string()));
    }
    let refusal: Refusal = serde_json::from_slice(&body).unwrap_or_default();
    let message = refusal.message.or(refusal.detail);
    let message = message.unwrap_or_else(|| status.canonical_reason().unwrap_or("no reason given").to_owned());
    Err(ApiError::Refused { status, message, code: refusal.code })
}

#[cfg(test)]
mod tests {
    use super::segment;

    #[test]
    fn ids_stay_one_segment() {
        assert_eq!(segment("Paid_Event1"), "Paid_Event1");
        assert_eq!(segment("../a b?c#d/é"), "..%2Fa%20b%3Fc%23d%2F%C3%A9");
    }
}
