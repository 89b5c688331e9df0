//! What an organizer does with registrations: looks at them, cancels them, moves people up; by the control API or by writing their rows.

use jiff::Timestamp;
use thiserror::Error;
use uuid::Uuid;

use super::app::EventManagement;
use super::capacity::{Demand, Full, SeatChange};
use super::ledger::{Cancelled, Ledger};
use super::offer;
use super::placement::Standing;
use super::rows;
use super::tables::{EVENT, PASS, REGISTRATION, SESSION, SESSION_REGISTRATION, registration_status};
use crate::store::{Data, Row, StoreError};

/// Why an organizer's wish was refused.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum OrganizerRefusal {
    /// The app made no such registration, or it is cancelled.
    #[error("there is no valid registration {0} that came by the API")]
    Unknown(Uuid),
    /// It waits for nothing.
    #[error("registration {0} is not on the waiting list")]
    NotWaiting(Uuid),
    /// There is no free place.
    #[error("{0}")]
    Full(#[from] Full),
    /// A row could not be written.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A registration as the organizer sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RegistrationView {
    /// Its row.
    pub id: Uuid,
    /// Whether it waits for a place of the event.
    pub waits: bool,
    /// The pass wished for or taken.
    pub pass: Option<Uuid>,
    /// The purchase that paid for it.
    pub purchase: Option<Uuid>,
    /// Whether the attendee agreed to be moved up without being asked.
    pub auto_register: bool,
    /// Its sessions.
    pub sessions: Vec<SessionRegistrationView>,
}

/// One session of a registration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SessionRegistrationView {
    /// The session.
    pub session: Uuid,
    /// Row of `msevtmgt_sessionregistration`.
    pub row: Uuid,
    /// Where the attendee stands.
    pub standing: Standing,
}

impl EventManagement {
    /// The registrations of an event that are not cancelled, oldest first; `None` when there is no such event.
    pub fn registrations(&self, readable_id: &str) -> Option<Vec<RegistrationView>> {
        let ledger = self.ledger();
        let event = self.store().read(|data| offer::find_event(data, readable_id, true).map(|row| row.id()))?;
        let mut found: Vec<_> = ledger.roster.iter().filter(|(_, entry)| entry.event == event).collect();
        found.sort_by_key(|(_, entry)| entry.order);
        let view = |(id, entry): (Uuid, &super::roster::Entry)| RegistrationView {
            id,
            waits: entry.waits,
            pass: entry.pass,
            purchase: entry.purchase,
            auto_register: entry.consents,
            sessions: entry
                .sessions
                .iter()
                .map(|place| SessionRegistrationView {
                    session: place.session,
                    row: place.row,
                    standing: place.standing,
                })
                .collect(),
        };
        Some(found.into_iter().map(view).collect())
    }

    /// How many places of a session are taken: held for payments, and sold.
    pub fn session_seats(&self, session: Uuid) -> super::capacity::Occupancy {
        self.ledger().seats.session(session)
    }

    /// Cancels a registration: its places come free and go to those who wait.
    pub fn cancel_registration(&self, registration: Uuid) -> Result<(), OrganizerRefusal> {
        let now = self.now();
        self.give_back(&mut self.ledger(), registration, now)
    }

    /// Cancels one session of a registration.
    pub fn cancel_session_registration(&self, registration: Uuid, session: Uuid) -> Result<(), OrganizerRefusal> {
        let now = self.now();
        self.give_back_session(&mut self.ledger(), registration, session, now)
    }

    /// Moves somebody up from the event's waiting list by hand; there has to be room.
    pub fn move_up(&self, registration: Uuid) -> Result<(), OrganizerRefusal> {
        let now = self.now();
        self.seat_and_refill(&mut self.ledger(), registration, false, now)
    }

    /// Moves somebody up from a session's waiting list by hand; there has to be room.
    pub fn move_up_in_session(&self, registration: Uuid, session: Uuid) -> Result<(), OrganizerRefusal> {
        let now = self.now();
        self.seat_in_session(&mut self.ledger(), registration, session, false, now)
    }

    /// Whoever is moved up stands in the queues of full sessions from now on, and some may have room.
    pub(super) fn seat_and_refill(
        &self,
        ledger: &mut Ledger,
        registration: Uuid,
        anyway: bool,
        now: Timestamp,
    ) -> Result<(), OrganizerRefusal> {
        self.seat(ledger, registration, anyway, now)?;
        if let Some(event) = ledger.roster.get(registration).map(|entry| entry.event) {
            self.refill(ledger, event, now);
        }
        Ok(())
    }

    fn give_back(&self, ledger: &mut Ledger, registration: Uuid, now: Timestamp) -> Result<(), OrganizerRefusal> {
        let entry = ledger.roster.get(registration).ok_or(OrganizerRefusal::Unknown(registration))?.clone();
        let demand = entry.seats();
        let forms = self.forms()?;
        self.store().write(now, |tx| {
            rows::set_registration(tx, registration, entry.attendee_pass, false)?;
            for place in &entry.sessions {
                rows::set_session_registration(tx, place.row, None)?;
            }
            rows::write_counters(tx, forms, &ledger.seats, SeatChange::Withdraw, &demand)
        })?;
        ledger.seats.apply(SeatChange::Withdraw, &demand);
        ledger.roster.take(registration);
        // What the purchase took is less by this seat, so that it is not given back twice.
        let mut bought = None;
        if let Some(purchase) = entry.purchase.and_then(|purchase| ledger.purchases.get_mut(&purchase)) {
            purchase.demand.remove(&demand);
            bought = purchase.give_up(registration);
        }
        let event = entry.event;
        if self.store().get(REGISTRATION, registration).is_some() {
            ledger.cancelled.insert(registration, Cancelled { entry, bought });
        }
        self.refill(ledger, event, now);
        Ok(())
    }

