//! Plain data for the tests of what is judged.

use jiff::Timestamp;
use mock_core::control::dto::{EntryView, MessageView};
use mock_core::journal::Direction;

/// A call to a fake, or with another direction a delivery, and its answer.
pub(crate) fn entry(
    seq: u64,
    fake: &str,
    method: &str,
    target: &str,
    body: &str,
    status: u16,
    answer: &str,
) -> EntryView {
    let message = |body: &str| MessageView {
        method: None,
        target: None,
        headers: vec![("content-type".to_owned(), "text/plain".to_owned())],
        body: body.to_owned(),
    };
    EntryView {
        seq,
        fake: fake.to_owned(),
        direction: Direction::Inbound,
        operation: None,
        at: Timestamp::UNIX_EPOCH,
        wall: Timestamp::UNIX_EPOCH,
        micros: Some(1),
        peer: "127.0.0.1:1".to_owned(),
        request: MessageView { method: Some(method.to_owned()), target: Some(target.to_owned()), ..message(body) },
        status: Some(status),
        answer: Some(message(answer)),
        failure: None,
        subjects: Vec::new(),
        violations: Vec::new(),
        fault: None,
        unsupported: Vec::new(),
        notes: Vec::new(),
    }
}
