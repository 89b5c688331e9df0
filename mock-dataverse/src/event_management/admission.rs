//! Whether a registration may be made at all, what seats it needs and what it costs: decided before anything is written.

use uuid::Uuid;

use super::contacts;
use super::ledger::Ledger;
use super::offer::{self, Offer};
use super::pricing::{self, PricedPass, PricingRefusal, Total};
use super::registration::RegistrationRefusal;
use super::request::{Attendee, Registration, SessionWish, check_attendee};
use super::reservation::State;
use super::switches::Scoped;
use super::tables::{CONTACT, REGISTRATION};
use crate::schema::Schema;
use crate::store::Data;

/// Everything that can be refused before seats and prices are looked at.
pub(super) fn check(
    request: &Registration,
    offer: &Offer,
    switches: Scoped<'_>,
    schema: &Schema,
) -> Result<(), RegistrationRefusal> {
    if !offer.live {
        return Err(RegistrationRefusal::NotLive);
    }
    if let Some(closed) = &offer.closed {
        return Err(RegistrationRefusal::Closed { message: closed.message.clone() });
    }
    if offer.over && switches.is("EAPI-PAST", "refuse") {
        return Err(RegistrationRefusal::Over);
    }
    if request.attendees.is_empty() {
        return Err(RegistrationRefusal::NoAttendees);
    }
    if request.attendees.len() > 1 && !offer.several && switches.is("EAPI-SEVERAL", "enforced") {
        return Err(RegistrationRefusal::Several);
    }
    for (index, attendee) in request.attendees.iter().enumerate() {
        if attendee.waitlisted && !offer.waitlist && switches.is("EAPI-WAITLIST-OFF", "refuse") {
            return Err(RegistrationRefusal::NoWaitlist { index });
        }
        check_attendee(attendee)
            .and_then(|()| contacts::check_answers(schema, attendee))
            .map_err(|problem| RegistrationRefusal::Attendee { index, problem })?;
        match attendee.pass {
            // Passes without an allocation are hidden from attendees.
            Some(pass) if offer.passes.get(&pass).is_none_or(|pass| pass.allocated == 0) => {
                return Err(RegistrationRefusal::Pass { index, pass });
            }
            None if offer.paid && !attendee.waitlisted && switches.is("EAPI-11", "400") => {
                return Err(RegistrationRefusal::PassMissing { index });
            }
            _ => {}
        }
        check_sessions(index, attendee, offer, switches)?;
    }
    Ok(())
}

/// Sessions are live ones of this event, and of the pass when that names any.
fn check_sessions(
    index: usize,
    attendee: &Attendee,
    offer: &Offer,
    switches: Scoped<'_>,
) -> Result<(), RegistrationRefusal> {
    attendee.sessions.iter().try_for_each(|wish| check_session(index, attendee.pass, *wish, offer, switches))
}

/// Whether a session is one of this event, and one that the pass admits to.
pub(super) fn check_session(
    index: usize,
    pass: Option<Uuid>,
    wish: SessionWish,
    offer: &Offer,
    switches: Scoped<'_>,
) -> Result<(), RegistrationRefusal> {
    let session = wish.session;
    if !offer.sessions.contains_key(&session) {
        return Err(RegistrationRefusal::Session { index, session });
    }
    let Some((pass, offered)) = pass.and_then(|id| Some((id, offer.passes.get(&id)?))) else { return Ok(()) };
    let names_none = offered.sessions.is_empty() && switches.is("EAPI-PASS-SESSIONS", "all-when-none");
    if !names_none && !offered.sessions.contains(&session) {
        return Err(RegistrationRefusal::SessionOfPass { index, session, pass });
    }
    Ok(())
}

pub(super) fn total(data: &Data, offer: &Offer, seated: &[&Attendee]) -> Result<Total, PricingRefusal> {
    let priced: Vec<PricedPass> = seated
        .iter()
        .filter_map(|attendee| attendee.pass)
        .filter_map(|id| {
            offer.passes.get(&id).map(|pass| PricedPass { pass: id, price: pass.price, currency: pass.currency })
        })
        .collect();
    pricing::total(&priced, offer.currency, offer::base_currency(data).unwrap_or_default())
}

/// EAPI-16 `reject`: nobody who holds or has a seat of this event registers again, and nobody twice in one request.
pub(super) fn refuse_duplicates(
    data: &Data,
    ledger: &Ledger,
    request: &Registration,
    offer: &Offer,
) -> Result<(), RegistrationRefusal> {
    let mut taken: Vec<String> = data
        .find(REGISTRATION, "msevtmgt_eventid", offer.event)
        .filter(|row| !row.flag("msevtmgt_iscanceled"))
        .filter_map(|row| row.lookup("msevtmgt_contactid"))
        .filter_map(|contact| data.get(CONTACT, contact))
        .filter_map(|contact| contact.text("emailaddress1"))
        .map(str::to_lowercase)
        .collect();
    let held = ledger
        .purchases
        .values()
        .filter(|purchase| purchase.event == offer.event && purchase.reservation.state() == State::Reserved);
    taken.extend(held.flat_map(|purchase| purchase.seats.iter()).map(|seat| seat.attendee.email.to_lowercase()));
    let queued = ledger.queue.values().filter(|queued| queued.party.event == offer.event);
    taken.extend(queued.flat_map(|queued| &queued.party.placed).map(|placed| placed.attendee.email.to_lowercase()));
    for attendee in &request.attendees {
        let email = attendee.email.to_lowercase();
        if taken.contains(&email) {
            return Err(RegistrationRefusal::Duplicate { email: attendee.email.clone() });
        }
        taken.push(email);
    }
    Ok(())
}
