//! Ends a reservation: the finalize operation, the payment timeout, and what either leaves in the rows.

use jiff::Timestamp;
use thiserror::Error;
use uuid::Uuid;

use super::app::EventManagement;
use super::capacity::{Demand, SeatChange, Seats};
use super::contacts::{self, Matching};
use super::ledger::{Happening, Ledger, Purchase, Seat, What};
use super::offer;
use super::reservation::{Command, Effect, PaymentStatus, Refusal, State};
use super::rows::{self, Made};
use super::switches::Scoped;
use super::tables::{ATTENDEE_PASS, CONTACT, PURCHASE, PURCHASE_ATTENDEE, PURCHASE_PASS, REGISTRATION, RESPONSE};
use crate::store::{Fields, StoreError, Tx};

/// Why a finalize call was refused.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum FinalizeRefusal {
    /// No such purchase.
    #[error("msevtmgt_eventpurchase With Id = {0} Does Not Exist")]
    Unknown(Uuid),
    /// The integer is no payment status.
    #[error("{0} is not a payment status: 100000000 is cancelled, 100000001 is completed.")]
    Status(i64),
    /// The row exists, but no registration made it: there is nothing to finalize.
    #[error("Purchase {0} has no reservation.")]
    NotReserved(Uuid),
    /// The reservation does not go there.
    #[error(transparent)]
    Reservation(#[from] Refusal),
    /// A row could not be written.
    #[error("The registration cannot be stored: {0}.")]
    Store(#[from] StoreError),
}

impl EventManagement {
    /// `msevtmgt_finalizeregistrationpayment`: what the payment came to. `status` is the integer of the choice.
    pub fn finalize(&self, purchase: Uuid, status: i64) -> Result<(), FinalizeRefusal> {
        let now = self.now();
        let mut ledger = self.ledger();
        if !self.purchase_row_exists(purchase) {
            return Err(FinalizeRefusal::Unknown(purchase));
        }
        let Ledger { seats, purchases, .. } = &mut *ledger;
        let Some(entry) = purchases.get_mut(&purchase) else {
            return Err(FinalizeRefusal::NotReserved(purchase));
        };
        self.end_if_overdue(seats, purchase, entry, now);
        let before = entry.reservation.state();
        let result = self.try_finalize(seats, purchase, entry, status, now);
        entry.note(Happening {
            at: now,
            what: What::Finalize(status),
            before: Some(before),
            after: entry.reservation.state(),
            refused: result.as_ref().err().map(ToString::to_string),
        });
        result
    }

    fn try_finalize(
        &self,
        book: &mut Seats,
        purchase: Uuid,
        entry: &mut Purchase,
        status: i64,
        now: Timestamp,
    ) -> Result<(), FinalizeRefusal> {
        let status = PaymentStatus::from_choice(status).ok_or(FinalizeRefusal::Status(status))?;
        let scope = purchase.to_string();
        let policy = Scoped::purchase(self.world(), &scope, &entry.readable_event_id).policy();
        // Whoever still holds seats need not look for free ones.
        let held = entry.reservation.state() == State::Reserved && !entry.reservation.is_overdue(now);
        let room = held || {
            let limits = self.store().read(|data| offer::limits_for(data, &entry.demand));
            book.room(&entry.demand, &limits).is_ok()
        };
        let (after, effects) = entry.reservation.apply(Command::Finalize { status, room }, policy, now)?;
        for effect in effects {
            self.carry_out(book, purchase, entry, effect, now)?;
        }
        entry.reservation = after;
        Ok(())
    }

    /// The payment timeout of a purchase has come. Anything but an open reservation is left alone.
    pub(super) fn time_out(&self, purchase: Uuid) {
        let now = self.now();
        let mut ledger = self.ledger();
        let Ledger { seats, purchases, .. } = &mut *ledger;
        if let Some(entry) = purchases.get_mut(&purchase) {
            self.end_if_overdue(seats, purchase, entry, now);
        }
    }

    fn end_if_overdue(&self, book: &mut Seats, purchase: Uuid, entry: &mut Purchase, now: Timestamp) {
        if !entry.reservation.is_overdue(now) {
            return;
        }
        let policy = Scoped::event(self.world(), &entry.readable_event_id).policy();
        if let Ok((after, effects)) = entry.reservation.apply(Command::DeadlineReached, policy, now) {
            let before = entry.reservation.state();
            for effect in effects {
                // The only effect of a timeout is a release, which does not fail.
                self.carry_out(book, purchase, entry, effect, now).unwrap_or_default();
            }
            entry.reservation = after;
            let at = entry.reservation.deadline();
            entry.note(Happening {
                at,
                what: What::Timeout,
                before: Some(before),
                after: after.state(),
                refused: None,
            });
        }
    }

    /// Writes the rows of one effect, then moves the seats: when the rows cannot be written, nothing has happened.
    fn carry_out(
        &self,
        book: &mut Seats,
        purchase: Uuid,
        entry: &mut Purchase,
        effect: Effect,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let change = match effect {
            Effect::Confirm => SeatChange::Confirm,
            Effect::Reseat => SeatChange::Sell,
            Effect::Release => SeatChange::Release,
            Effect::Withdraw => SeatChange::Withdraw,
        };
        let counters = |tx: &mut Tx<'_>, demand: &Demand| rows::write_counters(tx, book, change, demand);
        match effect {
            Effect::Confirm | Effect::Reseat => self.confirm(purchase, entry, now, counters)?,
            // The seats become free even when somebody has deleted the purchase's row meanwhile.
            Effect::Release => self.store().write(now, |tx| {
                write_outcome(tx, purchase, PaymentStatus::Cancelled, Fields::new()).unwrap_or_default();
                counters(tx, &entry.demand)
            })?,
            Effect::Withdraw => self.store().write(now, |tx| {
                for seat in &entry.seats {
                    if let Some(registration) = seat.registration {
                        rows::set_registration(tx, registration, seat.attendee_pass, false)?;
                    }
                }
                write_outcome(tx, purchase, PaymentStatus::Cancelled, Fields::new().set("msevtmgt_paid", false))?;
                counters(tx, &entry.demand)
            })?,
        }
        book.apply(change, &entry.demand);
        Ok(())
    }

    /// Contacts, registrations, attendee passes and the links back to them.
    fn confirm(
        &self,
        purchase: Uuid,
        entry: &mut Purchase,
        now: Timestamp,
        counters: impl FnOnce(&mut Tx<'_>, &Demand) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        let ids = self.world().ids();
        let scope = purchase.to_string();
        let switches = Scoped::purchase(self.world(), &scope, &entry.readable_event_id);
        let matching = Matching::from_switch(switches.value("EAPI-MATCH"));
        // What was made for each seat; the book learns of it once all is written.
        let mut rows_made = Vec::with_capacity(entry.seats.len());
        self.store().write(now, |tx| {
            let mut purchaser = None;
            for seat in &entry.seats {
                let contact =
                    contacts::match_or_create(tx, &seat.attendee, matching, &mut || ids.uuid(CONTACT, &scope))?;
                purchaser = purchaser.or(Some(contact));
                if let Some(registration) = seat.registration {
                    rows::set_registration(tx, registration, seat.attendee_pass, true)?;
                    rows_made.push((registration, seat.attendee_pass));
                    continue;
                }
                let made = Made {
                    registration: ids.uuid(REGISTRATION, &scope),
                    number: ids.digits("registration number", &scope, 10),
                    contact,
                    event: entry.event,
                    waitlisted: false,
                    ticket: None,
                };
                rows::create_registration(tx, &made, now)?;
                let mut attendee_pass = seat.attendee_pass;
                if let Some(pass) = seat.attendee.pass {
                    let id = ids.uuid(ATTENDEE_PASS, &scope);
                    rows::create_attendee_pass(tx, id, &ids.base62("pass number", &scope, 12), pass, &made)?;
                    attendee_pass = Some(id);
                }
                rows::create_responses(
                    tx,
                    &seat.attendee,
                    made.registration,
                    Some(seat.purchase_attendee),
                    &mut || ids.uuid(RESPONSE, &scope),
                )?;
                link_back(tx, seat, contact, made.registration, attendee_pass)?;
                rows_made.push((made.registration, attendee_pass));
            }
            let fields = Fields::new()
                .set("msevtmgt_paid", true)
                .set("msevtmgt_processed", true)
                .set("msevtmgt_purchasingcontactid", purchaser);
            write_outcome(tx, purchase, PaymentStatus::Completed, fields)?;
            counters(tx, &entry.demand)
        })?;
        for (seat, (registration, attendee_pass)) in entry.seats.iter_mut().zip(rows_made) {
            seat.registration = Some(registration);
            seat.attendee_pass = attendee_pass;
        }
        Ok(())
    }
}

fn link_back(
    tx: &mut Tx<'_>,
    seat: &Seat,
    contact: Uuid,
    registration: Uuid,
    attendee_pass: Option<Uuid>,
) -> Result<(), StoreError> {
    if tx.get(PURCHASE_ATTENDEE, seat.purchase_attendee).is_some() {
        let fields =
            Fields::new().set("msevtmgt_attendeecontactid", contact).set("msevtmgt_eventregistrationid", registration);
        tx.update(PURCHASE_ATTENDEE, seat.purchase_attendee, fields)?;
    }
    if let Some(pass) = seat.purchase_pass.filter(|pass| tx.get(PURCHASE_PASS, *pass).is_some()) {
        tx.update(PURCHASE_PASS, pass, Fields::new().set("msevtmgt_attendeepassid", attendee_pass))?;
    }
    Ok(())
}

fn write_outcome(tx: &mut Tx<'_>, purchase: Uuid, status: PaymentStatus, fields: Fields) -> Result<(), StoreError> {
    let choice = i32::try_from(status.choice()).unwrap_or_default();
    tx.update(PURCHASE, purchase, fields.set("msevtmgt_paymentstatus", choice)).map(drop)
}
