//! Sends a delivery over a session's socket and waits for the client's first word.

use std::collections::BTreeMap;
use std::sync::Arc;

use bytes::Bytes;
use http::{HeaderMap, Method, StatusCode, header};
use jiff::Timestamp;
use mock_core::Outgoing;
use mock_core::journal::{Answer, Headers};
use tokio::sync::oneshot;

use super::frames::WebhookEvent;
use super::hub::{Copy, Sending};
use super::record;
use super::sessions::{LATEST_VERSION, PREFIX};
use crate::domain::belonging::Belonging;
use crate::domain::event::Endpoint;
use crate::domain::signature;
use crate::state::Outcome;
use crate::stripe::Stripe;
use crate::webhooks;
use crate::wire;

/// How the journal calls a frame that carries an event.
const OPERATION: &str = "stripecli.webhook_event";

/// What is sent, and to whom.
struct Prepared {
    session: Endpoint,
    kind: &'static str,
    /// In the account's version, and in the latest.
    payloads: [Bytes; 2],
    broken: bool,
    belongs: Belonging,
}

/// Whether a delivery's receiver is a session of the Stripe CLI, not an endpoint.
fn goes_to_session(receiver: &str) -> bool {
    receiver.starts_with(PREFIX)
}

/// One try, now. It is over when the client acknowledges the event: whether it forwards it at all, it does not say beforehand. What
/// an endpoint then answers is recorded when the client tells it. `None` when there is nothing to send.
pub(crate) async fn attempt(stripe: &Stripe, number: u64) -> Option<Outcome> {
    let prepared = prepare(stripe, number)?;
    let wall = stripe.world.clock().wall();
    let webhook = stripe.mint().plain("wh_", &prepared.belongs.scope);
    let copies = [0, 1].map(|version| copy(stripe, &prepared, version, wall));
    let frames = [0, 1].map(|version| frame(&copies[version], &webhook, (version == 1).then_some(LATEST_VERSION)));
    let conversation = copies[0].conversation.clone();
    let first = copies[0].signature.clone();

    let open = stripe.world.outbound().begin(&Outgoing {
        fake: "stripe",
        operation: OPERATION,
        method: Method::POST,
        url: stripe.cli_url(),
        headers: HeaderMap::new(),
        body: Bytes::from(frames[0].clone()),
        timeout: stripe.config.webhook_timeout,
        subjects: prepared.belongs.subjects.clone(),
        says: Some(format!("{} to {}", prepared.kind, prepared.session.id)),
    });
    let (waiting, word) = oneshot::channel();
    let sending = Sending { delivery: number, wall, copies, attempt: None, waiting: Some(waiting) };
    let unsent = stripe.hub.send(&prepared.session.id, frames, sending).err().map(|error| error.to_string());
    let failure = match unsent {
        Some(error) => error,
        None => match tokio::time::timeout(stripe.config.webhook_timeout, word).await {
            Ok(Ok(frame)) => {
                open.answered(Answer { status: StatusCode::OK, headers: Headers::default(), body: Bytes::from(frame) });
                return Some(Outcome::Acknowledged);
            }
            Ok(Err(_)) => "the session of the Stripe CLI ended before it acknowledged the event".to_owned(),
            Err(_) if !stripe.hub.give_up(&prepared.session.id, &conversation) => {
                open.failed("acknowledged at the very end of the time");
                return Some(Outcome::Acknowledged);
            }
            Err(_) => format!("no word within {} ms", stripe.config.webhook_timeout.as_millis()),
        },
    };
    open.failed(failure.clone());
    let outcome = Outcome::Failed(failure);
    record::add(stripe, number, first, wall, outcome.clone());
    Some(outcome)
}

fn prepare(stripe: &Stripe, number: u64) -> Option<Prepared> {
    let state = stripe.state.read();
    let delivery = state.deliveries.get(&number).filter(|delivery| goes_to_session(&delivery.endpoint))?;
    let (kind, broken, belongs) = (delivery.kind, delivery.break_signature, delivery.belongs.clone());
    let Some(session) = state.cli.listener(&delivery.endpoint).cloned() else {
        drop(state);
        webhooks::cancel(stripe, number);
        return None;
    };
    let event = state.events.get(&delivery.event)?;
    let pending = state.pending_webhooks(&event.id);
    let settings = Arc::clone(&state.settings);
    // Written while nobody waits for the state.
    drop(state);
    let now = stripe.world.clock().now();
    let in_version =
        |version: &str| webhooks::payload(&wire::event(&event, version, pending, &stripe.view(now, version)));
    let default = &settings.api_version;
    let own = in_version(default);
    let latest = if default == LATEST_VERSION { own.clone() } else { in_version(LATEST_VERSION) };
    Some(Prepared { session, kind, payloads: [own, latest], broken, belongs })
}

fn copy(stripe: &Stripe, prepared: &Prepared, version: usize, wall: Timestamp) -> Copy {
    let payload = prepared.payloads[version].clone();
    let mut signature = signature::header(&payload, wall, &[&prepared.session.secret]);
    if prepared.broken {
        signature = signature::broken(&signature);
    }
    let mut headers = webhooks::headers(Some(&signature));
    // The client's own transport asks for compression and undoes it; asked for here, it would tell compressed bodies.
    headers.remove(header::ACCEPT_ENCODING);
    Copy { conversation: stripe.mint().plain("wc_", &prepared.belongs.scope), signature, headers, payload }
}

fn frame(copy: &Copy, webhook: &str, api_version: Option<&str>) -> String {
    let told: BTreeMap<String, String> = copy
        .headers
        .iter()
        .map(|(name, value)| (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned()))
        .collect();
    let event = WebhookEvent {
        webhook_conversation_id: &copy.conversation,
        webhook_id: webhook,
        api_version,
        event_payload: &String::from_utf8_lossy(&copy.payload),
        http_headers: &told,
    };
    event.to_text()
}
