//! Why a case ends before its last line.

use mock_core::control::ControlError;

/// Why a case cannot go on. What it checked before stays.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stop {
    /// A check failed that the rest builds on; it is recorded already.
    Failed,
    /// Our own bench broke: never the service's fault.
    Suite(String),
    /// What this run would need is not there; named.
    NotTestable(String),
    /// The service does not do what the clause is about; named.
    NotApplicable(String),
}

impl Stop {
    /// A fault of the bench.
    pub fn suite(what: impl std::fmt::Display) -> Self {
        Self::Suite(what.to_string())
    }
}

impl From<ControlError> for Stop {
    fn from(error: ControlError) -> Self {
        Self::Suite(error.to_string())
    }
}
