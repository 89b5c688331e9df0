//! INV-8: every event is acknowledged in the end. What was delivered last counts; deliveries that a case forges are its own business.

use std::collections::BTreeMap;

use mock_core::journal::Direction;

use super::observed::{Observed, Surroundings};
use super::table::Finding;
use crate::check::http::{Outcome, outcome};
use crate::check::journal::{event_id, event_type};
use crate::model::Weight;

pub(super) fn judge(observed: &Observed, _: &Surroundings<'_>) -> Vec<Finding> {
    let mut last: BTreeMap<String, String> = BTreeMap::new();
    let mut open: BTreeMap<String, String> = BTreeMap::new();
    for entry in observed.entries.iter().filter(|entry| entry.direction == Direction::Outbound) {
        let Some(id) = event_id(entry) else { continue };
        if observed.disowned.iter().any(|foreign| entry.request.body.contains(foreign.as_str())) {
            continue;
        }
        // What is on its way at this very moment (the booking that Stripe makes a while after a payment) is no refusal.
        if entry.status.is_none() && entry.failure.is_none() {
            continue;
        }
        let kind = event_type(entry).unwrap_or_default();
        let acknowledged = entry.status.is_some_and(|status| outcome(status) == Outcome::Success);
        let end = entry.status.map_or_else(|| entry.failure.clone().unwrap_or_default(), |status| status.to_string());
        if acknowledged {
            open.remove(&id);
        } else {
            open.insert(id.clone(), format!("{kind} ({id}): {end}"));
        }
        last.insert(id, kind);
    }
    if last.is_empty() {
        return Vec::new();
    }
    let ok = open.is_empty();
    vec![Finding {
        what: format!("every event about purchase {} is acknowledged", observed.purchase.id),
        expected: "2xx to the last delivery of each".to_owned(),
        seen: if ok {
            format!("{} events, all acknowledged", last.len())
        } else {
            open.into_values().collect::<Vec<_>>().join("; ")
        },
        ok,
        // Without faults one delivery is all that Stripe has made so far; it will try again, so this is a warning here.
        weight: Weight::Should,
    }]
}
