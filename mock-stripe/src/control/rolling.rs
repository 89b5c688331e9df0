//! Rolls an endpoint's secret, as the dashboard does: Stripe's API has no call for it. For a while both secrets sign.

use jiff::{SignedDuration, Timestamp};
use mock_core::control::Problem;

use super::dto::{EndpointView, RollSecret};
use super::endpoint::view;
use crate::domain::event::{Endpoint, Rolled};
use crate::stripe::Stripe;

/// The longest time for which the dashboard keeps the secret before.
const LONGEST: SignedDuration = SignedDuration::from_hours(24);

/// Gives the endpoint a new secret; the one before goes on signing, in the world's time, as long as asked, at most a day.
pub(super) fn roll(stripe: &Stripe, id: &str, wish: RollSecret) -> Result<EndpointView, Problem> {
    let keep = SignedDuration::from_secs(wish.expires_in_seconds.unwrap_or_default());
    if keep.is_negative() || keep > LONGEST {
        let message = "the secret before can be kept for 0 to 86,400 seconds";
        return Err(Problem::bad(message, "leave `expires_in_seconds` out to end it at once"));
    }
    if wish.secret.as_deref().is_some_and(str::is_empty) {
        return Err(Problem::bad("the new secret is empty", "leave `secret` out to have one drawn"));
    }
    let now = stripe.world.clock().now();
    let mut state = stripe.state.write();
    let endpoint = state.endpoints.get(id).filter(|endpoint| !endpoint.deleted);
    let endpoint = endpoint.ok_or_else(|| {
        Problem::missing(
            format!("there is no webhook endpoint {id}"),
            "GET /v1/webhook_endpoints of Stripe's API lists them",
        )
    })?;
    let secret = wish.secret.unwrap_or_else(|| stripe.mint().webhook_secret(&endpoint.belongs.scope));
    stripe.world.secrets().register("Stripe webhook secret", &secret);
    let rolled = (!keep.is_zero())
        .then(|| Rolled { secret: endpoint.secret.clone(), until: now.saturating_add(keep).unwrap_or(Timestamp::MAX) });
    let endpoint = state.endpoints.put(Endpoint { secret, rolled, ..endpoint.as_ref().clone() });
    Ok(view(&endpoint, now))
}
