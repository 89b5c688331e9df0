//! One exchange as it was recorded: the request, the answer or why there was none, and what the world knows about it.

use std::sync::{Arc, LazyLock};

use bytes::Bytes;
use http::{Method, StatusCode};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::headers::Headers;

/// What the control API calls itself here: what it does is no part of what is watched.
pub(super) const CONTROL: &str = "control";

/// Who began an exchange.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Direction {
    /// A client called a fake.
    Inbound,
    /// A fake called somebody (a webhook delivery).
    Outbound,
}

/// A request, byte for byte.
#[derive(Clone, Debug, Default)]
pub struct Request {
    /// Its method.
    pub method: Method,
    /// Path and query as sent; the whole URL when a fake is the caller.
    pub target: String,
    /// Its headers.
    pub headers: Headers,
    /// Its body.
    pub body: Bytes,
}

impl Request {
    /// The path without host and query.
    pub fn path(&self) -> &str {
        let path = self.target.split(['?', '#']).next().unwrap_or_default();
        match path.split_once("://") {
            None => path,
            Some((_, rest)) => rest.find('/').and_then(|at| rest.get(at..)).unwrap_or("/"),
        }
    }

    /// The query without its question mark.
    pub fn query(&self) -> Option<&str> {
        let (_, query) = self.target.split_once('?')?;
        query.split('#').next()
    }
}

/// An answer, byte for byte.
#[derive(Clone, Debug)]
pub struct Answer {
    /// Its status.
    pub status: StatusCode,
    /// Its headers.
    pub headers: Headers,
    /// Its body.
    pub body: Bytes,
}

/// One exchange.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Its place in the one order, by when it began. Starts at 1, never reused.
    pub seq: u64,
    /// The fake that took part: `event-api`, `dataverse`, `entra`, `stripe`, `control`.
    pub fake: &'static str,
    /// Who began it.
    pub direction: Direction,
    /// The operation of the contract, where one matched.
    pub operation: Option<String>,
    /// When it began, in the world's time.
    pub at: Timestamp,
    /// When it began, in real time.
    pub wall: Timestamp,
    /// How long it took, in microseconds of real time; `None` while it is open.
    pub micros: Option<u64>,
    /// The other side: a socket address, or the host called.
    pub peer: Arc<str>,
    /// What was asked.
    pub request: Arc<Request>,
    /// What was answered; `None` while open, or when the connection broke.
    pub answer: Option<Answer>,
    /// Why there was no answer.
    pub failure: Option<String>,
    /// The GUIDs it is about: those seen in it, and those a fake knows it belongs to.
    pub subjects: Vec<Uuid>,
    /// Where the exchange broke its contract.
    pub violations: Vec<crate::contract::Violation>,
    /// The fault plan that was applied, if any.
    pub fault: Option<String>,
    /// What was asked for and is not supported; never empty silently.
    pub unsupported: Vec<String>,
    /// Remarks of the fake.
    pub notes: Vec<String>,
}

/// What an entry holds before it is filled in: shared, because one is made for each exchange.
static NOBODY: LazyLock<Arc<str>> = LazyLock::new(Arc::default);
static NOTHING: LazyLock<Arc<Request>> = LazyLock::new(Arc::default);

impl Entry {
    /// An entry that says nothing yet.
    pub(crate) fn empty() -> Self {
        Self {
            seq: 0,
            fake: "",
            direction: Direction::Inbound,
            operation: None,
            at: Timestamp::UNIX_EPOCH,
            wall: Timestamp::UNIX_EPOCH,
            micros: None,
            peer: Arc::clone(&NOBODY),
            request: Arc::clone(&NOTHING),
            answer: None,
            failure: None,
            subjects: Vec::new(),
            violations: Vec::new(),
            fault: None,
            unsupported: Vec::new(),
            notes: Vec::new(),
        }
    }

    /// Whether neither an answer nor a failure has been recorded yet.
    pub fn is_open(&self) -> bool {
        self.answer.is_none() && self.failure.is_none()
    }

    /// Bytes held for this entry, for the journal's bound.
    pub(crate) fn weight(&self) -> usize {
        let answer = self.answer.as_ref().map_or(0, |answer| answer.body.len() + answer.headers.len());
        512 + self.request.target.len() + self.request.body.len() + self.request.headers.len() + answer
    }
}

#[cfg(test)]
mod tests {
    use super::Request;
    use http::Method;

    #[track_caller]
    fn check(target: &str, path: &str, query: Option<&str>) {
        let request = Request { method: Method::GET, target: target.to_owned(), ..Request::default() };
        assert_eq!((request.path(), request.query()), (path, query));
    }

    #[test]
    fn path_and_query_of_both_forms() {
        check("/a/b?x=1", "/a/b", Some("x=1"));
        check("/a/b", "/a/b", None);
        check("http://host:1/hook?x=1", "/hook", Some("x=1"));
        check("http://host:1", "/", None);
    }
}
