//! Journal entries for people: one line, the whole exchange as text, or a curl command. Secrets are masked.

use std::fmt::Write as _;

use super::entry::{Direction, Entry};
use super::headers::Headers;
use crate::redact::Secrets;

/// The longest body that is shown in full.
const MOST_BODY: usize = 4096;

/// The exchange in one line.
pub fn as_line(entry: &Entry, secrets: &Secrets) -> String {
    let arrow = match entry.direction {
        Direction::Inbound => "->",
        Direction::Outbound => "<-",
    };
    let end = match (&entry.answer, &entry.failure) {
        (Some(answer), _) => answer.status.as_u16().to_string(),
        (None, Some(failure)) => format!("no answer: {failure}"),
        (None, None) => "open".to_owned(),
    };
    let mut line = format!(
        "#{} {arrow} {} {} {} {end}",
        entry.seq,
        entry.fake,
        entry.request.method,
        secrets.mask(&entry.request.target)
    );
    if entry.direction == Direction::Outbound {
        for note in &entry.notes {
            write_to(&mut line, format_args!(" [{}]", secrets.mask(note)));
        }
    }
    if let Some(micros) = entry.micros {
        write_to(&mut line, format_args!(" {}.{} ms", micros / 1000, micros % 1000 / 100));
    }
    if let Some(fault) = &entry.fault {
        write_to(&mut line, format_args!(" [fault: {fault}]"));
    }
    for missing in &entry.unsupported {
        write_to(&mut line, format_args!(" [not supported: {missing}]"));
    }
    if !entry.violations.is_empty() {
        write_to(&mut line, format_args!(" [{} contract violations]", entry.violations.len()));
    }
    line
}

/// The whole exchange, as it went over the wire.
pub fn as_text(entry: &Entry, secrets: &Secrets) -> String {
    let mut text = as_line(entry, secrets);
    write_to(&mut text, format_args!("\n  at {} (world), {} (real), peer {}\n\n", entry.at, entry.wall, entry.peer));
    write_to(&mut text, format_args!("{} {}\n", entry.request.method, secrets.mask(&entry.request.target)));
    headers(&mut text, &entry.request.headers, secrets);
    body(&mut text, &entry.request.body, secrets);
    if let Some(answer) = &entry.answer {
        write_to(&mut text, format_args!("\n{}\n", answer.status));
        headers(&mut text, &answer.headers, secrets);
        body(&mut text, &answer.body, secrets);
    }
    for violation in &entry.violations {
        write_to(&mut text, format_args!("\ncontract: {violation}"));
    }
    for note in &entry.notes {
        write_to(&mut text, format_args!("\nnote: {}", secrets.mask(note)));
    }
    text
}

/// A command that sends the same request again. Secrets in it are masked: put your own in.
pub fn as_curl(entry: &Entry, secrets: &Secrets, base: &str) -> String {
    let url = if entry.request.target.contains("://") {
        entry.request.target.clone()
    } else {
        format!("{base}{}", entry.request.target)
    };
    let mut command = format!("curl -i -X {} {}", entry.request.method, quoted(&secrets.mask(&url)));
    for (name, value) in entry.request.headers.iter() {
        if matches!(name, "host" | "content-length" | "connection" | "accept-encoding") {
            continue;
        }
        let value = secrets.mask_header(name, &String::from_utf8_lossy(value));
        write_to(&mut command, format_args!(" -H {}", quoted(&format!("{name}: {value}"))));
    }
    if !entry.request.body.is_empty() {
        let body = secrets.mask(&String::from_utf8_lossy(&entry.request.body));
        write_to(&mut command, format_args!(" --data-binary {}", quoted(&body)));
    }
    command
}

fn headers(text: &mut String, headers: &Headers, secrets: &Secrets) {
    for (name, value) in headers.iter() {
        let value = secrets.mask_header(name, &String::from_utf8_lossy(value));
        write_to(text, format_args!("{name}: {value}\n"));
    }
}

fn body(text: &mut String, body: &[u8], secrets: &Secrets) {
    if body.is_empty() {
        return;
    }
    let shown = body.get(..MOST_BODY).unwrap_or(body);
    write_to(text, format_args!("\n{}\n", secrets.mask(&String::from_utf8_lossy(shown))));
    if shown.len() < body.len() {
        write_to(text, format_args!("... {} more bytes\n", body.len() - shown.len()));
    }
}

/// One argument for a POSIX shell.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

/// Writing to a `String` cannot fail.
fn write_to(text: &mut String, arguments: std::fmt::Arguments<'_>) {
    text.write_fmt(arguments).unwrap_or_default();
}
