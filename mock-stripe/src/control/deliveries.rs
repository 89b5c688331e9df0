//! Looks at deliveries and moves them by hand.

use futures_util::{StreamExt as _, stream};
use http::StatusCode;
use mock_core::control::Problem;

use super::dto::{AttemptView, Deliveries, DeliveryState, DeliveryView, Resend, ResendMany, Selection};
use crate::domain::told::Told;
use crate::flows::Batch;
use crate::state::{Attempt, Delivery, DeliveryStatus, Outcome, State};
use crate::stripe::Stripe;
use crate::webhooks;
use crate::wire::{self, View};

/// Most sendings at once.
pub(super) const MOST_TIMES: usize = 100;
/// Most deliveries in one call.
const MOST_RESENT: usize = 10_000;

impl From<DeliveryStatus> for DeliveryState {
    fn from(status: DeliveryStatus) -> Self {
        match status {
            DeliveryStatus::Pending => Self::Pending,
            DeliveryStatus::Held => Self::Held,
            DeliveryStatus::Dropped => Self::Dropped,
            DeliveryStatus::Delivered => Self::Delivered,
            DeliveryStatus::Failed => Self::Failed,
            DeliveryStatus::Canceled => Self::Canceled,
        }
    }
}

/// The deliveries that a selection means.
pub(super) fn list(stripe: &Stripe, selection: &Selection) -> Deliveries {
    let seen = stripe.view(stripe.world.clock().now(), "");
    let state = stripe.state.read();
    let meant = state.deliveries.values().filter(|row| is_meant(&state, &seen, row, selection));
    Deliveries { deliveries: meant.map(|row| view(&state, row)).collect() }
}

/// One delivery.
pub(super) fn show(stripe: &Stripe, number: u64) -> Result<DeliveryView, Problem> {
    let state = stripe.state.read();
    state.deliveries.get(&number).map(|row| view(&state, row)).ok_or_else(|| missing(number))
}

/// Sends a delivery now, whatever its state; automatic tries stay as they are. Returns when it is answered.
pub(super) async fn resend(stripe: &Stripe, number: u64, how: Resend) -> Result<DeliveryView, Problem> {
    let times = how.times.unwrap_or(1).clamp(1, MOST_TIMES);
    let before = {
        let mut state = stripe.state.write();
        let delivery = state.deliveries.get_mut(&number).ok_or_else(|| missing(number))?;
        let before = delivery.break_signature;
        delivery.break_signature = before || how.break_signature;
        before
    };
    let_go(stripe, number);
    let sendings: Vec<_> = (0..times)
        .map(|_| {
            let stripe = stripe.clone();
            tokio::spawn(async move { webhooks::attempt(&stripe, number).await })
        })
        .collect();
    let mut sent = false;
    for sending in sendings {
        sent |= matches!(sending.await, Ok(Some(_)));
    }
    if let Some(delivery) = stripe.state.write().deliveries.get_mut(&number) {
        delivery.break_signature = before;
    }
    if !sent {
        let hint = "its endpoint is disabled or deleted";
        return Err(Problem::new(StatusCode::CONFLICT, format!("delivery {number} cannot be sent"), hint));
    }
    show(stripe, number)
}

/// Sends deliveries now, whatever their states, in the order given and so many at once. Nothing is sent where one of them is not there. Returns
/// when all are answered.
pub(super) async fn resend_many(stripe: &Stripe, ask: &ResendMany) -> Result<Deliveries, Problem> {
    let numbers = &ask.deliveries;
    let at_once = ask.at_once.unwrap_or(1);
    if !(1..=MOST_RESENT).contains(&numbers.len()) || !(1..=MOST_TIMES).contains(&at_once) {
        let hint = format!("name 1 to {MOST_RESENT} deliveries, and send 1 to {MOST_TIMES} at once");
        return Err(Problem::bad(format!("{} deliveries, {at_once} at once", numbers.len()), hint));
    }
    if let Some(unknown) = numbers.iter().find(|number| !stripe.state.read().deliveries.contains_key(number)) {
        return Err(missing(*unknown));
    }
    let sendings = stream::iter(numbers.clone()).map(|number| {
        let stripe = stripe.clone();
        tokio::spawn(async move {
            let_go(&stripe, number);
            webhooks::attempt(&stripe, number).await
        })
    });
    let sent: Vec<bool> = sendings.buffered(at_once).map(|sending| matches!(sending, Ok(Some(_)))).collect().await;
    let unsent = numbers.iter().zip(&sent).filter(|(_, sent)| !**sent).map(|(number, _)| number.to_string());
    let unsent: Vec<String> = unsent.collect();
    if !unsent.is_empty() {
        let hint = "their endpoints are disabled or deleted; the others were sent";
        let what = format!("{} of {} deliveries cannot be sent: {}", unsent.len(), numbers.len(), unsent.join(", "));
        return Err(Problem::new(StatusCode::CONFLICT, what, hint));
    }
    let state = stripe.state.read();
    let rows = numbers.iter().filter_map(|number| state.deliveries.get(number));
    Ok(Deliveries { deliveries: rows.map(|row| view(&state, row)).collect() })
}

