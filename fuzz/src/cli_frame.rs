//! The frames that a Stripe CLI sends over its socket (`mock_stripe::cli::frames`).

use mock_stripe::cli::frames::{ClientFrame, read};

/// A frame is refused in a bounded text, or every part of it is within its bounds.
pub fn check(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    match read(text) {
        Err(error) => assert!(error.to_string().len() < 4_000, "{error}"),
        Ok(ClientFrame::Ack { conversation }) => named(&conversation),
        Ok(ClientFrame::Answer(answer)) => {
            named(&answer.conversation);
            assert!((100..=999).contains(&answer.status));
            assert!(answer.forward_url.len() <= 4_096 && answer.body.len() <= 64 * 1024);
            assert!(answer.headers.len() <= 100 && answer.request_headers.len() <= 100);
        }
    }
}

fn named(conversation: &str) {
    assert!((1..=200).contains(&conversation.len()));
}
