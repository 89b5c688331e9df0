//! Takes in what a client says on its socket.

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use mock_core::Outgoing;
use mock_core::journal::Answer;

use super::frames::{self, ClientFrame, EndpointAnswer};
use super::record;
use crate::control::dto::Unsupported;
use crate::state::Outcome;
use crate::stripe::Stripe;
use crate::webhooks::MOST_ANSWER;

/// One text frame.
pub(super) fn hear(stripe: &Stripe, session: &str, text: &str) {
    // Who tails request logs acknowledges each, and nobody waits for that.
    if stripe.hub.tails(session) {
        return;
    }
    match frames::read(text) {
        Ok(ClientFrame::Ack { conversation }) => acknowledged(stripe, session, &conversation, text),
        Ok(ClientFrame::Answer(answer)) => answered(stripe, session, *answer, text),
        Err(error) => {
            tracing::debug!(session, %error, "a frame of the Stripe CLI was passed over");
            stripe.state.write().note_unsupported(Unsupported {
                at: stripe.world.clock().now().to_string(),
                call: format!("a frame on the socket of {session}"),
                what: error.to_string().chars().take(300).collect(),
            });
        }
    }
}

fn acknowledged(stripe: &Stripe, session: &str, conversation: &str, text: &str) {
    let Some(about) = stripe.hub.about(session, conversation) else { return };
    // The other version's copy was acknowledged before.
    if about.attempt.is_some() {
        return;
    }
    let attempt = record::add(stripe, about.delivery, about.copy.signature, about.wall, Outcome::Acknowledged);
    stripe.hub.became(session, conversation, attempt.unwrap_or(usize::MAX));
    if let Some(waiting) = about.waiting {
        // Who waited may have stopped.
        waiting.send(text.to_owned()).ok();
    }
}

fn answered(stripe: &Stripe, session: &str, answer: EndpointAnswer, text: &str) {
    let Some(about) = stripe.hub.about(session, &answer.conversation) else { return };
    let subjects = {
        let state = stripe.state.read();
        state.deliveries.get(&about.delivery).map(|delivery| delivery.belongs.subjects.clone()).unwrap_or_default()
    };
    let sent = if answer.request_headers.is_empty() { about.copy.headers } else { headers(&answer.request_headers) };
    let open = stripe.world.outbound().begin(&Outgoing {
        fake: "stripe",
        operation: "webhook",
        method: Method::POST,
        url: answer.forward_url.clone(),
        headers: sent,
        body: about.copy.payload,
        timeout: stripe.config.webhook_timeout,
        subjects,
        says: Some(format!("forwarded by the Stripe CLI ({session}), which told the answer")),
    });
    let outcome = Outcome::Answered { status: answer.status, body: answer.body.chars().take(MOST_ANSWER).collect() };
    let attempt = record::answered(stripe, about.delivery, about.attempt, about.copy.signature, about.wall, outcome);
    if about.attempt.is_none() {
        stripe.hub.became(session, &answer.conversation, attempt.unwrap_or(usize::MAX));
    }
    // A status from 100 to 999 is one.
    let status = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    // Last, so that whoever follows the journal finds the delivery as it is told here.
    open.answered(Answer { status, headers: (&headers(&answer.headers)).into(), body: Bytes::from(answer.body) });
    if let Some(waiting) = about.waiting {
        waiting.send(text.to_owned()).ok();
    }
}

/// Headers as the client tells them; what is none is left out.
fn headers(told: &std::collections::BTreeMap<String, String>) -> HeaderMap {
    told.iter()
        .filter_map(|(name, value)| Some((name.parse::<HeaderName>().ok()?, HeaderValue::from_str(value).ok()?)))
        .collect()
}
