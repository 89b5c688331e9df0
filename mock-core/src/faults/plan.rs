//! What a fault plan says: which exchanges it meets, how often, and what happens to them. Pure data and a pure match.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// Which exchanges a plan meets. All conditions must hold.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Matcher {
    /// Only this fake's: `event-api`, `dataverse`, `entra`, `stripe`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fake: Option<String>,
    /// Only this operation of the fake's contract, such as `finalizeRegistrationPayment`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub operation: Option<String>,
    /// Only this method.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub method: Option<String>,
    /// Only targets in which this text stands.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// Only requests in whose target or body this text stands, such as a purchase id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
}

/// Whether the fake did its work before the fault struck.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum When {
    /// The fake never sees the request.
    #[default]
    BeforeCommit,
    /// The fake does its work; only its answer is lost or changed.
    AfterCommit,
}

/// What happens to an exchange.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Effect {
    /// This answer is given. Without a body the fake words the error in its own dialect.
    Answer {
        /// The status.
        status: u16,
        /// The error code of the dialect, such as `0x80072322`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        code: Option<String>,
        /// The error's text.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        message: Option<String>,
        /// More headers, such as `Retry-After`.
        #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
        headers: BTreeMap<String, String>,
        /// The exact body.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        body: Option<String>,
    },
    /// The answer is late by so many milliseconds of real time.
    Delay {
        /// Milliseconds.
        millis: u64,
    },
    /// The connection is reset without an answer.
    Reset,
    /// The answer's body ends after so many bytes, though its length promised more.
    CutBody {
        /// Bytes.
        after: usize,
    },
}

/// A fault plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Plan {
    /// Which exchanges it meets.
    #[serde(default, rename = "match")]
    pub matcher: Matcher,
    /// How many matching exchanges pass unharmed first.
    #[serde(default)]
    pub skip: u32,
    /// How many are then met; `None` until the plan is taken away.
    #[serde(default = "once")]
    pub times: Option<u32>,
    /// Before or after the fake did its work.
    #[serde(default)]
    pub when: When,
    /// What happens to them.
    pub effect: Effect,
}

#[expect(clippy::unnecessary_wraps, reason = "serde wants the field's own type")]
fn once() -> Option<u32> {
    Some(1)
}

impl Matcher {
    /// Whether an exchange meets every condition.
    pub fn matches(&self, fake: &str, operation: Option<&str>, method: &str, target: &str, body: &[u8]) -> bool {
        self.fake.as_deref().is_none_or(|want| want == fake)
            && self.operation.as_deref().is_none_or(|want| Some(want) == operation)
            && self.method.as_deref().is_none_or(|want| want.eq_ignore_ascii_case(method))
            && self.path.as_deref().is_none_or(|want| target.contains(want))
            && self
                .text
                .as_deref()
                .is_none_or(|want| target.contains(want) || memchr::memmem::find(body, want.as_bytes()).is_some())
    }
}

impl Effect {
    /// The effect in a few words, for the journal.
    pub fn describe(&self) -> String {
        match self {
            Self::Answer { status, code, .. } => {
                code.as_ref().map_or_else(|| format!("answer {status}"), |code| format!("answer {status} {code}"))
            }
            Self::Delay { millis } => format!("late by {millis} ms"),
            Self::Reset => "connection reset".to_owned(),
            Self::CutBody { after } => format!("body cut after {after} bytes"),
        }
    }
}
