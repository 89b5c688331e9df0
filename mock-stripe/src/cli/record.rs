//! Writes into a delivery what a client said of it.

use jiff::Timestamp;

use crate::state::{Attempt, Delivery, DeliveryStatus, Outcome};
use crate::stripe::Stripe;
use crate::webhooks::MOST_ATTEMPTS;

/// A further attempt; its place among the delivery's comes back.
pub(super) fn add(stripe: &Stripe, number: u64, signature: String, wall: Timestamp, outcome: Outcome) -> Option<usize> {
    let at = stripe.world.clock().now();
    let mut state = stripe.state.write();
    let delivery = state.deliveries.get_mut(&number)?;
    settle(delivery, &outcome);
    if delivery.attempts.len() == MOST_ATTEMPTS {
        return None;
    }
    delivery.attempts.push(Attempt { at, wall, signature, outcome });
    Some(delivery.attempts.len() - 1)
}

/// What the endpoint answered to an attempt that was only acknowledged so far. A client that forwards to several endpoints tells
/// several answers: each further one is an attempt of its own.
pub(super) fn answered(
    stripe: &Stripe,
    number: u64,
    attempt: Option<usize>,
    signature: String,
    wall: Timestamp,
    outcome: Outcome,
) -> Option<usize> {
    {
        let mut state = stripe.state.write();
        let delivery = state.deliveries.get_mut(&number)?;
        let open = attempt
            .and_then(|index| delivery.attempts.get_mut(index))
            .filter(|attempt| attempt.wall == wall && attempt.outcome == Outcome::Acknowledged);
        if let Some(open) = open {
            open.outcome = outcome.clone();
            open.signature = signature;
            settle(delivery, &outcome);
            return attempt;
        }
    }
    add(stripe, number, signature, wall, outcome)
}

/// The last word decides. Nothing is tried again by itself: the client is there to be asked (`stripe events resend`).
fn settle(delivery: &mut Delivery, outcome: &Outcome) {
    if delivery.status != DeliveryStatus::Dropped {
        delivery.status = if outcome.is_success() { DeliveryStatus::Delivered } else { DeliveryStatus::Failed };
    }
}
