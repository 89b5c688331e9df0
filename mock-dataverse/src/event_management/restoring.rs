//! Cancelled registrations whose rows an organizer sets back: they take places again.

use jiff::Timestamp;
use uuid::Uuid;

use super::app::EventManagement;
use super::capacity::{Demand, SeatChange};
use super::ledger::{Cancelled, Ledger};
use super::organizer::{OrganizerRefusal, is_cancelled};
use super::placement::Standing;
use super::reservation::State;
use super::roster::{Entry, SessionPlace};
use super::rows;
use super::tables::{REGISTRATION, registration_status};
use crate::store::{Fields, Row};

impl EventManagement {
    /// A cancelled registration whose row is set back takes a place again, without its sessions: an organizer's word asks for no free one.
    /// Set to "Waitlisted" it waits, behind all others.
    pub(super) fn restored(&self, ledger: &mut Ledger, id: Uuid, now: Timestamp) -> Result<(), OrganizerRefusal> {
        let Some(row) = self.store().get(REGISTRATION, id).filter(|row| !is_cancelled(row)) else { return Ok(()) };
        let Some(Cancelled { entry, bought }) = ledger.cancelled.remove(&id) else { return Ok(()) };
        let order = ledger.roster.next();
        let waiting = Entry { waits: true, order, sessions: Vec::new(), purchase: None, ..entry.clone() };
        ledger.roster.put(id, waiting);
        if row.choice("statuscode") == Some(registration_status::WAITLISTED.0) {
            let word = Fields::new().set("msevtmgt_registrationstatus", registration_status::WAITLISTED.1);
            self.store().write(now, |tx| tx.update(REGISTRATION, id, word).map(drop))?;
            self.refill(ledger, entry.event, now);
            return Ok(());
        }
        self.seat_and_refill(ledger, id, true, now)?;
        // What was bought is bought again, unless the purchase itself has ended.
        let purchase = entry.purchase.and_then(|purchase| ledger.purchases.get_mut(&purchase));
        let completed = purchase.filter(|purchase| purchase.reservation.state() == State::Completed);
        if let (Some(purchase), Some(seat), Some(seated)) = (completed, bought, ledger.roster.get(id).cloned()) {
            purchase.demand.add(&seated.seats());
            purchase.take_back(id, seated.attendee_pass, seat);
            ledger.roster.put(id, Entry { purchase: entry.purchase, ..seated });
        }
        Ok(())
    }

    /// A session registration that is set back, or made by an organizer, takes a place of the session.
    pub(super) fn session_restored(
        &self,
        ledger: &mut Ledger,
        registration: Uuid,
        row: &Row,
        now: Timestamp,
    ) -> Result<(), OrganizerRefusal> {
        let registered = row.choice("statuscode") == Some(registration_status::REGISTERED.0);
        let Some(session) = row.lookup("msevtmgt_sessionid").filter(|_| registered && !is_cancelled(row)) else {
            return Ok(());
        };
        let seated = ledger.roster.get(registration).filter(|entry| !entry.waits);
        let again = |entry: &&Entry| entry.sessions.iter().all(|place| place.session != session);
        let Some(mut entry) = seated.filter(again).cloned() else { return Ok(()) };
        let mut demand = Demand::none(entry.event);
        demand.sessions.insert(session, 1);
        let forms = self.forms()?;
        self.store().write(now, |tx| {
            rows::set_session_registration(tx, row.id(), Some(Standing::Registered))?;
            rows::write_counters(tx, forms, &ledger.seats, SeatChange::Sell, &demand)
        })?;
        ledger.seats.apply(SeatChange::Sell, &demand);
        if let Some(purchase) = entry.purchase.and_then(|purchase| ledger.purchases.get_mut(&purchase)) {
            purchase.demand.add(&demand);
            purchase.take_session(registration, session, Standing::Registered);
        }
        entry.sessions.push(SessionPlace { session, row: row.id(), standing: Standing::Registered });
        ledger.roster.put(registration, entry);
        Ok(())
    }
}
