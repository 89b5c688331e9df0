//! What a case can end in.

use serde::{Deserialize, Serialize};

/// The verdict of a case. Only `pass` is green; nothing that was not judged looks like it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// Everything that was checked holds.
    Pass,
    /// A demand of the clause does not hold.
    Fail,
    /// A recommendation does not hold.
    Warn,
    /// The service does not declare what the clause is about.
    NotApplicable,
    /// This run lacks what the case needs; the reason says what.
    NotTestable,
    /// It fails, and the file of known failures says so.
    KnownFailing,
    /// The file of known failures says that it fails, but it does not any more, or the entry has expired.
    StaleKnown,
    /// The service is not connected to the bench, so nothing could be judged.
    ConfigError,
    /// The suite or a fake broke, so nothing could be judged.
    SuiteError,
}

impl Verdict {
    /// All of them, in the order of reports.
    pub const ALL: [Self; 9] = [
        Self::Pass,
        Self::Fail,
        Self::Warn,
        Self::NotApplicable,
        Self::NotTestable,
        Self::KnownFailing,
        Self::StaleKnown,
        Self::ConfigError,
        Self::SuiteError,
    ];

    /// The word in reports.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Fail => "fail",
            Self::Warn => "warn",
            Self::NotApplicable => "not-applicable",
            Self::NotTestable => "not-testable",
            Self::KnownFailing => "known-failing",
            Self::StaleKnown => "stale-known",
            Self::ConfigError => "config-error",
            Self::SuiteError => "suite-error",
        }
    }

    /// Whether it makes a run red.
    pub const fn is_red(self) -> bool {
        matches!(self, Self::Fail | Self::StaleKnown | Self::ConfigError | Self::SuiteError)
    }
}

impl std::fmt::Display for Verdict {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(self.name())
    }
}
