//! The shapes that the control API takes and gives.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::clock::ClockMode;
use crate::contract::Violation;
use crate::faults::PlanStatus;
use crate::journal::{Direction, Entry, Headers, Summary};
use crate::redact::Secrets;
use crate::scheduler::Job;
use crate::switches::{Setting, Switch};

/// The state of a world.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct WorldView {
    /// The seed of the run.
    pub seed: u64,
    /// How time passes.
    pub clock: ClockMode,
    /// The world's time.
    pub now: Timestamp,
    /// Real time.
    pub wall: Timestamp,
    /// Seconds that the world's time was moved by.
    pub advanced_seconds: i64,
    /// Whether exchanges are held against their contracts.
    pub guard: bool,
    /// Where each face listens.
    pub places: BTreeMap<String, String>,
    /// How full the journal is.
    pub journal: Summary,
}

/// Moves the clock.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Advance {
    /// By how much: `31m`, `2h 5m`, `3d`, or ISO 8601 (`PT31M`).
    pub by: String,
}

impl Advance {
    /// The span in the text; days count 24 hours.
    pub fn span(&self) -> Result<SignedDuration, String> {
        let wrong =
            |error: jiff::Error| format!("{:?} is not a duration ({error}); write 31m, 2h 5m, 3d or PT31M", self.by);
        let span: jiff::Span = self.by.parse().map_err(wrong)?;
        let span = span.to_duration(jiff::SpanRelativeTo::days_are_24_hours()).map_err(wrong)?;
        if span.is_negative() {
            return Err(format!("{:?} goes back in time; the clock only moves forward", self.by));
        }
        Ok(span)
    }
}

/// One piece of scheduled work.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct JobView {
    /// When it falls due, in the world's time.
    pub due: Timestamp,
    /// What kind of work.
    pub kind: String,
    /// What it is about.
    pub subject: String,
}

impl From<Job> for JobView {
    fn from(job: Job) -> Self {
        Self { due: job.due, kind: job.kind.to_owned(), subject: job.subject }
    }
}

/// One exchange, with secrets masked.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct EntryView {
    /// Its number in the one order.
    pub seq: u64,
    /// The fake that took part.
    pub fake: String,
    /// Who began it.
    pub direction: Direction,
    /// The operation of the contract.
    pub operation: Option<String>,
    /// When it began, in the world's time.
    pub at: Timestamp,
    /// When it began, in real time.
    pub wall: Timestamp,
    /// How long it took, in microseconds; null while open.
    pub micros: Option<u64>,
    /// The other side.
    pub peer: String,
    /// The request.
    pub request: MessageView,
    /// The answer's status; null when there was none.
    pub status: Option<u16>,
    /// The answer.
    pub answer: Option<MessageView>,
    /// Why there was no answer.
    pub failure: Option<String>,
    /// The GUIDs it is about.
    pub subjects: Vec<Uuid>,
    /// Where it broke its contract.
    pub violations: Vec<Violation>,
    /// The fault that was applied.
    pub fault: Option<String>,
    /// What is not supported.
    pub unsupported: Vec<String>,
    /// Remarks.
    pub notes: Vec<String>,
}

/// One side of an exchange.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct MessageView {
    /// The method, of a request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub method: Option<String>,
    /// Path and query (or the whole URL), of a request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target: Option<String>,
    /// Headers in the order received.
    pub headers: Vec<(String, String)>,
    /// The body as text; bytes that are no UTF-8 are replaced.
    pub body: String,
}

impl MessageView {
    /// The first header of this name (lower case).
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(is, _)| is == name).map(|(_, value)| value.as_str())
    }
}

