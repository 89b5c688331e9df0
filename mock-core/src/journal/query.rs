//! Which entries of the journal somebody wants to see: a pure filter.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use thiserror::Error;
use uuid::Uuid;

use super::entry::{CONTROL, Direction, Entry};

/// All conditions must hold; an empty filter lets everything through but the control API's own exchanges.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Filter {
    /// Only entries after this number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<u64>,
    /// Numbers up to `after` that count all the same: whoever asks for news names here what was open when it looked before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub again: Option<Numbers>,
    /// Only this fake's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fake: Option<String>,
    /// Only this direction.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub direction: Option<Direction>,
    /// Only this operation of the contract.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub operation: Option<String>,
    /// Only this method.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub method: Option<String>,
    /// Only targets in which this text stands.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// Only entries in whose target, headers or bodies this text stands. Secrets can be searched for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// Only entries about this GUID.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subject: Option<Uuid>,
    /// Only answers with this status.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// Only entries that broke a contract, met a fault, or asked for what is not supported.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub remarkable: Option<bool>,
    /// The newest so many.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last: Option<usize>,
}

/// Numbers of entries, written with commas between them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Numbers(pub Vec<u64>);

/// A text that is no list of numbers.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{0:?} is not a number of an entry: write numbers with commas between them, as 12,15")]
pub struct NoNumbers(String);

impl TryFrom<String> for Numbers {
    type Error = NoNumbers;

    fn try_from(text: String) -> Result<Self, NoNumbers> {
        let numbers = text.split(',').filter(|part| !part.is_empty());
        let read = |part: &str| part.trim().parse().map_err(|_| NoNumbers(part.to_owned()));
        numbers.map(read).collect::<Result<_, _>>().map(Self)
    }
}

impl From<Numbers> for String {
    fn from(numbers: Numbers) -> Self {
        let written: Vec<String> = numbers.0.iter().map(ToString::to_string).collect();
        written.join(",")
    }
}

impl Filter {
    /// Only entries about this GUID.
    pub fn about(subject: Uuid) -> Self {
        Self { subject: Some(subject), ..Self::default() }
    }

    /// Where the control API answers with what this lets through.
    pub fn path(&self) -> String {
        // Plain data with text keys; turning it into JSON does not fail.
        let members = serde_json::to_value(self).unwrap_or_default();
        let mut query = form_urlencoded::Serializer::new(String::new());
        for (name, value) in members.as_object().into_iter().flatten() {
            query.append_pair(name, &value.as_str().map_or_else(|| value.to_string(), str::to_owned));
        }
        format!("/v1/journal?{}", query.finish())
    }

    /// Whether an entry of this number counts as far as [`Filter::after`] and [`Filter::again`] go.
    fn is_news(&self, seq: u64) -> bool {
        let again = || self.again.as_ref().is_some_and(|numbers| numbers.0.contains(&seq));
        self.after.is_none_or(|after| seq > after || again())
    }

    pub(crate) fn apply(&self, entries: Vec<Arc<Entry>>) -> Vec<Arc<Entry>> {
        let mut found: Vec<_> = entries.into_iter().filter(|entry| self.lets_through(entry)).collect();
        if let Some(last) = self.last {
            found.drain(..found.len().saturating_sub(last));
        }
        found
    }

    /// Whether an entry meets every condition.
    pub fn lets_through(&self, entry: &Entry) -> bool {
        let same = |want: &Option<String>, is: &str| want.as_deref().is_none_or(|want| want == is);
        let fake = self.fake.as_deref().map_or(entry.fake != CONTROL, |fake| fake == entry.fake);
        fake && self.is_news(entry.seq)
            && self.direction.is_none_or(|direction| direction == entry.direction)
            && self.operation.as_deref().is_none_or(|operation| entry.operation.as_deref() == Some(operation))
            && same(&self.method, entry.request.method.as_str())
            && self.path.as_deref().is_none_or(|path| entry.request.target.contains(path))
            && self.subject.is_none_or(|subject| entry.subjects.contains(&subject))
            && self
                .status
                .is_none_or(|status| entry.answer.as_ref().is_some_and(|answer| answer.status.as_u16() == status))
            && self.remarkable.is_none_or(|remarkable| remarkable == is_remarkable(entry))
            && self.text.as_deref().is_none_or(|text| holds(entry, text.as_bytes()))
    }
}

fn is_remarkable(entry: &Entry) -> bool {
    !entry.violations.is_empty() || !entry.unsupported.is_empty() || entry.fault.is_some()
}

fn holds(entry: &Entry, text: &[u8]) -> bool {
    let within = |bytes: &[u8]| memchr::memmem::find(bytes, text).is_some();
    let answer = entry.answer.as_ref();
    within(entry.request.target.as_bytes())
        || within(&entry.request.body)
        || answer.is_some_and(|answer| within(&answer.body))
        || entry
            .request
            .headers
            .iter()
            .chain(answer.iter().flat_map(|answer| answer.headers.iter()))
            .any(|(_, value)| within(value))
}
