//! One departure from a contract, as the journal and the report show it.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Most violations that one check lists; what follows is counted in a last one.
pub(super) const MOST: usize = 100;

/// Which half of an exchange departs from the contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Side {
    /// What the client sent.
    Request,
    /// What the server answered.
    Answer,
}

/// One departure from a contract.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Violation {
    /// The `operationId`, when the path and method name one.
    pub operation: Option<String>,
    /// Request or answer.
    pub side: Side,
    /// Where: `query purchaseId`, `body /data/0/amount` (a JSON pointer), `header Location`, `status`, `path`.
    pub place: String,
    /// What is wrong there, without long or secret values.
    pub message: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(operation) = &self.operation {
            write!(f, "{operation}: ")?;
        }
        let side = match self.side {
            Side::Request => "request",
            Side::Answer => "answer",
        };
        write!(f, "{side}: {}: {}", self.place, self.message)
    }
}

/// Collects the violations of one check in the order in which they are found.
#[derive(Debug)]
pub(super) struct Findings<'a> {
    operation: Option<&'a str>,
    side: Side,
    list: Vec<Violation>,
    beyond: usize,
}

impl<'a> Findings<'a> {
    pub(super) fn new(operation: Option<&'a str>, side: Side) -> Self {
        Self { operation, side, list: Vec::new(), beyond: 0 }
    }

    pub(super) fn add(&mut self, place: impl Into<String>, message: impl Into<String>) {
        if self.list.len() == MOST {
            self.beyond += 1;
        } else {
            self.push(place.into(), message.into());
        }
    }

    /// Counts violations that are not listed.
    pub(super) fn leave_out(&mut self, beyond: usize) {
        self.beyond += beyond;
    }

    fn push(&mut self, place: String, message: String) {
        self.list.push(Violation { operation: self.operation.map(str::to_owned), side: self.side, place, message });
    }

    pub(super) fn finish(mut self) -> Vec<Violation> {
        if self.beyond > 0 {
            let more = self.beyond;
            self.push("more".to_owned(), format!("{more} more violations are not listed"));
        }
        self.list
    }
}
