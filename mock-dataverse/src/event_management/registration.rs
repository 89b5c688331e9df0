//! Takes a registration: all or nothing, under the one lock that decides about seats. Free registrations are done at once, paid ones become
//! a reservation and a link.

use jiff::Timestamp;
use thiserror::Error;
use uuid::Uuid;

use super::admission::{check, demand, refuse_duplicates, total};
use super::app::{EventManagement, TIMEOUT_JOB};
use super::capacity::{Demand, Full, SeatChange};
use super::contacts;
use super::ledger::{Happening, Issued, Ledger, Purchase, Seat, What};
use super::offer::{self, Offer, Provider};
use super::pricing::{PricingRefusal, Total};
use super::redirect::payment_link;
use super::request::{Attendee, Registration};
use super::reservation::{DEFAULT_TIMEOUT_MINUTES, Reservation, State};
use super::rows::{self, Made, NewPurchase};
use super::switches::Scoped;
use super::tables::{
    ATTENDEE_PASS, PURCHASE, PURCHASE_ATTENDEE, PURCHASE_CONTACT, PURCHASE_PASS, REGISTRATION, TICKET,
};
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
    /// Everybody is registered, or on the waiting list.
    Free {
        /// The registrations (rows of `msevtmgt_eventregistration`), in the order of the attendees.
        registrations: Vec<Uuid>,
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
    /// Registers attendees for an event, or says why not.
    pub fn register(&self, request: &Registration) -> Result<Registered, RegistrationRefusal> {
        let now = self.now();
        let switches = self.switches(&request.readable_event_id);
        let mut ledger = self.ledger();
        let exact = switches.is("EAPI-39", "exact");
        let payments = ledger.settings.payments_enabled;
        let offer = self
            .store()
            .read(|data| {
                offer::find_event(data, &request.readable_event_id, exact)
                    .map(|event| offer::read(data, event, payments, now))
            })
            .ok_or(RegistrationRefusal::UnknownEvent)?;
        check(request, &offer, switches, self.store().schema())?;
        if switches.is("EAPI-16", "reject") {
            self.store().read(|data| refuse_duplicates(data, &ledger, request, &offer))?;
        }

        let seated: Vec<&Attendee> = request.attendees.iter().filter(|attendee| !attendee.waitlisted).collect();
        let demand = demand(&offer, &seated);
        ledger.seats.room(&demand, &offer.limits())?;
        let total = self.store().read(|data| total(data, &offer, &seated))?;

        let to_pay = !total.amount.is_zero() || switches.is("EAPI-14", "redirect");
        match &offer.provider {
            Some(provider) if offer.gateway && !seated.is_empty() && to_pay => {
                self.reserve(&mut ledger, request, &offer, provider, total, demand, now)
            }
            None if offer.gateway && !seated.is_empty() && to_pay => Err(RegistrationRefusal::NoProvider),
            _ => self.confirm_at_once(&mut ledger, request, &offer, &demand, now),
        }
    }

    /// The paid path: rows of the purchase, seats held, a job for the timeout, the link.
    #[expect(clippy::too_many_arguments, reason = "one decision, already taken, handed on in its parts")]
    fn reserve(
        &self,
        ledger: &mut Ledger,
        request: &Registration,
        offer: &Offer,
        provider: &Provider,
        total: Total,
        demand: Demand,
        now: Timestamp,
    ) -> Result<Registered, RegistrationRefusal> {
        let forms = self.forms()?;
        let ids = self.world().ids();
        let purchase = ids.uuid("purchase", &offer.readable_id);
        let scope = purchase.to_string();
        let switches = Scoped::purchase(self.world(), &scope, &offer.readable_id);
        let reservation = Reservation::open(now, provider.timeout_minutes.unwrap_or(DEFAULT_TIMEOUT_MINUTES));
        let seats: Vec<Seat> = request
            .attendees
            .iter()
            .filter(|attendee| !attendee.waitlisted)
            .map(|attendee| Seat {
                attendee: attendee.clone(),
                purchase_attendee: ids.uuid(PURCHASE_ATTENDEE, &scope),
                purchase_pass: attendee.pass.map(|_| ids.uuid(PURCHASE_PASS, &scope)),
            })
            .collect();
        let row = NewPurchase {
            id: purchase,
            offer,
            amount: total.amount,
            currency: (!switches.is("EAPI-29", "missing")).then_some(total.currency),
            reservation: &reservation,
        };
        let at_once = switches.is("EAPI-33", "at-once");
        self.hide(purchase, switches.unreadable_reads());
        let matching = contacts::Matching::from_switch(switches.value("EAPI-MATCH"));
        self.store().write(now, |tx| {
            let mut fresh = || ids.uuid(super::tables::CONTACT, &scope);
            let purchaser = match seats.first() {
                Some(seat) if at_once => Some(contacts::match_or_create(tx, &seat.attendee, matching, &mut fresh)?),
                _ => None,
            };
            rows::create_purchase(tx, &row, purchaser)?;
            for seat in &seats {
                rows::create_purchase_seat(tx, purchase, seat, &offer.passes, ids.uuid(PURCHASE_CONTACT, &scope))?;
            }
            self.waitlist(tx, request, offer, matching, now)?;
            rows::write_counters(tx, forms, &ledger.seats, SeatChange::Hold, &demand)
        })?;

        ledger.seats.apply(SeatChange::Hold, &demand);
        let deadline = reservation.deadline();
        let mut entry = Purchase {
            event: offer.event,
            readable_event_id: offer.readable_id.clone(),
            reservation,
            demand,
            seats: seats.into(),
            issued: Issued::default(),
            history: Vec::new(),
            history_dropped: 0,
        };
        entry.note(Happening { at: now, what: What::Registered, before: None, after: State::Reserved, refused: None });
        ledger.purchases.insert(purchase, entry);
        self.world().scheduler().at(deadline, TIMEOUT_JOB, scope.clone());

        let return_url = match switches.value("EAPI-17") {
            "omit" => None,
            "request-origin" => Some(request.request_origin.as_deref().unwrap_or(&request.web_application_origin)),
            _ => Some(request.web_application_origin.as_str()),
        };
        let redirect_url = payment_link(&provider.page_url, purchase, return_url, switches.join());
        Ok(Registered::Paid { purchase, redirect_url })
    }

    /// The free path: contacts and registrations at once.
    fn confirm_at_once(
        &self,
        ledger: &mut Ledger,
        request: &Registration,
        offer: &Offer,
        demand: &Demand,
        now: Timestamp,
    ) -> Result<Registered, RegistrationRefusal> {
        let forms = self.forms()?;
        let ids = self.world().ids();
        let scope = &*offer.readable_id;
        let matching = contacts::Matching::from_switch(self.switches(scope).value("EAPI-MATCH"));
        let registrations = self.store().write(now, |tx| {
            let ticket = ids.uuid(TICKET, scope);
            rows::create_ticket(tx, ticket, offer, &request.submitted, now)?;
            let mut made = Vec::new();
            for attendee in &request.attendees {
                let contact =
                    contacts::match_or_create(tx, attendee, matching, &mut || ids.uuid(super::tables::CONTACT, scope))?;
                let registration = Made {
                    registration: ids.uuid(REGISTRATION, scope),
                    number: ids.digits("registration number", scope, 10).into(),
                    contact,
                    event: offer.event,
                    waitlisted: attendee.waitlisted,
                    ticket: Some(ticket),
                };
                let code = rows::id_text(registration.registration);
                rows::create_registration(tx, forms, &registration, code, now)?;
                rows::create_responses(tx, attendee, registration.registration, None, &mut || {
                    ids.uuid(super::tables::RESPONSE, scope)
                })?;
                if let Some(pass) = attendee.pass.filter(|_| !attendee.waitlisted) {
                    rows::create_attendee_pass(
                        tx,
                        forms,
                        ids.uuid(ATTENDEE_PASS, scope),
                        ids.base62("pass number", scope, 12).into(),
                        pass,
                        &registration,
                    )?;
                }
                made.push(registration.registration);
            }
            rows::write_counters(tx, forms, &ledger.seats, SeatChange::Sell, demand)?;
            Ok::<_, StoreError>(made)
        })?;
        ledger.seats.apply(SeatChange::Sell, demand);
        Ok(Registered::Free { registrations })
    }

    /// Puts the waitlisted attendees of a paid registration on the waiting list: no purchase, no seat.
    fn waitlist(
        &self,
        tx: &mut crate::store::Tx<'_>,
        request: &Registration,
        offer: &Offer,
        matching: contacts::Matching,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let forms = self.forms()?;
        let ids = self.world().ids();
        let scope = &*offer.readable_id;
        for attendee in request.attendees.iter().filter(|attendee| attendee.waitlisted) {
            let contact =
                contacts::match_or_create(tx, attendee, matching, &mut || ids.uuid(super::tables::CONTACT, scope))?;
            let registration = Made {
                registration: ids.uuid(REGISTRATION, scope),
                number: ids.digits("registration number", scope, 10).into(),
                contact,
                event: offer.event,
                waitlisted: true,
                ticket: None,
            };
            let code = rows::id_text(registration.registration);
            rows::create_registration(tx, forms, &registration, code, now)?;
        }
        Ok(())
    }
}

impl EventManagement {
    /// Whether a row of this purchase still exists.
    pub(super) fn purchase_row_exists(&self, purchase: Uuid) -> bool {
        self.store().read(|data| data.get(PURCHASE, purchase).is_some())
    }
}
