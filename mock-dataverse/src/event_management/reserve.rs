//! The paid path of a registration: the rows of a purchase, held seats, a job for the timeout, and the link to pay by.

use jiff::Timestamp;
use uuid::Uuid;

use super::app::{EventManagement, TIMEOUT_JOB};
use super::capacity::SeatChange;
use super::contacts;
use super::generation::{Generation, Terms};
use super::ledger::{Happening, Issued, Ledger, Purchase, Seat, What};
use super::offer::Offer;
use super::placement::{Placed, Placement, Standing};
use super::pricing::Total;
use super::redirect::{encode, payment_link};
use super::registration::{Registered, RegistrationRefusal};
use super::request::Registration;
use super::reservation::{DEFAULT_TIMEOUT_MINUTES, Reservation, State};
use super::rows::{self, NewPurchase};
use super::seating::Party;
use super::switches::Scoped;
use super::tables::{PURCHASE_ATTENDEE, PURCHASE_CONTACT, PURCHASE_PASS};
use crate::store::StoreError;

impl EventManagement {
    #[expect(clippy::too_many_arguments, reason = "one decision, already taken, handed on in its parts")]
    pub(super) fn reserve(
        &self,
        ledger: &mut Ledger,
        request: &Registration,
        offer: &Offer,
        terms: Terms,
        total: Total,
        placement: Placement,
        now: Timestamp,
    ) -> Result<Registered, RegistrationRefusal> {
        let forms = self.forms()?;
        let ids = self.world().ids();
        let purchase = ids.uuid("purchase", &offer.readable_id);
        let scope = purchase.to_string();
        let switches = Scoped::purchase(self.world(), &scope, &offer.readable_id);
        let minutes = offer.provider.as_ref().and_then(|provider| provider.timeout_minutes);
        let reservation = Reservation::open(now, minutes.unwrap_or(DEFAULT_TIMEOUT_MINUTES));
        let at_completion = switches.is("EAPI-PAID-SESSIONS", "at-completion");
        let Placement { placed, mut demand } = placement;
        if at_completion {
            demand.sessions.clear();
        }
        let (waiting, seated): (Vec<Placed>, Vec<Placed>) = placed.into_iter().partition(|placed| placed.waiting);
        let seats: Vec<Seat> = seated
            .into_iter()
            .map(|Placed { attendee, sessions, .. }| Seat {
                purchase_attendee: ids.uuid(PURCHASE_ATTENDEE, &scope),
                purchase_pass: attendee.pass.map(|_| ids.uuid(PURCHASE_PASS, &scope)),
                // Whoever only waits for a session takes none of its places now or then.
                sessions: sessions
                    .into_iter()
                    .map(|(id, standing)| {
                        (id, (!at_completion || standing != Standing::Registered).then_some(standing))
                    })
                    .collect(),
                attendee,
            })
            .collect();
        let party = Party::of(offer, waiting);
        let row = NewPurchase {
            id: purchase,
            offer,
            amount: total.amount,
            currency: (!switches.is("EAPI-29", "missing")).then_some(total.currency),
            reservation: &reservation,
            pending: switches.is("EAPI-26", "pending"),
        };
        let at_once = match terms.generation {
            Generation::RealTime => switches.is("EAPI-33", "at-once"),
            Generation::Outbound => switches.is("OB-PURCHASER", "at-once"),
        };
        self.hide(purchase, switches.unreadable_reads());
        let matching = contacts::Matching::from_switch(switches.value("EAPI-MATCH"));
        let written = self.store().write(now, |tx| {
            let mut fresh = || ids.uuid(super::tables::CONTACT, &scope);
            let purchaser = match seats.first() {
                _ if terms.visit.contact.is_some() => terms.visit.contact,
                Some(seat) if at_once => {
                    Some(contacts::match_or_create(tx, &seat.attendee, matching, offer.event, &mut fresh)?)
                }
                _ => None,
            };
            rows::create_purchase(tx, &row, purchaser)?;
            for seat in &seats {
                rows::create_purchase_seat(tx, purchase, seat, &offer.passes, ids.uuid(PURCHASE_CONTACT, &scope))?;
            }
            let written = self.write_party(tx, &party, matching, None, now)?;
            rows::write_counters(tx, forms, &ledger.seats, SeatChange::Hold, &demand)?;
            Ok::<_, StoreError>(written)
        })?;
        Self::enrol(ledger, written);

        ledger.seats.apply(SeatChange::Hold, &demand);
        let deadline = reservation.deadline();
        let mut entry = Purchase {
            event: offer.event,
            readable_event_id: offer.readable_id.clone(),
            generation: terms.generation,
            visit: terms.visit,
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

        Ok(match &offer.provider {
            Some(provider) => {
                let redirect_url = link(request, offer, &provider.page_url, purchase, terms.generation, switches);
                Registered::Paid { purchase, redirect_url }
            }
            None => Registered::Initiated { purchase },
        })
    }
}

/// Where the attendee pays.
fn link(
    request: &Registration,
    offer: &Offer,
    page_url: &str,
    purchase: Uuid,
    generation: Generation,
    switches: Scoped<'_>,
) -> String {
    if generation == Generation::Outbound && switches.is("OB-LINK", "bare") {
        return page_url.to_owned();
    }
    let return_url = match switches.value("EAPI-17") {
        "omit" => None,
        "request-origin" => Some(request.request_origin.as_deref().unwrap_or(&request.web_application_origin)),
        _ => Some(request.web_application_origin.as_str()),
    };
    let mut link = payment_link(page_url, purchase, return_url, switches.join());
    if generation == Generation::Outbound && switches.is("OB-LINK", "with-event") {
        link.push_str("&readableEventId=");
        link.push_str(&encode(&offer.readable_id));
    }
    link
}
