//! Reads journal entries: one line for people, and what a call to Dataverse meant.

use std::fmt::Write as _;

use mock_core::control::dto::EntryView;
use mock_core::journal::Direction;
use serde::{Deserialize, Deserializer};
use serde_json::Value;
use uuid::Uuid;

use super::outbound::legacy_finalize_of;

/// The unbound custom API that ends a payment.
pub const FINALIZE: &str = "msevtmgt_finalizeregistrationpayment";
/// The payment was rejected.
pub const CANCELLED: i64 = 100_000_000;
/// The money is there.
pub const COMPLETED: i64 = 100_000_001;

/// An exchange in one line.
pub fn line_of(entry: &EntryView) -> String {
    let arrow = if entry.direction == Direction::Inbound { "->" } else { "<-" };
    let end = match (entry.status, &entry.failure) {
        (Some(status), _) => status.to_string(),
        (None, Some(failure)) => format!("no answer: {failure}"),
        (None, None) => "open".to_owned(),
    };
    let mut line = format!(
        "#{} {arrow} {} {} {} {end}",
        entry.seq,
        entry.fake,
        entry.request.method.as_deref().unwrap_or("?"),
        entry.request.target.as_deref().unwrap_or("?"),
    );
    if let Some(finalize) = finalize_of(entry) {
        put(&mut line, format_args!(" [status {}]", finalize.status));
    }
    if entry.direction == Direction::Outbound
        && let Some(kind) = event_type(entry)
    {
        put(&mut line, format_args!(" [{kind}]"));
    }
    if let Some(fault) = &entry.fault {
        put(&mut line, format_args!(" [fault: {fault}]"));
    }
    for missing in &entry.unsupported {
        put(&mut line, format_args!(" [not supported: {missing}]"));
    }
    // What strangers sent makes no lines of its own here either.
    if line.contains(char::is_control) { line.replace(char::is_control, "\u{fffd}") } else { line }
}

/// Writing to a `String` cannot fail.
fn put(line: &mut String, arguments: std::fmt::Arguments<'_>) {
    line.write_fmt(arguments).unwrap_or_default();
}

/// Whether the service called this fake here.
pub fn is_call_to(entry: &EntryView, fake: &str) -> bool {
    entry.direction == Direction::Inbound && entry.fake == fake
}

/// Whether this is a call that changes something at Stripe's API. The hosted page is the buyer's business, not the service's.
pub fn is_stripe_write(entry: &EntryView) -> bool {
    is_call_to(entry, "stripe") && entry.request.method.as_deref() == Some("POST") && path_of(entry).starts_with("/v1/")
}

/// Path without query.
pub fn path_of(entry: &EntryView) -> &str {
    entry.request.target.as_deref().unwrap_or_default().split('?').next().unwrap_or_default()
}

/// What a call to finalize said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finalize {
    /// The entry's number.
    pub seq: u64,
    /// The purchase, where it is a GUID.
    pub purchase: Option<Uuid>,
    /// The status as it was written: a number, or whatever else stood there. Of the legacy action, which is told none, the status that it
    /// answered.
    pub status: String,
    /// The same as an integer, when it was written as one.
    pub choice: Option<i64>,
    /// Whether the platform took it.
    pub accepted: bool,
    /// Whether it came over the organization service.
    pub soap: bool,
}

/// The finalize call in an entry, if it is one.
pub fn finalize_of(entry: &EntryView) -> Option<Finalize> {
    if !is_call_to(entry, "dataverse") {
        return None;
    }
    if let Some(call) = legacy_finalize_of(entry) {
        return Some(Finalize {
            seq: call.seq,
            purchase: call.text("PurchaseId").and_then(|text| text.parse().ok()),
            status: call.word.clone(),
            // It knows no other end.
            choice: Some(COMPLETED),
            accepted: call.accepted,
            soap: false,
        });
    }
    let accepted = entry.status.is_some_and(|status| (200..300).contains(&status));
    if path_of(entry).ends_with(FINALIZE) {
        let body: Value = serde_json::from_str(&entry.request.body).unwrap_or_default();
        let status = body.get("msevtmgt_paymentstatus");
        return Some(Finalize {
            seq: entry.seq,
            purchase: body.get("msevtmgt_purchaseid").and_then(Value::as_str).and_then(|text| text.parse().ok()),
            status: status.map_or_else(|| "missing".to_owned(), Value::to_string),
            choice: status.and_then(Value::as_i64),
            accepted,
            soap: false,
        });
    }
    // The organization service names the operation and its parameters in the envelope.
    if path_of(entry).to_ascii_lowercase().contains("/xrmservices/") && entry.request.body.contains(FINALIZE) {
        let choice = number_after(&entry.request.body, "msevtmgt_paymentstatus");
        return Some(Finalize {
            seq: entry.seq,
            purchase: text_after(&entry.request.body, "msevtmgt_purchaseid").and_then(|text| text.parse().ok()),
            status: choice.map_or_else(|| "missing".to_owned(), |choice| choice.to_string()),
            choice,
            accepted,
            soap: true,
        });
    }
    None
}

/// The first text that is only characters, hyphens and digits after `name`, as an XML element's content.
fn text_after<'t>(body: &'t str, name: &str) -> Option<&'t str> {
    let (_, rest) = body.split_once(name)?;
    rest.split('>').filter_map(|part| part.split('<').next()).map(str::trim).find(|text| !text.is_empty())
}

fn number_after(body: &str, name: &str) -> Option<i64> {
    let (_, rest) = body.split_once(name)?;
    rest.split('>').filter_map(|part| part.split('<').next()).find_map(|text| text.trim().parse().ok())
}

/// What the event that a delivery carried says of itself. Events are long and looked at often, so all else in them is passed over.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Event {
    /// Its id, where that is a text.
    #[serde(deserialize_with = "text")]
    pub id: Option<String>,
    /// Its type, likewise.
    #[serde(rename = "type", deserialize_with = "text")]
    pub kind: Option<String>,
}

/// The event that a delivery carried.
pub fn event_of(entry: &EntryView) -> Option<Event> {
    serde_json::from_str(&entry.request.body).ok()
}

/// The type of the event that a delivery carried.
pub fn event_type(entry: &EntryView) -> Option<String> {
    event_of(entry)?.kind
}

/// A text; anything else is passed over.
fn text<'de, D: Deserializer<'de>>(from: D) -> Result<Option<String>, D::Error> {
    Ok(match Value::deserialize(from)? {
        Value::String(text) => Some(text),
        _ => None,
    })
}