/// What was kept back is kept back no more.
fn let_go(stripe: &Stripe, number: u64) {
    let mut state = stripe.state.write();
    let held = state.deliveries.get_mut(&number).filter(|delivery| delivery.status == DeliveryStatus::Held);
    if let Some(delivery) = held {
        delivery.status = DeliveryStatus::Pending;
    }
}

/// Gives a delivery up: what is still to come of it never comes.
pub(super) fn drop_one(stripe: &Stripe, number: u64) -> Result<DeliveryView, Problem> {
    let mut state = stripe.state.write();
    let delivery = state.deliveries.get_mut(&number).ok_or_else(|| missing(number))?;
    if matches!(delivery.status, DeliveryStatus::Pending | DeliveryStatus::Held) {
        delivery.status = DeliveryStatus::Dropped;
        if let Some((job, _)) = delivery.retry.take() {
            stripe.world.scheduler().cancel(job);
        }
    }
    let state = &*state;
    state.deliveries.get(&number).map(|row| view(state, row)).ok_or_else(|| missing(number))
}

/// Sends what was kept back, in the order in which it was made. Returns when all are answered.
pub(super) async fn release(stripe: &Stripe, selection: &Selection) -> Deliveries {
    let numbers = {
        let seen = stripe.view(stripe.world.clock().now(), "");
        let mut state = stripe.state.write();
        let meant = state.deliveries.values().filter(|row| is_meant(&state, &seen, row, selection));
        let meant: std::collections::BTreeSet<u64> = meant.map(|row| row.number).collect();
        webhooks::release(&mut state, |row| meant.contains(&row.number))
    };
    webhooks::send_all(stripe, Batch::of(numbers.clone())).await;
    let state = stripe.state.read();
    let rows = numbers.iter().filter_map(|number| state.deliveries.get(number));
    Deliveries { deliveries: rows.map(|row| view(&state, row)).collect() }
}

fn is_meant(state: &State, seen: &View, delivery: &Delivery, selection: &Selection) -> bool {
    selection.event_type.as_deref().is_none_or(|kind| delivery.kind == kind)
        && selection.event.as_deref().is_none_or(|event| delivery.event == event)
        && selection.subject.is_none_or(|subject| delivery.belongs.subjects.contains(&subject))
        && selection.status.is_none_or(|status| DeliveryState::from(delivery.status) == status)
        && selection.text.as_deref().is_none_or(|text| {
            delivery.event == text
                || delivery.belongs.subjects.iter().any(|subject| subject.to_string() == text)
                || state.events.get(&delivery.event).is_some_and(|event| tells(&event.object, seen).contains(text))
        })
}

fn tells(object: &Told, seen: &View) -> String {
    // Plain data with text keys; turning it into JSON does not fail.
    serde_json::to_string(&wire::Told(object, seen)).unwrap_or_default()
}

fn view(state: &State, delivery: &Delivery) -> DeliveryView {
    let event = state.events.get(&delivery.event);
    let object = event.map(|event| event.object.id().to_owned()).filter(|id| !id.is_empty());
    DeliveryView {
        number: delivery.number,
        event: delivery.event.clone(),
        event_type: delivery.kind.to_owned(),
        object,
        endpoint: delivery.endpoint.clone(),
        url: url_of(state, &delivery.endpoint),
        status: delivery.status.into(),
        attempts: delivery.attempts.iter().map(attempt_view).collect(),
        next_attempt: delivery.retry.map(|(_, due)| due),
        subjects: delivery.belongs.subjects.clone(),
        created: delivery.created,
    }
}

/// Where a receiver is; a session of the Stripe CLI says where it forwards to.
fn url_of(state: &State, receiver: &str) -> String {
    let endpoint = state.endpoints.get(receiver).map(|endpoint| endpoint.url.clone());
    endpoint.or_else(|| state.cli.listener(receiver).map(|session| session.url.clone())).unwrap_or_default()
}

fn attempt_view(attempt: &Attempt) -> AttemptView {
    let (status, body, error) = parts(&attempt.outcome);
    let acknowledged = attempt.outcome == Outcome::Acknowledged;
    AttemptView {
        acknowledged,
        at: attempt.at,
        wall: attempt.wall,
        signature: attempt.signature.clone(),
        status,
        body,
        error,
    }
}

/// Status, body and error of an outcome.
pub(super) fn parts(outcome: &Outcome) -> (Option<u16>, Option<String>, Option<String>) {
    match outcome {
        Outcome::Answered { status, body } => (Some(*status), Some(body.clone()), None),
        Outcome::Failed(error) => (None, None, Some(error.clone())),
        Outcome::Acknowledged => (None, None, None),
    }
}

fn missing(number: u64) -> Problem {
    Problem::missing(format!("there is no delivery {number}"), "GET /v1/stripe/deliveries lists them")
}
