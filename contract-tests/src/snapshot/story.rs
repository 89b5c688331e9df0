//! One scenario as text: what was asked of the service, what it answered, what it sent.

use std::fmt::Write as _;
use std::sync::Arc;

use mock_core::control::dto::{EntryView, MessageView};
use mock_core::journal::Direction;
use serde_json::Value;

use super::ids::Names;
use super::order::sorted;
use crate::check::journal::event_type;
use crate::model::find;
use crate::runner::{Ran, Record};
use crate::steps::Answer;

/// The cases whose stories are kept: the whole loop, its ends, and its common refusals.
pub const SCENARIOS: [&str; 17] = [
    "C-R01", "C-R05", "C-R06", "C-R10", "C-R11", "C-R12", "C-N01", "C-N03", "C-N05", "C-N07", "C-N08", "C-T03",
    "C-T05", "C-L01", "R-D01", "R-A01", "R-D11",
];

/// The headers of the service's calls that mean something.
const SENT: [&str; 12] = [
    "accept",
    "content-type",
    "idempotency-key",
    "stripe-version",
    "stripe-account",
    "prefer",
    "if-match",
    "if-none-match",
    "odata-version",
    "odata-maxversion",
    "mscrm.suppressduplicatedetection",
    "mscrmcallerid",
];
/// The headers of its answers that mean nothing.
const NOISE: [&str; 6] = ["date", "content-length", "connection", "transfer-encoding", "server", "keep-alive"];
/// The most of a body that a story shows, in bytes.
const MOST_BODY: usize = 4 * 1024;

/// The stories of a run: a name for each, and its text. Scenarios that the run did not play are not there.
pub fn texts(ran: &Ran) -> Vec<(String, String)> {
    let mut all = Vec::new();
    for id in SCENARIOS {
        for record in ran.records.iter().filter(|record| record.id == id) {
            let name = record.under.as_ref().map_or_else(|| id.to_owned(), |under| format!("{id}.{under}"));
            all.push((name, story(ran, record)));
        }
    }
    all
}

fn story(ran: &Ran, record: &Record) -> String {
    let mut names = Names::default();
    for (number, watched) in record.purchases.iter().enumerate() {
        let name =
            if record.purchases.len() == 1 { "<purchase>".to_owned() } else { format!("<purchase {}>", number + 1) };
        names.know(&watched.purchase.id.to_string(), &name);
    }
    let mut text = String::new();
    let title = find(&record.id).map_or("", |case| case.title);
    put(&mut text, format_args!("{}{}: {title}\n", record.id, under(record)));
    if !record.answers.is_empty() {
        text.push_str("\nwhat it answers to visits\n");
        for answer in &record.answers {
            visit(&mut text, &mut names, ran, answer);
        }
    }
    let calls = sorted(record.entries.values().map(Arc::as_ref).filter(|entry| is_told(entry)), |entry| {
        Names::blank(&head(ran, entry))
    });
    if !calls.is_empty() {
        text.push_str("\nwhat it sends, and answers to Stripe\n");
        for entry in calls {
            exchange(&mut text, &mut names, ran, entry);
        }
    }
    for watched in &record.purchases {
        let purchase = names.named(&watched.purchase.id.to_string());
        put(&mut text, format_args!("\nin the end {purchase} is {}\n", watched.state.word()));
    }
    text
}

fn under(record: &Record) -> String {
    record.under.as_ref().map(|under| format!(" [{under}]")).unwrap_or_default()
}

/// The service's calls to Dataverse and Stripe's API, and what it answers to deliveries. What buyers do is the suite's doing.
fn is_told(entry: &EntryView) -> bool {
    let target = entry.request.target.as_deref().unwrap_or_default();
    match entry.direction {
        Direction::Inbound => entry.fake == "dataverse" || (entry.fake == "stripe" && target.starts_with("/v1/")),
        // Events that any service only has to acknowledge come in any number and order.
        Direction::Outbound => {
            entry.status.is_none_or(|status| !(200..300).contains(&status))
                || event_type(entry).is_some_and(|kind| kind.starts_with("checkout.session."))
        }
    }
}

fn visit(text: &mut String, names: &mut Names, ran: &Ran, answer: &Answer) {
    let url = names.named(&places(ran, &answer.url));
    put(text, format_args!("  {} {url}\n    {}\n", answer.method, answer.status));
    let mut headers: Vec<&(String, String)> =
        answer.headers.iter().filter(|(name, _)| !NOISE.contains(&name.as_str())).collect();
    headers.sort();
    for (name, value) in headers {
        put(text, format_args!("    {name}: {}\n", names.named(&places(ran, value))));
    }
    body(text, names, ran, &answer.body);
}

fn head(ran: &Ran, entry: &EntryView) -> String {
    let method = entry.request.method.as_deref().unwrap_or("?");
    let target = places(ran, entry.request.target.as_deref().unwrap_or("?"));
    match entry.direction {
        Direction::Inbound => format!("-> {} {method} {target}", entry.fake),
        Direction::Outbound => format!("<- {} {method} {target} {}", entry.fake, event_type(entry).unwrap_or_default()),
    }
}

fn exchange(text: &mut String, names: &mut Names, ran: &Ran, entry: &EntryView) {
    put(text, format_args!("  {}\n", names.named(head(ran, entry).trim_end())));
    if entry.direction == Direction::Inbound {
        for (name, value) in kept(&entry.request) {
            put(text, format_args!("    {name}: {}\n", names.named(value)));
        }
        body(text, names, ran, &entry.request.body);
        return;
    }
    let status = entry.status.map_or_else(|| "no answer".to_owned(), |status| status.to_string());
    put(text, format_args!("    {status}\n"));
    if let Some(answer) = &entry.answer {
        body(text, names, ran, &answer.body);
    }
}

fn kept(request: &MessageView) -> Vec<(&str, &str)> {
    let mut headers: Vec<(&str, &str)> = request
        .headers
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .filter(|(name, _)| SENT.contains(name))
        .collect();
    headers.sort_unstable();
    headers
}

/// A body as lines: JSON by member, a form by parameter, a page as it is.
fn body(text: &mut String, names: &mut Names, ran: &Ran, body: &str) {
    let body = places(ran, body);
    let shown: String = if let Ok(value) = serde_json::from_str::<Value>(&body) {
        format!("{value:#}")
    } else if body.contains('=') && !body.contains(['\n', '<', ' ']) {
        let parameters = form_urlencoded::parse(body.as_bytes());
        parameters.map(|(name, value)| format!("{name} = {value}")).collect::<Vec<_>>().join("\n")
    } else {
        body
    };
    let mut bytes = 0;
    for line in shown.lines().filter(|line| !line.trim().is_empty()) {
        bytes += line.len();
        if bytes > MOST_BODY {
            text.push_str("    | (more)\n");
            break;
        }
        put(text, format_args!("    | {}\n", names.named(line.trim_end())));
    }
}

/// Names for the addresses that a run was given; ports differ from run to run.
fn places(ran: &Ran, text: &str) -> String {
    let mut text = text.to_owned();
    for (name, url) in &ran.places {
        text = text.replace(url.as_str(), name);
        // Inside queries, addresses stand encoded.
        let encoded: String = form_urlencoded::byte_serialize(url.as_bytes()).collect();
        text = text.replace(&encoded, name);
    }
    text
}

/// Writing to a `String` cannot fail.
fn put(text: &mut String, arguments: std::fmt::Arguments<'_>) {
    text.write_fmt(arguments).unwrap_or_default();
}
