//! Puts people on their seats: the rows of registrations and their sessions, and their entries in the roster.

use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::Timestamp;
use uuid::Uuid;

use super::app::EventManagement;
use super::capacity::{Demand, SeatChange, Seats};
use super::contacts::{self, Matching};
use super::ledger::{Cancelled, Ledger, Purchase, Seat};
use super::offer::{self, Offer};
use super::placement::{Placed, Standing};
use super::reservation::State;
use super::roster::{Entry, SessionPlace};
use super::rows::{self, Made};
use super::tables::{ATTENDEE_PASS, CONTACT, REGISTRATION, RESPONSE, SESSION, SESSION_REGISTRATION};
use crate::store::{StoreError, Tx};

/// People of one event whose registrations are written together.
#[derive(Clone, Debug)]
pub(super) struct Party {
    pub(super) event: Uuid,
    pub(super) readable_event_id: Arc<str>,
    pub(super) placed: Vec<Placed>,
    /// The passes that have to be paid.
    pub(super) priced: BTreeSet<Uuid>,
}

impl Party {
    /// These people at the offer of their event.
    pub(super) fn of(offer: &Offer, placed: Vec<Placed>) -> Self {
        let priced = offer.passes.iter().filter(|(_, pass)| pass.price.is_some_and(|price| !price.is_zero()));
        Self {
            event: offer.event,
            readable_event_id: Arc::clone(&offer.readable_id),
            placed,
            priced: priced.filter(|_| offer.paid).map(|(id, _)| *id).collect(),
        }
    }
}

impl EventManagement {
    /// Writes the registrations of people who have not to pay, or wait. Their entries belong into the roster once all is written.
    pub(super) fn write_party(
        &self,
        tx: &mut Tx<'_>,
        party: &Party,
        matching: Matching,
        ticket: Option<Uuid>,
        now: Timestamp,
    ) -> Result<Vec<(Uuid, Entry)>, StoreError> {
        let forms = self.forms()?;
        let ids = self.world().ids();
        let scope = &*party.readable_event_id;
        let mut written = Vec::with_capacity(party.placed.len());
        for person in &party.placed {
            let attendee = &person.attendee;
            let contact =
                contacts::match_or_create(tx, attendee, matching, party.event, &mut || ids.uuid(CONTACT, scope))?;
            let made = Made {
                registration: ids.uuid(REGISTRATION, scope),
                number: ids.digits("registration number", scope, 10).into(),
                contact,
                event: party.event,
                waitlisted: person.waiting,
                ticket,
            };
            rows::create_registration(tx, forms, &made, rows::id_text(made.registration), now)?;
            rows::create_responses(tx, attendee, made.registration, None, &mut || ids.uuid(RESPONSE, scope))?;
            let pass = attendee.pass.filter(|_| !person.waiting);
            let attendee_pass = pass.map(|pass| self.write_attendee_pass(tx, pass, &made, scope)).transpose()?;
            let mut sessions = Vec::with_capacity(person.sessions.len());
            for (session, standing) in &person.sessions {
                let place =
                    SessionPlace { session: *session, row: ids.uuid(SESSION_REGISTRATION, scope), standing: *standing };
                rows::create_session_registration(tx, place, made.registration, contact, party.event)?;
                sessions.push(place);
            }
            let entry = Entry {
                event: party.event,
                pass: attendee.pass,
                attendee_pass,
                purchase: None,
                consents: attendee.auto_register,
                waits: person.waiting,
                unpaid: attendee.pass.is_some_and(|pass| party.priced.contains(&pass)),
                order: 0,
                sessions,
            };
            written.push((made.registration, entry));
        }
        Ok(written)
    }

    pub(super) fn write_attendee_pass(
        &self,
        tx: &mut Tx<'_>,
        pass: Uuid,
        made: &Made,
        scope: &str,
    ) -> Result<Uuid, StoreError> {
        let ids = self.world().ids();
        let id = ids.uuid(ATTENDEE_PASS, scope);
        rows::create_attendee_pass(tx, self.forms()?, id, ids.base62("pass number", scope, 12).into(), pass, made)?;
        Ok(id)
    }

    /// Puts written registrations on the roster, in their order; answers their ids.
    pub(super) fn enrol(ledger: &mut Ledger, written: Vec<(Uuid, Entry)>) -> Vec<Uuid> {
        let enrolled = written.into_iter().map(|(registration, entry)| {
            let order = ledger.roster.next();
            ledger.roster.put(registration, Entry { order, ..entry });
            registration
        });
        enrolled.collect()
    }

