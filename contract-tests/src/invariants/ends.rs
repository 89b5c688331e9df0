//! INV-8: every event is acknowledged in the end. What was delivered last counts; deliveries that a case forges are its own business.

use std::collections::{BTreeMap, BTreeSet};

use mock_core::journal::Direction;

use super::observed::{Observed, Surroundings};
use super::table::Finding;
use crate::check::http::{Outcome, outcome};
use crate::check::journal::{Event, event_of};
use crate::model::Weight;

pub(super) fn judge(observed: &Observed, _: &Surroundings<'_>) -> Vec<Finding> {
    let mut delivered: BTreeSet<String> = BTreeSet::new();
    let mut open: BTreeMap<String, String> = BTreeMap::new();
    for entry in observed.entries.iter().filter(|entry| entry.direction == Direction::Outbound) {
        let Some(Event { id: Some(id), kind }) = event_of(entry) else { continue };
        if observed.disowned.iter().any(|foreign| entry.request.body.contains(foreign.as_str())) {
            continue;
        }
        // What is on its way at this very moment (the booking that Stripe makes a while after a payment) is no refusal.
        if entry.status.is_none() && entry.failure.is_none() {
            continue;
        }
        if entry.status.is_some_and(|status| outcome(status) == Outcome::Success) {
            open.remove(&id);
        } else {
            let end =
                entry.status.map_or_else(|| entry.failure.clone().unwrap_or_default(), |status| status.to_string());
            open.insert(id.clone(), format!("{} ({id}): {end}", kind.unwrap_or_default()));
        }
        delivered.insert(id);
    }
    if delivered.is_empty() {
        return Vec::new();
    }
    let ok = open.is_empty();
    vec![Finding {
        what: format!("every event about purchase {} is acknowledged", observed.purchase.id),
        expected: "2xx to the last delivery of each".to_owned(),
        seen: if ok {
            format!("{} events, all acknowledged", delivered.len())
        } else {
            open.into_values().collect::<Vec<_>>().join("; ")
        },
        ok,
        // Without faults one delivery is all that Stripe has made so far; it will try again, so this is a warning here.
        weight: Weight::Should,
    }]
}
