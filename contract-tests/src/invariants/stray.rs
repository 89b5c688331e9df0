//! INV-6: the service calls the declared Dataverse, token endpoint and Stripe, and nothing else.
//!
//! What goes to hosts that are not ours is out of sight without a proxy. What is in sight is our own Event API: it is the registration page's,
//! and the only call there about a purchase is the registration that made it.

use mock_core::control::dto::EntryView;
use mock_core::journal::Direction;

use super::observed::{Observed, Surroundings};
use super::table::Finding;
use crate::check::journal::{line_of, path_of};
use crate::model::Weight;

/// Whether a registration page makes a purchase here, in either generation of the Event API.
fn registers(entry: &EntryView) -> bool {
    entry.request.method.as_deref() == Some("POST") && path_of(entry).ends_with("/registrations")
}

pub(super) fn judge(observed: &Observed, _: &Surroundings<'_>) -> Vec<Finding> {
    let stray: Vec<String> = observed
        .entries
        .iter()
        .filter(|entry| entry.direction == Direction::Inbound && entry.fake == "event-api")
        .filter(|entry| !registers(entry))
        .map(|entry| line_of(entry))
        .collect();
    vec![Finding {
        what: format!(
            "calls about purchase {} go to Dataverse, the token endpoint and Stripe only",
            observed.purchase.id
        ),
        expected: "no call to the Event API, as far as our own fakes can see".to_owned(),
        seen: if stray.is_empty() { "none".to_owned() } else { stray.join("; ") },
        ok: stray.is_empty(),
        weight: Weight::Must,
    }]
}
