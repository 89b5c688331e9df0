//! What a stranger sends straight to the service, with whatever method, headers and body. No fake is between, so only the answer is seen.

use std::fmt;
use std::time::Duration;

use bytes::Bytes;
use futures_util::stream::{self, StreamExt as _};
use http::Method;
use url::Url;

use super::raw::head;
use crate::check::http::{Outcome, outcome};
use crate::check::text::excerpt;
use crate::runner::Ctx;

/// The most of an answer's body that is kept.
const MOST_BODY: usize = 64 * 1024;
/// A body up to this length is written before anybody can hang up.
const MOST_UNREAD: usize = 16 * 1024;

/// One request of a stranger.
#[derive(Clone, Debug)]
pub struct Letter {
    method: Method,
    url: Url,
    headers: Vec<(&'static str, String)>,
    body: Bytes,
}

/// What the service answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    /// The status; `None` when there was no answer.
    pub status: Option<u16>,
    /// The headers, names in lower case, in the order received.
    pub headers: Vec<(String, String)>,
    /// The body as text, at most 64 KiB of it.
    pub body: String,
    /// Why there was no answer.
    pub failure: Option<String>,
    /// How long it took.
    pub took: Duration,
}

impl Letter {
    /// A POST to a URL.
    pub fn to(url: &Url) -> Self {
        Self { method: Method::POST, url: url.clone(), headers: Vec::new(), body: Bytes::new() }
    }

    /// With another method.
    #[must_use]
    pub fn method(mut self, method: Method) -> Self {
        self.method = method;
        self
    }

    /// With one more header; the same name twice stands there twice.
    #[must_use]
    pub fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// With this body.
    #[must_use]
    pub fn body(mut self, body: impl Into<Bytes>) -> Self {
        self.body = body.into();
        self
    }

    /// With this body as JSON.
    #[must_use]
    pub fn json(self, body: impl Into<Bytes>) -> Self {
        self.header("content-type", "application/json; charset=utf-8").body(body)
    }
}

impl Reply {
    /// Whether it is a refusal: any 4xx.
    pub fn is_refusal(&self) -> bool {
        self.status.is_some_and(|status| outcome(status) == Outcome::Refusal)
    }

    /// Whether the service was out of order: 5xx. 501 only says that a method is not known (RFC 9110 9.1).
    pub fn is_broken(&self) -> bool {
        self.status.is_some_and(|status| outcome(status) == Outcome::Broken && status != 501)
    }

    /// Whether it was taken.
    pub fn is_success(&self) -> bool {
        self.status.is_some_and(|status| outcome(status) == Outcome::Success)
    }

    /// The first header of this name (lower case).
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(is, _)| is == name).map(|(_, value)| value.as_str())
    }
}

impl fmt::Display for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(status) = self.status else {
            return write!(f, "no answer: {}", self.failure.as_deref().unwrap_or("unknown"));
        };
        write!(f, "{status}")?;
        match excerpt(&self.body) {
            said if said.is_empty() => Ok(()),
            said => write!(f, ", {said}"),
        }
    }
}

impl Ctx {
    /// Sends a stranger's request over a connection of its own, and waits for the answer for as long as one to a notification may take.
    pub async fn knock(&self, letter: Letter) -> Reply {
        // A service that refuses a body unread closes the connection; nobody is to be given it for another request.
        self.knock_over(&self.bench().strangers, letter.header("connection", "close")).await
    }

    /// Sends many requests without a body, so many at once, over as many connections; the answers come in any order. A connection that the service
    /// closes meanwhile is no finding: what it took along is asked again, over one of its own. What is not answered in time is not.
    pub async fn crowd(&self, letters: impl Iterator<Item = Letter>, at_once: usize) -> Vec<Reply> {
        let http = self.bench().separate_client();
        let limit = self.profile().budgets.webhook.0;
        let one = |letter: Letter| {
            let http = &http;
            async move {
                let reply = self.knock_over(http, letter.clone()).await;
                if reply.status.is_some() || reply.took >= limit { reply } else { self.knock(letter).await }
            }
        };
        stream::iter(letters).map(one).buffer_unordered(at_once).collect().await
    }

    async fn knock_over(&self, http: &reqwest::Client, letter: Letter) -> Reply {
        let again = (letter.body.len() > MOST_UNREAD).then(|| letter.clone());
        let Letter { method, url, headers, body } = letter;
        let began = self.moment();
        let mut call = http.request(method, url).timeout(self.profile().budgets.webhook.0).body(body);
        for (name, value) in headers {
            call = call.header(name, value);
        }
        let answered = async {
            let mut response = call.send().await?;
            let status = response.status().as_u16();
            let text = |value: &http::HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
            let headers = response.headers().iter().map(|(name, value)| (name.to_string(), text(value))).collect();
            let mut body = Vec::new();
            while body.len() < MOST_BODY
                && let Some(chunk) = response.chunk().await?
            {
                body.extend_from_slice(&chunk);
            }
            body.truncate(MOST_BODY);
            Ok::<_, reqwest::Error>((status, headers, String::from_utf8_lossy(&body).into_owned()))
        };
        let (status, headers, body, failure) = match answered.await {
            Ok((status, headers, body)) => (Some(status), headers, body, None),
            Err(error) => match again.filter(|_| !error.is_timeout()) {
                Some(letter) => self.pour(letter).await,
                None => (None, Vec::new(), String::new(), Some(super::act::root_of(&error))),
            },
        };
        Reply { status, headers, body, failure, took: self.moment().saturating_sub(began) }
    }

    /// Sends a long letter below any client. A service that refuses a body unread may hang up while it is still being written, and a client
    /// that notices drops the answer that came before.
    async fn pour(&self, letter: Letter) -> (Option<u16>, Vec<(String, String)>, String, Option<String>) {
        let mut lines: Vec<String> = letter.headers.iter().map(|(name, value)| format!("{name}: {value}")).collect();
        lines.push(format!("content-length: {}", letter.body.len()));
        let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
        let head = format!("{}\r\n", head(letter.method.as_str(), &letter.url, &lines));
        let mut wire = match self.try_wire(&letter.url).await {
            Ok(wire) => wire,
            Err(why) => return (None, Vec::new(), String::new(), Some(why)),
        };
        wire.write(head.as_bytes()).await;
        let told = wire.pour(&letter.body, letter.body.len(), b"", self.profile().budgets.webhook.0).await;
        let failure = told.status.is_none().then(|| told.to_string());
        (told.status, told.headers, told.body, failure)
    }
}
