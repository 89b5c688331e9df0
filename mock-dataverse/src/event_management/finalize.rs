//! Ends a reservation: the finalize operation, the payment timeout, and what either leaves in the rows.

use std::sync::Arc;

use jiff::Timestamp;
use thiserror::Error;
use uuid::Uuid;

use super::app::EventManagement;
use super::capacity::{SeatChange, Seats};
use super::contacts::{self, Matching};
use super::forms::Forms;
use super::generation::Generation;
use super::ledger::{Happening, Issued, Ledger, Purchase, Seat, What};
use super::offer;
use super::papers::{self, Papers};
use super::reservation::{Command, Effect, PaymentStatus, Policy, Refusal, State};
use super::rows::{self, Made};
use super::switches::Scoped;
use super::tables::{CONTACT, PURCHASE, REGISTRATION, RESPONSE};
use crate::store::{Fields, Row, StoreError, Tx};

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
    /// The purchase is one of the other generation (OB-FINALIZE `own`).
    #[error(
        "Purchase {0} cannot be finalized by this operation: it was made by the other generation of the Event API."
    )]
    OtherGeneration(Uuid),
    /// The reservation does not go there.
    #[error(transparent)]
    Reservation(#[from] Refusal),
    /// A row could not be written.
    #[error("The registration cannot be stored: {0}.")]
    Store(#[from] StoreError),
}

/// What a call of finalize needs of a purchase that does not change: read, and worked out, before the book is opened to decide.
struct Brief {
    /// The purchase's id as it scopes switches and ids.
    scope: String,
    policy: Policy,
    matching: Matching,
    /// OB-FINALIZE: only the operations of its own generation end it.
    own_only: bool,
}

impl EventManagement {
    /// `msevtmgt_finalizeregistrationpayment`: what the payment came to. `status` is the integer of the choice.
    pub fn finalize(&self, purchase: Uuid, status: i64) -> Result<(), FinalizeRefusal> {
        self.finalize_by(Some(Generation::RealTime), purchase, status, None)
    }

    /// As [`EventManagement::finalize`], by an operation of a generation, or of neither; `user` is the contact that it names as the purchaser.
    pub(super) fn finalize_by(
        &self,
        generation: Option<Generation>,
        purchase: Uuid,
        status: i64,
        user: Option<Uuid>,
    ) -> Result<(), FinalizeRefusal> {
        let now = self.now();
        let status_asked = PaymentStatus::from_choice(status);
        let Some(brief) = self.brief(purchase, status_asked) else {
            let refusal = if self.purchase_row_exists(purchase) {
                FinalizeRefusal::NotReserved
            } else {
                FinalizeRefusal::Unknown
            };
            return Err(refusal(purchase));
        };
        let mut ledger = self.ledger();
        let Ledger { seats, purchases, .. } = &mut *ledger;
        let Some(entry) = purchases.get_mut(&purchase) else {
            return Err(FinalizeRefusal::NotReserved(purchase));
        };
        // Whoever completes an open reservation looks for the row within the transaction.
        let open = entry.reservation.state() == State::Reserved && !entry.reservation.is_overdue(now);
        let looks_later = open && status_asked == Some(PaymentStatus::Completed);
        if !looks_later && !self.purchase_row_exists(purchase) {
            return Err(FinalizeRefusal::Unknown(purchase));
        }
        let first = entry.reservation.state();
        self.end_if_overdue(seats, purchase, entry, now);
        let before = entry.reservation.state();
        let known = entry.visit.contact;
        entry.visit.contact = user.or(known);
        let result = match status_asked {
            _ if brief.own_only && generation.is_some_and(|generation| generation != entry.generation) => {
                Err(FinalizeRefusal::OtherGeneration(purchase))
            }
            Some(asked) => self.try_finalize(seats, purchase, entry, &brief, asked, now),
            None => Err(FinalizeRefusal::Status(status)),
        };
        if result.is_err() {
            entry.visit.contact = known;
        }
        if result == Err(FinalizeRefusal::Unknown(purchase)) {
            return result;
        }
        entry.note(Happening {
            at: now,
            what: What::Finalize(status),
            before: Some(before),
            after: entry.reservation.state(),
            refused: result.as_ref().err().map(ToString::to_string),
        });
        self.follow(&mut ledger, purchase, first, now);
        result
    }

    /// What is known of a purchase beforehand; `None` when it is not in the book. If it may be completed now, what its attendees get is
    /// drawn, while nobody waits.
    fn brief(&self, purchase: Uuid, status: Option<PaymentStatus>) -> Option<Brief> {
        let (readable_event_id, seats, issued) = {
            let ledger = self.ledger();
            let entry = ledger.purchases.get(&purchase)?;
            let completes = status == Some(PaymentStatus::Completed) && entry.reservation.state() == State::Reserved;
            let issued = match &entry.issued {
                Issued::Not(papers) if completes => Some(Arc::clone(papers)),
                _ => None,
            };
            (Arc::clone(&entry.readable_event_id), Arc::clone(&entry.seats), issued)
        };
        let scope = purchase.to_string();
        let switches = Scoped::purchase(self.world(), &scope, &readable_event_id);
        let (policy, matching) = (switches.policy(), Matching::from_switch(switches.value("EAPI-MATCH")));
        if let Some(papers) = issued {
            papers.get_or_init(|| papers::draw(self.world(), &scope, &seats));
        }
        let own_only = switches.is("OB-FINALIZE", "own");
        Some(Brief { scope, policy, matching, own_only })
    }

    fn try_finalize(
        &self,
        book: &mut Seats,
        purchase: Uuid,
        entry: &mut Purchase,
        brief: &Brief,
        status: PaymentStatus,
        now: Timestamp,
    ) -> Result<(), FinalizeRefusal> {
        // Whoever still holds seats need not look for free ones.
        let held = entry.reservation.state() == State::Reserved && !entry.reservation.is_overdue(now);
        let room = held || {
            let limits = self.store().read(|data| offer::limits_for(data, &entry.demand));
            book.room(&entry.demand, &limits).is_ok()
        };
        let (after, effects) = entry.reservation.apply(Command::Finalize { status, room }, brief.policy, now)?;
        for effect in effects {
            match effect {
                Effect::Confirm => self.confirm(book, SeatChange::Confirm, purchase, entry, brief, now)?,
                Effect::Reseat => self.confirm(book, SeatChange::Sell, purchase, entry, brief, now)?,
                Effect::Release => self.release(book, purchase, entry, now)?,
                Effect::Withdraw => self.withdraw(book, purchase, entry, now)?,
            }
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
            let before = entry.reservation.state();
            self.end_if_overdue(seats, purchase, entry, now);
            self.follow(&mut ledger, purchase, before, now);
        }
    }

    fn end_if_overdue(&self, book: &mut Seats, purchase: Uuid, entry: &mut Purchase, now: Timestamp) {
        if !entry.reservation.is_overdue(now) {
            return;
        }
        let policy = Scoped::event(self.world(), &entry.readable_event_id).policy();
        if let Ok((after, effects)) = entry.reservation.apply(Command::DeadlineReached, policy, now) {
            let before = entry.reservation.state();
            // The only effect of a timeout is a release, which does not fail.
            if effects.contains(&Effect::Release) {
                self.release(book, purchase, entry, now).unwrap_or_default();
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

    /// Held seats become free, even when somebody has deleted the purchase's row meanwhile. As always the rows are written first: when
    /// they cannot be, nothing has happened.
    fn release(&self, book: &mut Seats, purchase: Uuid, entry: &Purchase, now: Timestamp) -> Result<(), StoreError> {
        let forms = self.forms()?;
        self.store().write(now, |tx| {
            write_outcome(tx, purchase, PaymentStatus::Cancelled, Fields::new()).unwrap_or_default();
            rows::write_counters(tx, forms, book, SeatChange::Release, &entry.demand)
        })?;
        book.apply(SeatChange::Release, &entry.demand);
        Ok(())
    }

    /// Sold seats become free, the registrations are cancelled.
    fn withdraw(&self, book: &mut Seats, purchase: Uuid, entry: &Purchase, now: Timestamp) -> Result<(), StoreError> {
        let forms = self.forms()?;
        self.store().write(now, |tx| {
            for (registration, attendee_pass) in entry.issued.rows() {
                rows::set_registration(tx, *registration, *attendee_pass, false)?;
                rows::cancel_session_registrations(tx, *registration)?;
            }
            write_outcome(tx, purchase, PaymentStatus::Cancelled, Fields::new().set("msevtmgt_paid", false))?;
            rows::write_counters(tx, forms, book, SeatChange::Withdraw, &entry.demand)
        })?;
        book.apply(SeatChange::Withdraw, &entry.demand);
        Ok(())
    }

    /// Seats are sold: contacts, registrations, attendee passes and the links back to them.
    fn confirm(
        &self,
        book: &mut Seats,
        change: SeatChange,
        purchase: Uuid,
        entry: &mut Purchase,
        brief: &Brief,
        now: Timestamp,
    ) -> Result<(), FinalizeRefusal> {
        let forms = self.forms()?;
        let ids = self.world().ids();
        let scope = &brief.scope;
        let mut fresh_contact = || ids.uuid(CONTACT, scope);
        let papers = match &entry.issued {
            Issued::Not(papers) => papers.get_or_init(|| papers::draw(self.world(), scope, &entry.seats)).as_slice(),
            Issued::Rows(_) => &[],
        };
        let decided = self.decide_sessions(book, entry);
        let seats = decided.as_ref().map_or(&*entry.seats, |(seats, _)| seats);
        self.store().write(now, |tx| {
            let named = entry.visit.contact.filter(|contact| tx.get(CONTACT, *contact).is_some());
            let mut purchaser = named;
            for (place, seat) in seats.iter().enumerate() {
                let contact =
                    contacts::match_or_create(tx, &seat.attendee, brief.matching, entry.event, &mut fresh_contact)?;
                purchaser = purchaser.or(Some(contact));
                if let Some((registration, attendee_pass)) = entry.issued.rows().get(place) {
                    rows::set_registration(tx, *registration, *attendee_pass, true)?;
                    self.write_sessions(tx, (*registration, contact, entry.event), &seat.sessions)?;
                }
                if let Some(papers) = papers.get(place) {
                    let mut fresh_response = || ids.uuid(RESPONSE, scope);
                    issue(tx, forms, (entry.event, contact), seat, papers, &mut fresh_response, now)?;
                    self.write_sessions(tx, (papers.registration, contact, entry.event), &seat.sessions)?;
                    if let Some(named) = named {
                        let by = Fields::new().set("msevtmgt_registeredby", named);
                        tx.update(REGISTRATION, papers.registration, by)?;
                    }
                }
            }
            let status = i32::try_from(PaymentStatus::Completed.choice()).unwrap_or_default();
            let paid = |_: &Row| Some([true.into(), true.into(), purchaser.into(), status.into()]);
            if !tx.update_by(&forms.paid, purchase, paid)? {
                return Err(FinalizeRefusal::Unknown(purchase));
            }
            rows::write_counters(tx, forms, book, change, &entry.demand)?;
            if let Some((_, late)) = &decided {
                let mut sold = book.clone();
                sold.apply(change, &entry.demand);
                rows::write_counters(tx, forms, &sold, SeatChange::Sell, late)?;
            }
            Ok(())
        })?;
        book.apply(change, &entry.demand);
        if let Some((seats, late)) = decided {
            book.apply(SeatChange::Sell, &late);
            entry.demand.add(&late);
            entry.seats = seats.into();
        }
        if let Issued::Not(_) = entry.issued {
            let issued = papers.iter().map(|papers| (papers.registration, papers.pass.as_ref().map(|(id, ..)| *id)));
            entry.issued = Issued::Rows(issued.collect());
        }
        Ok(())
    }
}

/// The rows of one seat that is completed for the first time, and the links to them.
fn issue(
    tx: &mut Tx<'_>,
    forms: &Forms,
    (event, contact): (Uuid, Uuid),
    seat: &Seat,
    papers: &Papers,
    fresh_response: &mut dyn FnMut() -> Uuid,
    now: Timestamp,
) -> Result<(), StoreError> {
    let made = Made {
        registration: papers.registration,
        number: papers.number.clone(),
        contact,
        event,
        waitlisted: false,
        ticket: None,
    };
    rows::create_registration(tx, forms, &made, papers.code.clone(), now)?;
    if let Some((id, pass, number)) = &papers.pass {
        rows::create_attendee_pass(tx, forms, *id, number.clone(), *pass, &made)?;
    }
    rows::create_responses(tx, &seat.attendee, made.registration, Some(seat.purchase_attendee), fresh_response)?;
    let links = [contact.into(), papers.registration.into()];
    tx.update_by(&forms.attendee_link, seat.purchase_attendee, |_| Some(links))?;
    if let Some(row) = seat.purchase_pass {
        let attendee_pass = papers.pass.as_ref().map(|(id, ..)| *id);
        tx.update_by(&forms.pass_link, row, |_| Some([attendee_pass.into()]))?;
    }
    Ok(())
}

fn write_outcome(tx: &mut Tx<'_>, purchase: Uuid, status: PaymentStatus, fields: Fields) -> Result<(), StoreError> {
    let choice = i32::try_from(status.choice()).unwrap_or_default();
    tx.update(PURCHASE, purchase, fields.set("msevtmgt_paymentstatus", choice)).map(drop)
}
