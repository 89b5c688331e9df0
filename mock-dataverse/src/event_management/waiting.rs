//! The waiting lists: who is moved up when a seat comes free (`facts/event-api.md` 3.6).

use jiff::Timestamp;
use uuid::Uuid;

use super::app::EventManagement;
use super::capacity::{Demand, SeatChange};
use super::ledger::Ledger;
use super::offer;
use super::organizer::OrganizerRefusal;
use super::placement::Standing;
use super::roster::{Entry, SessionPlace};
use super::rows::{self, Made};
use super::tables::{ATTENDEE_PASS, EVENT, REGISTRATION};
use crate::store::{StoreError, Value};

impl EventManagement {
    /// Gives free seats of an event and its sessions to those who wait longest and may be moved up without being asked.
    pub(super) fn refill(&self, ledger: &mut Ledger, event: Uuid, now: Timestamp) {
        if ledger.roster.nobody_waits() {
            return;
        }
        let Some((everybody, readable)) = self.store().read(|data| {
            let row = data.get(EVENT, event)?;
            let readable = row.text("msevtmgt_readableeventid").unwrap_or_default().to_owned();
            Some((row.flag("msevtmgt_autoregisterwaitlistitems"), readable))
        }) else {
            return;
        };
        let switches = self.switches(&readable);
        let strict = switches.is("EAPI-WAITLIST-ORDER", "strict");
        let unpaid_too = switches.is("EAPI-WAITLIST-PAID", "unpaid");
        let consent = switches.value("EAPI-AUTOREGISTER");
        let may_move = |entry: &Entry| {
            let asked = match consent {
                "event" => everybody,
                "attendee" => entry.consents,
                _ => everybody || entry.consents,
            };
            asked && (!entry.waits || !entry.unpaid || unpaid_too)
        };
        for registration in ledger.roster.queue(event) {
            let moves = ledger.roster.get(registration).is_some_and(may_move);
            if moves && self.seat(ledger, registration, false, now).is_ok() {
                continue;
            }
            if strict {
                break;
            }
        }
        let mut sessions: Vec<Uuid> = ledger
            .roster
            .iter()
            .filter(|(_, entry)| entry.event == event && !entry.waits)
            .flat_map(|(_, entry)| &entry.sessions)
            .filter(|place| place.standing == Standing::Waitlisted)
            .map(|place| place.session)
            .collect();
        sessions.sort_unstable();
        sessions.dedup();
        for session in sessions {
            for registration in ledger.roster.queue(session) {
                let moves = ledger.roster.get(registration).is_some_and(may_move);
                if moves && self.seat_in_session(ledger, registration, session, false, now).is_ok() {
                    continue;
                }
                if strict {
                    break;
                }
            }
        }
    }

    /// Moves somebody up from the event's waiting list; `anyway` asks for no free seat.
    pub(super) fn seat(
        &self,
        ledger: &mut Ledger,
        registration: Uuid,
        anyway: bool,
        now: Timestamp,
    ) -> Result<(), OrganizerRefusal> {
        let entry = ledger.roster.get(registration).ok_or(OrganizerRefusal::Unknown(registration))?;
        if !entry.waits {
            return Err(OrganizerRefusal::NotWaiting(registration));
        }
        let mut entry = entry.clone();
        let mut demand = Demand::one(entry.event, entry.pass, []);
        let all = Demand::one(entry.event, entry.pass, entry.sessions.iter().map(|place| place.session));
        let limits = self.store().read(|data| offer::limits_for(data, &all));
        if !anyway {
            ledger.seats.room(&demand, &limits)?;
        }
        for place in entry.sessions.iter_mut().filter(|place| place.standing == Standing::OnHold) {
            let mut more = Demand::none(entry.event);
            more.sessions.insert(place.session, 1);
            place.standing = if ledger.seats.room(&more, &limits).is_ok() {
                demand.add(&more);
                Standing::Registered
            } else {
                Standing::Waitlisted
            };
        }
        let scope = registration.to_string();
        let forms = self.forms()?;
        entry.attendee_pass = self.store().write(now, |tx| {
            rows::set_registration(tx, registration, entry.attendee_pass, true)?;
            for place in &entry.sessions {
                rows::set_session_registration(tx, place.row, Some(place.standing))?;
            }
            rows::write_counters(tx, forms, &ledger.seats, SeatChange::Sell, &demand)?;
            // Who had a seat before has a pass, unless its row was deleted.
            if let Some(kept) = entry.attendee_pass.filter(|pass| tx.get(ATTENDEE_PASS, *pass).is_some()) {
                return Ok(Some(kept));
            }
            let contact = tx.get(REGISTRATION, registration).and_then(|row| row.lookup("msevtmgt_contactid"));
            let (Some(pass), Some(contact)) = (entry.pass, contact) else { return Ok::<_, StoreError>(None) };
            let number = Value::Null;
            let made = Made { registration, number, contact, event: entry.event, waitlisted: false, ticket: None };
            self.write_attendee_pass(tx, pass, &made, &scope).map(Some)
        })?;
        ledger.seats.apply(SeatChange::Sell, &demand);
        entry.waits = false;
        ledger.roster.put(registration, entry);
        Ok(())
    }

    /// Moves somebody who has a seat of the event up from a session's waiting list.
    pub(super) fn seat_in_session(
        &self,
        ledger: &mut Ledger,
        registration: Uuid,
        session: Uuid,
        anyway: bool,
        now: Timestamp,
    ) -> Result<(), OrganizerRefusal> {
        let entry = ledger.roster.get(registration).ok_or(OrganizerRefusal::Unknown(registration))?;
        let mut entry = entry.clone();
        let waits = |place: &SessionPlace| place.session == session && place.standing == Standing::Waitlisted;
        let place = entry.sessions.iter_mut().find(|place| waits(place)).filter(|_| !entry.waits);
        let place = place.ok_or(OrganizerRefusal::NotWaiting(registration))?;
        let mut demand = Demand::none(entry.event);
        demand.sessions.insert(session, 1);
        if !anyway {
            let limits = self.store().read(|data| offer::limits_for(data, &demand));
            ledger.seats.room(&demand, &limits)?;
        }
        place.standing = Standing::Registered;
        let row = place.row;
        let forms = self.forms()?;
        self.store().write(now, |tx| {
            rows::set_session_registration(tx, row, Some(Standing::Registered))?;
            rows::write_counters(tx, forms, &ledger.seats, SeatChange::Sell, &demand)
        })?;
        ledger.seats.apply(SeatChange::Sell, &demand);
        if let Some(purchase) = entry.purchase.and_then(|purchase| ledger.purchases.get_mut(&purchase)) {
            purchase.demand.add(&demand);
        }
        ledger.roster.put(registration, entry);
        Ok(())
    }
}
