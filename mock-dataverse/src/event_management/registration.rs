//! Takes a registration: all or nothing, under the one lock that decides about seats. Free registrations are done here, paid ones become a
//! reservation.

use jiff::{SignedDuration, Timestamp};
use thiserror::Error;
use uuid::Uuid;

use super::admission::{check, refuse_duplicates, total};
use super::app::EventManagement;
use super::capacity::{Full, SeatChange};
use super::contacts;
use super::generation::{Generation, Terms, Visit};
use super::ledger::Ledger;
use super::offer::{self, Offer};
use super::placement::{self, Placement, Rules};
use super::pricing::PricingRefusal;
use super::request::{Attendee, Registration};
use super::rows;
use super::seating::Party;
use super::tables::{PURCHASE, SETTINGS, TICKET};
use super::worker::{self, Queued, TICKET_JOB};
use crate::store::StoreError;

/// What came of an accepted registration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Registered {
    /// Places are held until the payment timeout; the attendee goes on to the link.
    Paid {
        /// The purchase (a row of `msevtmgt_eventpurchase`).
        purchase: Uuid,
        /// Where to send the attendee.
        redirect_url: String,
    },
    /// As [`Registered::Paid`] for an outbound event that has no page to send the attendee to: the website asks for the payment itself.
    Initiated {
        /// The purchase.
        purchase: Uuid,
    },
    /// Everybody is registered, or on the waiting list.
    Free {
        /// The registrations (rows of `msevtmgt_eventregistration`), in the order of the attendees.
        registrations: Vec<Uuid>,
    },
    /// As [`Registered::Free`], but the registrations are written later (EAPI-28).
    Queued {
        /// The ticket (a row of `msevtmgt_eventregistrationticket`).
        ticket: Uuid,
    },
}

