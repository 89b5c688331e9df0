//! Free registrations as the product takes them, where the switches ask for it: validated through a cache of ten minutes, accepted at once, and
//! written later by a worker (`facts/event-api.md` 3.3).

use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

use super::app::EventManagement;
use super::capacity::{Demand, SeatChange, Seats};
use super::contacts::Matching;
use super::ledger::Ledger;
use super::offer::Offer;
use super::rows;
use super::seating::Party;
use super::switches::Scoped;
use super::tables::EVENT;
use crate::store::StoreError;

/// The kind of job that writes an accepted registration; its subject is the id of the ticket.
pub const TICKET_JOB: &str = "dataverse.registration-worker";

/// How long what was read of an event counts.
const CACHE: SignedDuration = SignedDuration::from_mins(10);
/// How long the worker waits after a failure.
const RETRY: SignedDuration = SignedDuration::from_mins(10);
/// How long it keeps trying.
const GIVE_UP: SignedDuration = SignedDuration::from_hours(6);

/// A free registration that was accepted and is not written yet. Its seats are held.
#[derive(Clone, Debug)]
pub(super) struct Queued {
    pub(super) party: Party,
    pub(super) demand: Demand,
    pub(super) accepted: Timestamp,
}

/// What the validation saw of an event, and when.
#[derive(Clone, Debug)]
pub(super) struct Seen {
    at: Timestamp,
    offer: Offer,
    seats: Seats,
}

/// EAPI-28: how long a free registration waits to be written; `None` writes it before the answer.
pub(super) fn delay(switches: Scoped<'_>) -> Option<SignedDuration> {
    match switches.value("EAPI-28") {
        "after-1-minute" => Some(SignedDuration::from_mins(1)),
        "after-10-minutes" => Some(SignedDuration::from_mins(10)),
        "after-1-hour" => Some(SignedDuration::from_hours(1)),
        _ => None,
    }
}

/// EAPI-CACHE: the offer and the seats that a free registration is validated by. What is older than ten minutes is read anew.
pub(super) fn validated_by(ledger: &mut Ledger, fresh: Offer, cached: bool, now: Timestamp) -> (Offer, Option<Seats>) {
    // With a gateway the validation does not go through the cache (inferred: the page leaves it to the gateway's integrator).
    if !cached || fresh.paid {
        return (fresh, None);
    }
    let event = fresh.event;
    let valid = |seen: &&Seen| now.duration_since(seen.at) < CACHE;
    if let Some(seen) = ledger.seen.get(&event).filter(valid) {
        return (seen.offer.clone(), Some(seen.seats.clone()));
    }
    let seats = ledger.seats.part(event, &fresh.limits(), fresh.sessions.keys().copied());
    ledger.seen.insert(event, Seen { at: now, offer: fresh.clone(), seats: seats.clone() });
    (fresh, Some(seats))
}

impl EventManagement {
    /// The worker's turn for a ticket.
    pub(super) fn work_off(&self, ticket: Uuid) {
        let now = self.now();
        let mut ledger = self.ledger();
        let Some(queued) = ledger.queue.remove(&ticket) else { return };
        let matching = Matching::from_switch(self.switches(&queued.party.readable_event_id).value("EAPI-MATCH"));
        let event = queued.party.event;
        let written = self.store().write(now, |tx| {
            if tx.get(EVENT, event).is_none() {
                return Err(StoreError::Missing { table: EVENT.to_owned(), id: event });
            }
            let written = self.write_party(tx, &queued.party, matching, Some(ticket), now)?;
            rows::write_counters(tx, self.forms()?, &ledger.seats, SeatChange::Confirm, &queued.demand)?;
            Ok(written)
        });
        match written {
            Ok(written) => {
                ledger.seats.apply(SeatChange::Confirm, &queued.demand);
                Self::enrol(&mut ledger, written);
            }
            Err(_) if now.duration_since(queued.accepted) < GIVE_UP => {
                let again = now.saturating_add(RETRY).unwrap_or(Timestamp::MAX);
                self.world().scheduler().at(again, TICKET_JOB, ticket.to_string());
                ledger.queue.insert(ticket, queued);
            }
            Err(_) => {
                ledger.seats.apply(SeatChange::Release, &queued.demand);
                self.refill(&mut ledger, queued.party.event, now);
            }
        }
    }
}
