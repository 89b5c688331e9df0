//! The contract guard's types, as the exchange layer uses them.

use http::{HeaderMap, Method, StatusCode};
use serde::{Deserialize, Serialize};

/// Where an exchange broke its contract.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Violation {
    /// The operation, where one matched.
    pub operation: Option<String>,
    /// Whose side broke it.
    pub side: Side,
    /// Where, such as `query purchaseId`.
    pub place: String,
    /// What was wrong.
    pub message: String,
}

/// A side of an exchange.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Side {
    /// The request.
    Request,
    /// The answer.
    Answer,
}

impl std::fmt::Display for Violation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.place, self.message)
    }
}

/// A request as it is checked.
#[derive(Clone, Copy, Debug)]
pub struct RequestView<'a> {
    /// Method.
    pub method: &'a Method,
    /// Path.
    pub path: &'a str,
    /// Query.
    pub query: Option<&'a str>,
    /// Headers.
    pub headers: &'a HeaderMap,
    /// Body.
    pub body: &'a [u8],
}

/// An answer as it is checked.
#[derive(Clone, Copy, Debug)]
pub struct AnswerView<'a> {
    /// Status.
    pub status: StatusCode,
    /// Headers.
    pub headers: &'a HeaderMap,
    /// Body.
    pub body: &'a [u8],
}

/// A compiled contract.
#[derive(Clone, Debug)]
pub struct Contract;

impl Contract {
    /// Compiles a document.
    pub fn parse(_name: &str, _text: &str) -> Result<Self, String> {
        Err("no documents yet".to_owned())
    }

    /// The operation that a request is for.
    pub fn operation_id(&self, _method: &Method, _path: &str) -> Option<&str> {
        None
    }

    /// What is wrong with a request.
    pub fn check_request(&self, _request: &RequestView<'_>) -> Vec<Violation> {
        Vec::new()
    }

    /// What is wrong with an answer.
    pub fn check_answer(&self, _request: &RequestView<'_>, _answer: &AnswerView<'_>) -> Vec<Violation> {
        Vec::new()
    }
}
