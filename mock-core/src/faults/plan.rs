//! What a fault plan says: which exchanges it meets, how often, and what happens to them. Pure data and a pure match.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use thiserror::Error;

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
    /// Only requests with the `Authorization` of the first request that the plan met: what a token meets that was revoked, and a fresh one does
    /// not.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub same_token: bool,
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
    /// New connections find a certificate that no client should take, and those that are open are closed. The plan counts connections instead of
    /// exchanges, and can be told a fake only: there is no request yet. It needs a listener that speaks https.
    Certificate {
        /// What is wrong with it.
        flaw: Flaw,
    },
}

/// What is wrong with a server's certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Flaw {
    /// It is made out to another host.
    WrongName,
    /// It was good until a month ago.
    Expired,
    /// No authority signed it, only its own key.
    SelfMade,
}

impl Flaw {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::WrongName, Self::Expired, Self::SelfMade];

    /// The certificate in a few words, for the journal.
    pub fn describe(self) -> &'static str {
        match self {
            Self::WrongName => "certificate with a wrong name",
            Self::Expired => "expired certificate",
            Self::SelfMade => "self-made certificate",
        }
    }
}

/// Why a plan can never meet anything.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum PlanError {
    /// A condition about requests, where there is none yet.
    #[error("a certificate is shown before there is a request: `match` can name a `fake`, and nothing else")]
    Condition,
    /// The other order makes no sense.
    #[error("a certificate is shown before there is a request: `when` cannot be after-commit")]
    When,
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

impl Plan {
    /// Whether the plan can meet anything.
    pub fn check(&self) -> Result<(), PlanError> {
        if !matches!(self.effect, Effect::Certificate { .. }) {
            return Ok(());
        }
        match self.when {
            When::AfterCommit => Err(PlanError::When),
            When::BeforeCommit if self.matcher.is_about_requests() => Err(PlanError::Condition),
            When::BeforeCommit => Ok(()),
        }
    }

    /// The flaw that a new connection of a fake finds, where this plan is about connections.
    pub(super) fn flaw_for(&self, fake: &str) -> Option<Flaw> {
        let Effect::Certificate { flaw } = self.effect else { return None };
        let meets = self.check().is_ok() && self.matcher.fake.as_deref().is_none_or(|want| want == fake);
        meets.then_some(flaw)
    }
}

impl Matcher {
    fn is_about_requests(&self) -> bool {
        self.operation.is_some()
            || self.method.is_some()
            || self.path.is_some()
            || self.text.is_some()
            || self.same_token
    }

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
            Self::Certificate { flaw } => flaw.describe().to_owned(),
        }
    }
}
