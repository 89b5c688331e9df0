//! Access tokens by the client-credentials grant, cached, renewed early, fetched once for all who wait.

use std::sync::Arc;
use std::time::{Duration, Instant};

use parking_lot::Mutex;
use serde::Deserialize;
use url::Url;

use super::http::Http;
use super::retry::{Passing, Setback, persist};
use crate::clock::{self, Deadline};
use crate::config::{Config, Limits};
use crate::defects::Hooks;
use crate::secret::Secret;

/// Lifetime assumed when the answer names none, in seconds.
const SHORT_LIFE: u64 = 300;

/// Longest lifetime believed, in seconds.
const LONG_LIFE: u64 = 86_400;

/// A token is renewed this long before its end, or after four fifths of a short life.
const EARLY: Duration = Duration::from_secs(300);

/// Fetches and keeps the token for Dataverse.
#[derive(Debug)]
pub(crate) struct TokenClient {
    http: Http,
    limits: Limits,
    url: Url,
    form: Secret,
    kept: Mutex<Option<Token>>,
    fetching: tokio::sync::Mutex<()>,
    hooks: Arc<Hooks>,
}

#[derive(Debug, Clone)]
struct Token {
    text: Secret,
    renew_at: Instant,
}

/// Why there is no token.
#[derive(Debug, thiserror::Error)]
pub(crate) enum TokenError {
    /// Refused: wrong client, secret, tenant or scope.
    #[error("the token endpoint refused with status {status} ({error})")]
    Refused { status: u16, error: String },
    /// Answered, but not with a token.
    #[error("the token endpoint's answer is unreadable")]
    Unreadable,
    #[error("the token endpoint: {0}")]
    Passing(#[from] Passing),
}

#[derive(Deserialize)]
struct Granted {
    access_token: String,
    expires_in: Option<Seconds>,
}

/// The v2 endpoint sends a number, the v1 endpoint a string.
#[derive(Deserialize)]
#[serde(untagged)]
enum Seconds {
    Number(u64),
    Text(String),
    Other(serde::de::IgnoredAny),
}

#[derive(Deserialize)]
struct Denied {
    error: String,
}

impl TokenClient {
    pub(crate) fn new(http: Http, config: &Config, hooks: Arc<Hooks>) -> Self {
        let form = form_urlencoded::Serializer::new(String::new())
            .append_pair("grant_type", "client_credentials")
            .append_pair("client_id", &config.client_id)
            .append_pair("client_secret", config.client_secret.expose())
            .append_pair("scope", &config.scope())
            .finish();
        Self {
            http,
            limits: config.limits,
            url: config.token_url.clone(),
            form: Secret::new(form),
            kept: Mutex::new(None),
            fetching: tokio::sync::Mutex::new(()),
            hooks,
        }
    }

    /// A token that should be good; one fetch serves all callers that wait for it.
    pub(crate) async fn get(&self, deadline: Deadline) -> Result<Secret, TokenError> {
        if let Some(text) = self.fresh() {
            return Ok(text);
        }
        let _turn = self.fetching.lock().await;
        if let Some(text) = self.fresh() {
            return Ok(text);
        }
        let token = persist(&self.limits, deadline, || self.fetch(deadline)).await?;
        let text = token.text.clone();
        *self.kept.lock() = Some(token);
        Ok(text)
    }

    /// Forgets a token that was refused, unless another caller has already replaced it.
    pub(crate) fn forget(&self, refused: &Secret) {
        let mut kept = self.kept.lock();
        if self.hooks.forgets_refused_tokens() && kept.as_ref().is_some_and(|token| token.text == *refused) {
            *kept = None;
        }
    }

    fn fresh(&self) -> Option<Secret> {
        let kept = self.kept.lock();
        kept.as_ref()
            .filter(|token| self.hooks.keeps_tokens() && clock::now() < token.renew_at)
            .map(|token| token.text.clone())
    }

    async fn fetch(&self, deadline: Deadline) -> Result<Token, Setback<TokenError>> {
        let request = self
            .http
            .post(self.url.clone())
            .header("accept", "application/json")
            .header("content-type", "application/x-www-form-urlencoded")
            .body(self.form.expose().to_owned());
        let answer = self.http.exchange(request, deadline).await?;
        match answer.status.as_u16() {
            200 => granted(&answer.body)
                .filter(|_| self.hooks.reads_token(&answer.body))
                .ok_or(Setback::Final(TokenError::Unreadable)),
            status @ (408 | 429 | 500..) => {
                let reason = format!("the token endpoint answered {status}");
                Err(Passing::busy(reason, answer.retry_after()).into())
            }
            status => {
                let error = serde_json::from_slice::<Denied>(&answer.body)
                    .map_or_else(|_| "no reason given".into(), |denied| shortened(&denied.error));
                Err(Setback::Final(TokenError::Refused { status, error }))
            }
        }
    }
}

fn granted(body: &[u8]) -> Option<Token> {
    let granted: Granted = serde_json::from_slice(body).ok()?;
    let sendable = granted.access_token.bytes().all(|byte| byte.is_ascii_graphic());
    if granted.access_token.is_empty() || !sendable {
        return None;
    }
    Some(Token { text: Secret::new(granted.access_token), renew_at: clock::now() + use_for(granted.expires_in) })
}

fn use_for(expires_in: Option<Seconds>) -> Duration {
    let life = match expires_in {
        Some(Seconds::Number(seconds)) => seconds,
        Some(Seconds::Text(text)) => text.trim().parse().unwrap_or(SHORT_LIFE),
        Some(Seconds::Other(_)) | None => SHORT_LIFE,
    };
    let life = Duration::from_secs(life.min(LONG_LIFE));
    life.saturating_sub(EARLY).max(life * 4 / 5)
}

fn shortened(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(80).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(json: &str, expected: Option<u64>) {
        let granted: Option<Granted> = serde_json::from_str(json).ok();
        let seconds = granted.map(|granted| use_for(granted.expires_in).as_secs());
        assert_eq!(seconds, expected, "{json}");
    }

    #[test]
    fn lifetimes_are_read_as_number_or_text() {
        check(r#"{"access_token":"a","expires_in":3599}"#, Some(3299));
        check(r#"{"access_token":"a","expires_in":"3599"}"#, Some(3299));
        check(r#"{"access_token":"a","expires_in":60}"#, Some(48));
        check(r#"{"access_token":"a","expires_in":0}"#, Some(0));
        check(r#"{"access_token":"a"}"#, Some(240));
        check(r#"{"access_token":"a","expires_in":"soon"}"#, Some(240));
        check(r#"{"access_token":"a","expires_in":-1}"#, Some(240));
        check(r#"{"access_token":"a","expires_in":{}}"#, Some(240));
        check(r#"{"expires_in":1}"#, None);
    }

    #[test]
    fn a_token_that_cannot_travel_is_none() {
        assert!(granted(br#"{"access_token":""}"#).is_none());
        assert!(granted(br#"{"access_token":"a\nb"}"#).is_none());
        assert!(granted(b"<html>").is_none());
        assert!(granted(br#"{"access_token":"a.b-c"}"#).is_some());
    }
}