/// Why a registration was refused. Nothing was written.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum RegistrationRefusal {
    /// No event of this readable id.
    #[error("The event was not found.")]
    UnknownEvent,
    /// The event is not live.
    #[error("The event is not live.")]
    NotLive,
    /// The registration period is over.
    #[error("{}", .message.as_deref().unwrap_or("The registration for this event is closed."))]
    Closed {
        /// The event's own words.
        message: Option<String>,
    },
    /// The event is over (EAPI-PAST `refuse`).
    #[error("The event is over.")]
    Over,
    /// Only one attendee may be registered at once (EAPI-SEVERAL `enforced`).
    #[error("This event registers one attendee at a time.")]
    Several,
    /// There are no registration settings (EAPI-SETTINGS `refuse`).
    #[error("The event registration settings are missing.")]
    NoSettings,
    /// An attendee asks for a waiting list that the event does not have (EAPI-WAITLIST-OFF `refuse`).
    #[error("attendees[{index}]: the event has no waiting list.")]
    NoWaitlist {
        /// Which attendee, from 0.
        index: usize,
    },
    /// A session is unknown, of another event, or not live.
    #[error("attendees[{index}]: session {session} is not a session of this event.")]
    Session {
        /// Which attendee, from 0.
        index: usize,
        /// The session.
        session: Uuid,
    },
    /// The pass does not admit to a session.
    #[error("attendees[{index}]: pass {pass} does not admit to session {session}.")]
    SessionOfPass {
        /// Which attendee, from 0.
        index: usize,
        /// The session.
        session: Uuid,
        /// The pass.
        pass: Uuid,
    },
    /// There is nobody to register.
    #[error("attendees must hold at least one attendee.")]
    NoAttendees,
    /// An attendee's data is not usable.
    #[error("attendees[{index}]: {problem}")]
    Attendee {
        /// Which one, from 0.
        index: usize,
        /// What is wrong.
        problem: String,
    },
    /// The pass is unknown, of another event, or hidden.
    #[error("attendees[{index}]: pass {pass} cannot be used for this event.")]
    Pass {
        /// Which attendee, from 0.
        index: usize,
        /// The pass.
        pass: Uuid,
    },
    /// An attendee of an event with a payment gateway has no pass.
    #[error("attendees[{index}]: passId is required for this event.")]
    PassMissing {
        /// Which attendee, from 0.
        index: usize,
    },
    /// The places do not suffice for all attendees.
    #[error("The capacity of the event is reached: {0}.")]
    Full(#[from] Full),
    /// The address is registered already (EAPI-16 `reject`).
    #[error("{email} is already registered for this event.")]
    Duplicate {
        /// The address.
        email: String,
    },
    /// The prices cannot be added up.
    #[error("The price cannot be told: {0}.")]
    Pricing(#[from] PricingRefusal),
    /// The gateway is on, but the event has no payment provider.
    #[error("The event has a payment gateway but no payment provider.")]
    NoProvider,
    /// A value does not fit its column.
    #[error("The registration cannot be stored: {0}.")]
    Store(#[from] StoreError),
}

impl EventManagement {
    /// Registers attendees for an event of real-time journeys, or says why not.
    pub fn register(&self, request: &Registration) -> Result<Registered, RegistrationRefusal> {
        self.take(request, None)
    }

    /// As [`EventManagement::register`] on the terms of the outbound ancestor: an event with passes is a paid one, temporary registrations wait for
    /// [`DEFAULT_TIMEOUT_MINUTES`](super::reservation::DEFAULT_TIMEOUT_MINUTES), and there need not be a payment provider.
    pub fn register_outbound(&self, request: &Registration, visit: Visit) -> Result<Registered, RegistrationRefusal> {
        self.take(request, Some(visit))
    }

    fn take(&self, request: &Registration, visit: Option<Visit>) -> Result<Registered, RegistrationRefusal> {
        let now = self.now();
        let switches = self.switches(&request.readable_event_id);
        let mut ledger = self.ledger();
        let exact = switches.is("EAPI-39", "exact");
        let terms = Terms::new(visit, ledger.settings.payments_enabled, switches);
        // Cache, worker and settings record came with real-time journeys.
        let modern = terms.generation == Generation::RealTime;
        let cached = modern && switches.is("EAPI-CACHE", "10-minutes");
        let agenda = cached || request.attendees.iter().any(|attendee| !attendee.sessions.is_empty());
        let offer = self
            .store()
            .read(|data| {
                offer::find_event(data, &request.readable_event_id, exact)
                    .map(|event| offer::read(data, event, terms, agenda, now))
            })
            .ok_or(RegistrationRefusal::UnknownEvent)?;
        let (offer, seen) = worker::validated_by(&mut ledger, offer, cached, now);
        check(request, &offer, switches, self.store().schema())?;
        if modern
            && switches.is("EAPI-SETTINGS", "refuse")
            && self.store().read(|data| data.rows(SETTINGS).next().is_none())
        {
            return Err(RegistrationRefusal::NoSettings);
        }
        if switches.is("EAPI-16", "reject") {
            self.store().read(|data| refuse_duplicates(data, &ledger, request, &offer))?;
        }

        let rules = Rules {
            waitlist: offer.waitlist,
            full_waits: switches.is("EAPI-WAITLIST-FULL", "waitlist"),
            room_seats: switches.is("EAPI-WAITLIST-ROOM", "register"),
        };
        let taken = seen.as_ref().unwrap_or(&ledger.seats);
        let placement = placement::place(&request.attendees, offer.event, &offer.limits(), taken, rules)?;
        let seated: Vec<&Attendee> =
            placement.placed.iter().filter(|placed| !placed.waiting).map(|placed| &placed.attendee).collect();
        let total = self.store().read(|data| total(data, &offer, &seated))?;

        let to_pay = !total.amount.is_zero() || switches.is("EAPI-14", "redirect");
        if offer.paid && !seated.is_empty() && to_pay {
            if modern && offer.provider.is_none() {
                return Err(RegistrationRefusal::NoProvider);
            }
            return self.reserve(&mut ledger, request, &offer, terms, total, placement, now);
        }
        match worker::delay(switches).filter(|_| modern) {
            None => self.confirm_at_once(&mut ledger, request, &offer, placement, now),
            Some(delay) => self.confirm_later(&mut ledger, request, &offer, placement, now, delay),
        }
    }

    /// The free path: contacts and registrations at once.
    fn confirm_at_once(
        &self,
        ledger: &mut Ledger,
        request: &Registration,
        offer: &Offer,
        placement: Placement,
        now: Timestamp,
    ) -> Result<Registered, RegistrationRefusal> {
        let forms = self.forms()?;
        let scope = &*offer.readable_id;
        let matching = contacts::Matching::from_switch(self.switches(scope).value("EAPI-MATCH"));
        let Placement { placed, demand } = placement;
        let party = Party::of(offer, placed);
        let ticket = self.world().ids().uuid(TICKET, scope);
        let written = self.store().write(now, |tx| {
            rows::create_ticket(tx, ticket, offer, &request.submitted, now)?;
            let written = self.write_party(tx, &party, matching, Some(ticket), now)?;
            rows::write_counters(tx, forms, &ledger.seats, SeatChange::Sell, &demand)?;
            Ok::<_, StoreError>(written)
        })?;
        ledger.seats.apply(SeatChange::Sell, &demand);
        Ok(Registered::Free { registrations: Self::enrol(ledger, written) })
    }

    /// The free path as the product takes it: the ticket at once, the rest when the worker comes to it. Seats are held until then.
    fn confirm_later(
        &self,
        ledger: &mut Ledger,
        request: &Registration,
        offer: &Offer,
        placement: Placement,
        now: Timestamp,
        delay: SignedDuration,
    ) -> Result<Registered, RegistrationRefusal> {
        let forms = self.forms()?;
        let Placement { placed, demand } = placement;
        let ticket = self.world().ids().uuid(TICKET, &offer.readable_id);
        self.store().write(now, |tx| {
            rows::create_ticket(tx, ticket, offer, &request.submitted, now)?;
            rows::write_counters(tx, forms, &ledger.seats, SeatChange::Hold, &demand)
        })?;
        ledger.seats.apply(SeatChange::Hold, &demand);
        ledger.queue.insert(ticket, Queued { party: Party::of(offer, placed), demand, accepted: now });
        let due = now.saturating_add(delay).unwrap_or(Timestamp::MAX);
        self.world().scheduler().at(due, TICKET_JOB, ticket.to_string());
        Ok(Registered::Queued { ticket })
    }
}

impl EventManagement {
    /// Whether a row of this purchase still exists.
    pub(super) fn purchase_row_exists(&self, purchase: Uuid) -> bool {
        self.store().read(|data| data.get(PURCHASE, purchase).is_some())
    }
}
