//! The contract guard against documents, requests and answers written as data.

mod answer;
mod body;
mod document;
mod fixtures;
mod hostile;
mod parameter;
mod route;
mod schema;

use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};

use super::{AnswerView, Contract, RequestView};

/// A contract from the `paths` (and what follows them) of a YAML document.
#[track_caller]
fn contract(rest: &str) -> Contract {
    let text = format!("openapi: \"3.0.3\"\ninfo: {{ title: T, version: \"1\" }}\n{rest}");
    let contract = Contract::parse("test", &text).unwrap_or_else(|error| panic!("{error}\n{text}"));
    contract.verify().unwrap_or_else(|errors| panic!("{errors:#?}\n{text}"));
    contract
}

/// A message as it would travel: a start line, headers, an empty line, a body.
struct Message {
    start: Vec<String>,
    headers: HeaderMap,
    body: Vec<u8>,
}

fn message(text: &str) -> Message {
    let (head, body) = text.split_once("\n\n").unwrap_or((text, ""));
    let mut lines = head.lines();
    let start = lines.next().unwrap_or_default().split(' ').map(str::to_owned).collect();
    let mut headers = HeaderMap::new();
    for line in lines {
        let (name, value) = line.split_once(": ").expect("a header line");
        headers.append(
            name.parse::<HeaderName>().expect("a header name"),
            HeaderValue::from_str(value).expect("a header value"),
        );
    }
    Message { start, headers, body: body.as_bytes().to_vec() }
}

impl Message {
    fn view<R>(&self, read: impl FnOnce(&RequestView<'_>) -> R) -> R {
        let method: Method = self.start[0].parse().expect("a method");
        let (path, query) =
            self.start[1].split_once('?').map_or((self.start[1].as_str(), None), |(path, query)| (path, Some(query)));
        read(&RequestView { method: &method, path, query, headers: &self.headers, body: &self.body })
    }
}

/// Checks a request (`GET /a?b=c`, headers, empty line, body); `expect` holds "place: message" lines.
#[track_caller]
fn check_request(contract: &Contract, request: &str, expect: &[&str]) {
    let found = message(request).view(|view| contract.check_request(view));
    let found: Vec<_> =
        found.into_iter().map(|violation| format!("{}: {}", violation.place, violation.message)).collect();
    assert_eq!(found, expect, "{request:.300}");
}

/// Checks an answer (`200`, headers, empty line, body) to `request`.
#[track_caller]
fn check_answer(contract: &Contract, request: &str, answer: &str, expect: &[&str]) {
    let answer_message = message(answer);
    let status: StatusCode = answer_message.start[0].parse().expect("a status");
    let view = AnswerView { status, headers: &answer_message.headers, body: &answer_message.body };
    let found = message(request).view(|request| contract.check_answer(request, &view));
    let found: Vec<_> =
        found.into_iter().map(|violation| format!("{}: {}", violation.place, violation.message)).collect();
    assert_eq!(found, expect, "{answer:.300}");
}
