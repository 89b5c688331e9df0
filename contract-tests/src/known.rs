//! Known failures: cases that a team has accepted for now, each with a reason. An entry that no longer fails, or has expired, is red.

use std::path::Path;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::model::{Case, Verdict};
use crate::report::Report;

/// The file of known failures.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Known {
    /// One entry for each accepted case.
    pub known: Vec<Entry>,
}

/// One accepted failure.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// The case id, exactly.
    pub case: String,
    /// Why it is accepted.
    pub reason: String,
    /// Who answers for it.
    #[serde(default)]
    pub owner: Option<String>,
    /// The last day on which it is accepted (UTC).
    #[serde(default)]
    pub expires: Option<String>,
}

/// What is wrong with a file of known failures.
#[derive(Debug, Error)]
pub enum KnownError {
    /// It cannot be read.
    #[error("failed to read the known failures {path}: {source}")]
    Read {
        /// Where.
        path: String,
        /// What the system said.
        source: std::io::Error,
    },
    /// It is not what such a file looks like. The message has line and column.
    #[error("the known failures {path} are not right:\n{message}")]
    Shape {
        /// Where.
        path: String,
        /// What, and where in it.
        message: String,
    },
    /// An entry has no meaning.
    #[error("the known failures {path} are not right: {message}")]
    Entry {
        /// Where.
        path: String,
        /// What.
        message: String,
    },
}

impl Known {
    /// Reads the file.
    pub fn read(path: &Path) -> Result<Self, KnownError> {
        let shown = path.display().to_string();
        let text = std::fs::read_to_string(path).map_err(|source| KnownError::Read { path: shown.clone(), source })?;
        Self::parse(&shown, &text)
    }

    /// Reads the file's text; `path` is only for messages.
    pub fn parse(path: &str, text: &str) -> Result<Self, KnownError> {
        let known: Self = toml::from_str(text).map_err(|error| KnownError::Shape {
            path: path.to_owned(),
            message: error.to_string().trim_end().to_owned(),
        })?;
        let wrong = |message: String| Err(KnownError::Entry { path: path.to_owned(), message });
        for (index, entry) in known.known.iter().enumerate() {
            if !crate::CASES.iter().any(|case: &&Case| case.id == entry.case) {
                return wrong(format!("no case is called {:?}; `payloop list` shows all of them", entry.case));
            }
            if entry.reason.trim().is_empty() {
                return wrong(format!("{} has no reason", entry.case));
            }
            if let Some(expires) = &entry.expires
                && expires.parse::<Date>().is_err()
            {
                return wrong(format!("{} expires on {expires:?}, which is no date; write 2027-01-31", entry.case));
            }
            if known.known.iter().take(index).any(|other| other.case == entry.case) {
                return wrong(format!("{} is listed twice", entry.case));
            }
        }
        Ok(known)
    }

    /// A file with an entry for every case of a report that did not hold, to be completed by a person: each asks for a reason and an owner.
    /// `expires` is the last day on which they are accepted.
    pub fn template(report: &Report, expires: Date) -> String {
        let mut text = String::from(
            "# Failures that are accepted for now. Say why, and who answers for it; an entry whose case passes again, or that\n\
             # has expired, makes the run red. Use it with: payloop certify --known FILE\n",
        );
        let mut listed: Vec<&str> = Vec::new();
        for case in &report.cases {
            if listed.contains(&case.id.as_str()) || !matches!(case.verdict, Verdict::Fail | Verdict::Warn) {
                continue;
            }
            listed.push(&case.id);
            let wrong = case.broken().next().map(|check| check.what.replace(['\n', '\r'], " ")).unwrap_or_default();
            let entry = format!(
                "\n# {} ({}): {wrong}\n[[known]]\ncase = \"{}\"\nreason = \"to be said: why is this accepted?\"\nowner = \"\"\nexpires = \"{expires}\"\n",
                case.title, case.verdict, case.id,
            );
            text.push_str(&entry);
        }
        if listed.is_empty() {
            text.push_str("\n# Nothing failed.\n");
        }
        text
    }

    /// The entry for a case.
    pub fn entry(&self, case: &str) -> Option<&Entry> {
        self.known.iter().find(|entry| entry.case == case)
    }
}

impl Entry {
    /// What a verdict becomes because of this entry, and why. `any_failed` says whether the case failed under any switch value: only when it
    /// failed under none is the entry stale.
    pub fn apply(&self, verdict: Verdict, any_failed: bool, today: Date) -> (Verdict, Option<String>) {
        let expired = self.expires.as_ref().and_then(|text| text.parse::<Date>().ok()).is_some_and(|last| today > last);
        let by = self
            .owner
            .as_ref()
            .filter(|owner| !owner.is_empty())
            .map(|owner| format!(" ({owner})"))
            .unwrap_or_default();
        match verdict {
            Verdict::Fail | Verdict::Warn if expired => {
                let until = self.expires.as_deref().unwrap_or_default();
                (Verdict::StaleKnown, Some(format!("accepted until {until}, which is over: {}{by}", self.reason)))
            }
            Verdict::Fail | Verdict::Warn => (Verdict::KnownFailing, Some(format!("{}{by}", self.reason))),
            Verdict::Pass if !any_failed => (
                Verdict::StaleKnown,
                Some(format!("it is listed as known failing, but it passes: take the entry out ({}{by})", self.reason)),
            ),
            other => (other, None),
        }
    }
}