    fn give_back_session(
        &self,
        ledger: &mut Ledger,
        registration: Uuid,
        session: Uuid,
        now: Timestamp,
    ) -> Result<(), OrganizerRefusal> {
        let mut entry = ledger.roster.get(registration).ok_or(OrganizerRefusal::Unknown(registration))?.clone();
        let position = entry.sessions.iter().position(|place| place.session == session);
        let position = position.ok_or(OrganizerRefusal::Unknown(registration))?;
        let place = entry.sessions.remove(position);
        let forms = self.forms()?;
        let mut demand = Demand::none(entry.event);
        if place.standing == Standing::Registered {
            demand.sessions.insert(session, 1);
        }
        self.store().write(now, |tx| {
            rows::set_session_registration(tx, place.row, None)?;
            rows::write_counters(tx, forms, &ledger.seats, SeatChange::Withdraw, &demand)
        })?;
        ledger.seats.apply(SeatChange::Withdraw, &demand);
        if let Some(purchase) = entry.purchase.and_then(|purchase| ledger.purchases.get_mut(&purchase)) {
            purchase.demand.remove(&demand);
            purchase.give_up_session(registration, session);
        }
        let event = entry.event;
        ledger.roster.put(registration, entry);
        self.refill(ledger, event, now);
        Ok(())
    }

    /// Rows were written by somebody else than the app: a cancelled or deleted registration gives its places back, one that is set from
    /// waiting to registered has a place from now on, and higher limits let people move up.
    pub(crate) fn rows_changed(&self, touched: &[(String, Uuid)]) {
        let looked_at = [REGISTRATION, SESSION_REGISTRATION, EVENT, PASS, SESSION];
        let mut relevant = touched.iter().filter(|(table, _)| looked_at.contains(&table.as_str())).peekable();
        if relevant.peek().is_none() {
            return;
        }
        let now = self.now();
        let mut ledger = self.ledger();
        for (table, id) in relevant {
            // What a row asks for that is the case already, or that nobody knows of, needs nothing.
            let followed = match table.as_str() {
                REGISTRATION => self.registration_changed(&mut ledger, *id, now),
                SESSION_REGISTRATION => self.session_registration_changed(&mut ledger, *id, now),
                _ => {
                    if let Some(event) = self.store().read(|data| event_of(data, table, *id)) {
                        self.refill(&mut ledger, event, now);
                    }
                    Ok(())
                }
            };
            followed.unwrap_or_default();
        }
    }

    fn registration_changed(&self, ledger: &mut Ledger, id: Uuid, now: Timestamp) -> Result<(), OrganizerRefusal> {
        let Some(entry) = ledger.roster.get(id) else { return self.restored(ledger, id, now) };
        let waits = entry.waits;
        match self.store().get(REGISTRATION, id) {
            Some(row) if is_cancelled(&row) => self.give_back(ledger, id, now),
            None => self.give_back(ledger, id, now),
            Some(row) if waits && row.choice("statuscode") == Some(registration_status::REGISTERED.0) => {
                self.seat_and_refill(ledger, id, true, now)
            }
            Some(_) => Ok(()),
        }
    }

    fn session_registration_changed(
        &self,
        ledger: &mut Ledger,
        id: Uuid,
        now: Timestamp,
    ) -> Result<(), OrganizerRefusal> {
        let row = self.store().get(SESSION_REGISTRATION, id);
        let named = row.as_ref().and_then(|row| row.lookup("msevtmgt_registrationid"));
        let Some(registration) = named.or_else(|| ledger.roster.of_session_row(id)) else { return Ok(()) };
        let places = ledger.roster.get(registration).map(|entry| entry.sessions.as_slice()).unwrap_or_default();
        let Some(place) = places.iter().find(|place| place.row == id).copied() else {
            return row.map_or(Ok(()), |row| self.session_restored(ledger, registration, &row, now));
        };
        match row {
            Some(row) if !is_cancelled(&row) => {
                let registered = row.choice("statuscode") == Some(registration_status::REGISTERED.0);
                if registered && place.standing == Standing::Waitlisted {
                    return self.seat_in_session(ledger, registration, place.session, true, now);
                }
                Ok(())
            }
            _ => self.give_back_session(ledger, registration, place.session, now),
        }
    }
}

pub(super) fn is_cancelled(row: &Row) -> bool {
    row.flag("msevtmgt_iscanceled") || row.choice("statecode") != Some(0)
}

fn event_of(data: &Data, table: &str, id: Uuid) -> Option<Uuid> {
    let row = data.get(table, id)?;
    match table {
        EVENT => Some(id),
        PASS => row.lookup("msevtmgt_eventid"),
        _ => row.lookup("msevtmgt_event"),
    }
}