    /// What a purchase's move from one state to another means for the roster and the sessions of its attendees, and for those who wait.
    pub(super) fn follow(&self, ledger: &mut Ledger, purchase: Uuid, before: State, now: Timestamp) {
        let Some(entry) = ledger.purchases.get(&purchase) else { return };
        let (event, after) = (entry.event, entry.reservation.state());
        if before == after {
            return;
        }
        if after == State::Completed {
            self.seat_attendees(ledger, purchase, now);
        } else if before == State::Completed {
            let Ledger { purchases, roster, cancelled, .. } = &mut *ledger;
            let rows = purchases.get(&purchase).map(|entry| entry.issued.rows()).unwrap_or_default();
            for (registration, _) in rows {
                if let Some(entry) = roster.take(*registration) {
                    cancelled.insert(*registration, Cancelled { entry, bought: None });
                }
            }
        }
        // A completion frees nothing, but whoever was to wait for a session may find a place by now.
        self.refill(ledger, event, now);
    }

    /// The attendees of a completed purchase are on the roster from now on.
    fn seat_attendees(&self, ledger: &mut Ledger, purchase: Uuid, now: Timestamp) {
        let Ledger { seats: book, purchases, roster, cancelled, .. } = ledger;
        let Some(entry) = purchases.get_mut(&purchase) else { return };
        for (seat, (registration, attendee_pass)) in entry.seats.iter().zip(entry.issued.rows()) {
            cancelled.remove(registration);
            if let Some(earlier) = roster.take(*registration) {
                // An organizer had set the row of the cancelled registration back: its seat is the one that was bought, and no second one.
                let twice = earlier.seats();
                let counted = self.forms().and_then(|forms| {
                    self.store().write(now, |tx| rows::write_counters(tx, forms, book, SeatChange::Withdraw, &twice))
                });
                // A count always fits: it is cut to what the column takes.
                counted.unwrap_or_default();
                book.apply(SeatChange::Withdraw, &twice);
            }
            let order = roster.next();
            roster.put(
                *registration,
                Entry {
                    event: entry.event,
                    pass: seat.attendee.pass,
                    attendee_pass: *attendee_pass,
                    purchase: Some(purchase),
                    consents: seat.attendee.auto_register,
                    waits: false,
                    unpaid: false,
                    order,
                    sessions: self.places(*registration, &seat.sessions),
                },
            );
        }
    }

    /// The places of a registration in the sessions that it has rows for.
    fn places(&self, registration: Uuid, wishes: &[(Uuid, Option<Standing>)]) -> Vec<SessionPlace> {
        if wishes.is_empty() {
            return Vec::new();
        }
        self.store().read(|data| {
            let place = |(session, standing): &(Uuid, Option<Standing>)| {
                let rows = &mut data.find(SESSION_REGISTRATION, "msevtmgt_registrationid", registration);
                let row = rows.find(|row| row.lookup("msevtmgt_sessionid") == Some(*session))?.id();
                Some(SessionPlace { session: *session, row, standing: (*standing)? })
            };
            wishes.iter().filter_map(place).collect()
        })
    }

    /// Where the attendees of a purchase that is completed now stand with sessions whose places were not held for them, and the places that
    /// they take beyond those that were; `None` when all was decided with the reservation.
    pub(super) fn decide_sessions(&self, book: &Seats, entry: &Purchase) -> Option<(Vec<Seat>, Demand)> {
        let undecided = entry.seats.iter().flat_map(|seat| &seat.sessions).filter(|(_, standing)| standing.is_none());
        let mut asked = Demand::none(entry.event);
        asked.sessions.extend(undecided.map(|(session, _)| (*session, 1)));
        if asked.sessions.is_empty() {
            return None;
        }
        let limits = self.store().read(|data| offer::limits_for(data, &asked));
        let mut late = Demand::none(entry.event);
        let mut decided: Vec<Seat> = entry.seats.to_vec();
        for (session, standing) in decided.iter_mut().flat_map(|seat| &mut seat.sessions) {
            if standing.is_none() {
                let mut more = late.clone();
                *more.sessions.entry(*session).or_insert(0) += 1;
                let room = book.room(&more, &limits).is_ok();
                *standing = Some(if room { Standing::Registered } else { Standing::Waitlisted });
                if room {
                    late = more;
                }
            }
        }
        Some((decided, late))
    }

    /// The session registrations of a registration: those that it had are valid again, the others are made. A session that was deleted
    /// meanwhile has none.
    pub(super) fn write_sessions(
        &self,
        tx: &mut Tx<'_>,
        (registration, contact, event): (Uuid, Uuid, Uuid),
        wishes: &[(Uuid, Option<Standing>)],
    ) -> Result<(), StoreError> {
        for (session, standing) in wishes {
            let Some(standing) = *standing else { continue };
            if tx.get(SESSION, *session).is_none() {
                continue;
            }
            let known = tx
                .find(SESSION_REGISTRATION, "msevtmgt_registrationid", registration)
                .find(|row| row.lookup("msevtmgt_sessionid") == Some(*session))
                .map(|row| row.id());
            if let Some(row) = known {
                rows::set_session_registration(tx, row, Some(standing))?;
            } else {
                let row = self.world().ids().uuid(SESSION_REGISTRATION, &registration.to_string());
                let place = SessionPlace { session: *session, row, standing };
                rows::create_session_registration(tx, place, registration, contact, event)?;
            }
        }
        Ok(())
    }
}
