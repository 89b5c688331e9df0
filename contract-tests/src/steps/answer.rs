//! What the service answered to one visit.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::check::http::{Outcome, outcome};
use crate::check::text::excerpt;

/// What the service answered to one visit. Redirects are not followed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// The method of the visit.
    pub method: String,
    /// The URL that was visited.
    pub url: String,
    /// The return URL that the visit gave, decoded once.
    pub return_url: Option<String>,
    /// The status.
    pub status: u16,
    /// The headers, names in lower case, in the order received.
    pub headers: Vec<(String, String)>,
    /// The body as text, at most 64 KiB of it.
    pub body: String,
    /// How long it took in real time, in milliseconds.
    pub millis: u64,
}

impl Answer {
    /// The first header of this name (lower case).
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(is, _)| is == name).map(|(_, value)| value.as_str())
    }

    /// The `Location` header.
    pub fn location(&self) -> Option<&str> {
        self.header("location")
    }

    /// What its status counts as.
    pub fn outcome(&self) -> Outcome {
        outcome(self.status)
    }
}

impl fmt::Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.status)?;
        match self.location() {
            Some("") => f.write_str(", with an empty Location"),
            Some(location) => write!(f, ", Location {location}"),
            None => match excerpt(&self.body) {
                said if said.is_empty() => Ok(()),
                said => write!(f, ", {said}"),
            },
        }
    }
}