impl EntryView {
    /// The view of an entry.
    pub fn of(entry: &Entry, secrets: &Secrets) -> Self {
        let headers = |headers: &Headers| {
            headers
                .iter()
                .map(|(name, value)| (name.to_string(), secrets.mask_header(name, &String::from_utf8_lossy(value))))
                .collect()
        };
        let text = |bytes: &[u8]| secrets.mask(&String::from_utf8_lossy(bytes));
        Self {
            seq: entry.seq,
            fake: entry.fake.to_owned(),
            direction: entry.direction,
            operation: entry.operation.clone(),
            at: entry.at,
            wall: entry.wall,
            micros: entry.micros,
            peer: entry.peer.to_string(),
            request: MessageView {
                method: Some(entry.request.method.to_string()),
                target: Some(secrets.mask(&entry.request.target)),
                headers: headers(&entry.request.headers),
                body: text(&entry.request.body),
            },
            status: entry.answer.as_ref().map(|answer| answer.status.as_u16()),
            answer: entry.answer.as_ref().map(|answer| MessageView {
                method: None,
                target: None,
                headers: headers(&answer.headers),
                body: text(&answer.body),
            }),
            failure: entry.failure.clone(),
            subjects: entry.subjects.clone(),
            violations: entry.violations.clone(),
            fault: entry.fault.clone(),
            unsupported: entry.unsupported.clone(),
            notes: entry.notes.iter().map(|note| secrets.mask(note)).collect(),
        }
    }
}

/// Entries of the journal.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct JournalView {
    /// How full it is.
    pub summary: Summary,
    /// Oldest first.
    pub entries: Vec<EntryView>,
    /// Numbers of exchanges that were not over at that moment, whomever they are about; the control API's own left out. Who asks later with
    /// `after` (the newest number so far) and `again` (these) reads what has changed and nothing else.
    #[serde(default)]
    pub open: Vec<u64>,
}

/// Several questions in one call.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reads {
    /// What to GET, with queries: `/v1/journal?last=5` (1 to 1,000 of them).
    pub paths: Vec<String>,
}

/// The answers to several questions, in their order: a tuple of what each answers, or a list where all answer alike.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answers<T> {
    /// One for each path.
    pub answers: T,
}

/// Waits for silence.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Quiet {
    /// Only exchanges about these GUIDs count; all when empty.
    pub subjects: Vec<Uuid>,
    /// How long it must be silent, in milliseconds of real time.
    pub settle_ms: u64,
    /// How long to wait for that at most.
    pub limit_ms: u64,
}

/// Whether silence came.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Quieted {
    /// False when the limit passed first.
    pub quiet: bool,
}

/// The number of a new plan.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Numbered {
    /// The number.
    pub id: u64,
}

/// All fault plans.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct FaultsView {
    /// In the order they were added, spent ones included.
    pub plans: Vec<PlanStatus>,
}

/// A switch: what it is and where it stands.
#[derive(Clone, Debug, Serialize)]
pub struct SwitchView {
    /// The switch.
    #[serde(flatten)]
    pub switch: Switch,
    /// Where it stands.
    pub setting: Setting,
}

/// Sets a switch.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SetSwitch {
    /// The value.
    pub value: String,
    /// Only for this purchase or event; for everything when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
}

/// Switches the contract guard.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SetGuard {
    /// Whether exchanges are held against their contracts.
    pub on: bool,
}

/// What the control API answers when it refuses.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ErrorView {
    /// The error.
    pub error: ErrorDetail,
}

/// What was wrong and what would be right.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ErrorDetail {
    /// What was wrong.
    pub message: String,
    /// What would be right.
    pub hint: String,
}

#[cfg(test)]
mod tests {
    use super::Advance;

    #[track_caller]
    fn check(text: &str, seconds: Option<i64>) {
        let span = Advance { by: text.to_owned() }.span();
        assert_eq!(span.ok().map(|span| span.as_secs()), seconds, "{text}");
    }

    #[test]
    fn spans_in_the_usual_spellings() {
        check("31m", Some(31 * 60));
        check("2h 5m", Some(125 * 60));
        check("3d", Some(3 * 86_400));
        check("PT31M", Some(31 * 60));
        check("-1m", None);
        check("soon", None);
        check("", None);
    }
}
