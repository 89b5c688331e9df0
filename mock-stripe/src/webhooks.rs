//! Sends deliveries: renders, signs, posts, records the answer, and plans the next try.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures_util::FutureExt as _;
use http::{HeaderMap, HeaderName, HeaderValue, Method, header};
use jiff::Timestamp;
use mock_core::Outgoing;
use uuid::Uuid;

use crate::cli;
use crate::domain::belonging::Belonging;
use crate::domain::event::Endpoint;
use crate::domain::retry::RetrySchedule;
use crate::domain::signature;
use crate::flows::Batch;
use crate::state::{Attempt, Delivery, DeliveryStatus, Outcome, State};
use crate::stripe::Stripe;
use crate::wire;

/// The work that tries a delivery again; its subject is the delivery's number.
pub(crate) const JOB: &str = "stripe.delivery";

/// How long the next delivery of one step waits for the answer to the one before, in real time. Within it a service sees events in
/// the order in which they were emitted; a slow one gets them side by side.
const PATIENCE: Duration = Duration::from_secs(1);

/// The longest part of an answer that is kept.
pub(crate) const MOST_ANSWER: usize = 4_000;

/// The longest type that is noted in the journal.
const MOST_TYPE: usize = 100;

/// Most attempts kept per delivery.
pub(crate) const MOST_ATTEMPTS: usize = 100;

/// Sends the deliveries of one step, each begun after the one before was answered or had its time. Returns when all are answered.
pub(crate) async fn send_all(stripe: &Stripe, batch: Batch) {
    let mut numbers = batch.deliveries;
    let Some(last) = numbers.pop() else { return };
    let mut tasks = Vec::with_capacity(numbers.len());
    for number in numbers {
        let stripe = stripe.clone();
        let mut task = tokio::spawn(async move { attempt(&stripe, number).await });
        if tokio::time::timeout(PATIENCE, &mut task).await.is_err() {
            tasks.push(task);
        }
    }
    // A panic inside would be a fault of ours; it is told by the runtime and must not take the sender along.
    drop(AssertUnwindSafe(attempt(stripe, last)).catch_unwind().await);
    for task in tasks {
        drop(task.await);
    }
}

/// Sends in the background.
pub(crate) fn send_later(stripe: &Stripe, batch: Batch) {
    if !batch.deliveries.is_empty() {
        let stripe = stripe.clone();
        drop(tokio::spawn(async move { send_all(&stripe, batch).await }));
    }
}

/// Sends in the background and waits, at most as long as the hosted page does, until every delivery of an event of type `kind` got
/// its first answer. Deliveries that are held or dropped are not waited for: to the page it is as if no endpoint were registered.
pub(crate) async fn send_and_wait(stripe: &Stripe, batch: Batch, kind: &str) {
    let Some(last) = batch.last_of(kind) else {
        send_later(stripe, batch);
        return;
    };
    let (told, answered) = tokio::sync::oneshot::channel();
    let sender = stripe.clone();
    drop(tokio::spawn(async move {
        let (first, rest) = batch.split_after(last);
        send_all(&sender, first).await;
        // The page may have stopped waiting.
        told.send(()).ok();
        send_all(&sender, rest).await;
    }));
    drop(tokio::time::timeout(stripe.config.page_wait, answered).await);
}

/// A scheduled try.
pub(crate) async fn retry(stripe: &Stripe, number: u64) {
    if let Some(delivery) = stripe.state.write().deliveries.get_mut(&number) {
        delivery.retry = None;
    }
    attempt(stripe, number).await;
}

/// One try of a delivery, now. `None` when there is nothing to send.
pub(crate) async fn attempt(stripe: &Stripe, number: u64) -> Option<Outcome> {
    let Some(Prepared { endpoint, payload, kind, broken, belongs }) = prepare(stripe, number) else {
        // It may go to a session of the Stripe CLI instead.
        return cli::attempt(stripe, number).await;
    };
    let wall = stripe.world.clock().wall();
    let mut signature = signature::header(&payload, wall, &endpoint.secrets(stripe.world.clock().now()));
    if broken {
        signature = signature::broken(&signature);
    }
    let outcome =
        post(stripe, &endpoint.url, Some(&signature), payload, Some(kind.to_owned()), belongs.subjects.clone()).await;
    record(stripe, number, signature, wall, outcome.clone());
    Some(outcome)
}

/// Posts a payload with Stripe's headers and says what came back; `says` is the type of event that it tells of.
pub(crate) async fn post(
    stripe: &Stripe,
    url: &str,
    signature: Option<&str>,
    payload: Bytes,
    says: Option<String>,
    subjects: Vec<Uuid>,
) -> Outcome {
    let outgoing = Outgoing {
        fake: "stripe",
        operation: "webhook",
        method: Method::POST,
        url: url.to_owned(),
        headers: headers(signature),
        body: payload,
        timeout: stripe.config.webhook_timeout,
        subjects,
        says,
    };
    match stripe.world.outbound().send(outgoing).await {
        Ok(answered) => Outcome::Answered {
            status: answered.status.as_u16(),
            body: String::from_utf8_lossy(&answered.body).chars().take(MOST_ANSWER).collect(),
        },
        Err(error) => Outcome::Failed(error.to_string()),
    }
}

/// The type that a payload says it has; a composed one may be anything.
pub(crate) fn type_of(payload: &[u8]) -> Option<String> {
    #[derive(serde::Deserialize)]
    struct Typed {
        #[serde(rename = "type")]
        kind: String,
    }
    serde_json::from_slice::<Typed>(payload).ok().map(|typed| typed.kind.chars().take(MOST_TYPE).collect())
}

/// The bytes of an event's payload for an endpoint.
pub(crate) fn payload(event: &impl serde::Serialize) -> Bytes {
    // No room behind its end: the journal keeps it.
    Bytes::from(wire::pretty(event).into_boxed_slice())
}

/// The headers of a delivery.
pub(crate) fn headers(signature: Option<&str>) -> HeaderMap {
    const SIGNATURE: HeaderName = HeaderName::from_static("stripe-signature");
    let mut headers = HeaderMap::new();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json; charset=utf-8"));
    headers.insert(header::USER_AGENT, HeaderValue::from_static("Stripe/1.0 (+https://stripe.com/docs/webhooks)"));
    headers.insert(header::ACCEPT, HeaderValue::from_static("*/*; q=0.5, application/xml"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    headers.insert(header::ACCEPT_ENCODING, HeaderValue::from_static("gzip"));
    if let Some(value) = signature.and_then(|text| HeaderValue::from_str(text).ok()) {
        headers.insert(SIGNATURE, value);
    }
    headers
}

/// What an attempt needs to know.
struct Prepared {
    endpoint: Arc<Endpoint>,
    payload: Bytes,
    kind: &'static str,
    broken: bool,
    belongs: Belonging,
}

fn prepare(stripe: &Stripe, number: u64) -> Option<Prepared> {
    let state = stripe.state.read();
    let delivery = state.deliveries.get(&number)?;
    let endpoint = state.endpoints.get(&delivery.endpoint)?;
    if endpoint.disabled || endpoint.deleted {
        drop(state);
        cancel(stripe, number);
        return None;
    }
    let event = state.events.get(&delivery.event)?;
    let pending = state.pending_webhooks(&event.id);
    let (broken, belongs) = (delivery.break_signature, delivery.belongs.clone());
    let settings = Arc::clone(&state.settings);
    // Written while nobody waits for the state.
    drop(state);
    let version = endpoint.api_version.as_deref().unwrap_or(&settings.api_version);
    let view = stripe.view(stripe.world.clock().now(), version);
    let payload = payload(&wire::event(&event, version, pending, &view));
    Some(Prepared { kind: event.kind, endpoint, payload, broken, belongs })
}

/// What is still to come of a delivery stops: its endpoint was disabled or deleted, or nobody listens any more.
pub(crate) fn cancel(stripe: &Stripe, number: u64) {
    let mut state = stripe.state.write();
    if let Some(delivery) = state.deliveries.get_mut(&number).filter(|row| row.status == DeliveryStatus::Pending) {
        delivery.status = DeliveryStatus::Canceled;
    }
}

fn record(stripe: &Stripe, number: u64, signature: String, wall: Timestamp, outcome: Outcome) {
    let now = stripe.world.clock().now();
    let mut state = stripe.state.write();
    let Some(delivery) = state.deliveries.get_mut(&number) else { return };
    let success = outcome.is_success();
    if delivery.attempts.len() < MOST_ATTEMPTS {
        delivery.attempts.push(Attempt { at: now, wall, signature, outcome });
    }
    if success {
        delivery.status = DeliveryStatus::Delivered;
        if let Some((job, _)) = delivery.retry.take() {
            stripe.world.scheduler().cancel(job);
        }
        return;
    }
    if delivery.status != DeliveryStatus::Pending || delivery.retry.is_some() {
        return;
    }
    let schedule = stripe.config.retry.clone().unwrap_or_else(|| {
        match stripe.world.switches().value("STRIPE-RETRY", &delivery.belongs.scope) {
            "live" => RetrySchedule::Live,
            _ => RetrySchedule::Sandbox,
        }
    });
    let first = delivery.attempts.first().map_or(now, |attempt| attempt.at);
    match schedule.next(delivery.attempts.len(), first, now) {
        Some(due) => {
            let job = stripe.world.scheduler().at(due, JOB, number.to_string());
            delivery.retry = Some((job, due));
        }
        None => delivery.status = DeliveryStatus::Failed,
    }
}

/// Marks kept-back deliveries as ready to be sent; the numbers come back in order.
pub(crate) fn release(state: &mut State, wanted: impl Fn(&Delivery) -> bool) -> Vec<u64> {
    state
        .deliveries
        .values_mut()
        .filter(|delivery| delivery.status == DeliveryStatus::Held && wanted(delivery))
        .map(|delivery| {
            delivery.status = DeliveryStatus::Pending;
            delivery.number
        })
        .collect()
}
