//! The rows that a registration and its completion leave behind, one function per table.

use std::collections::BTreeMap;

use jiff::Timestamp;
use rust_decimal::Decimal;
use uuid::Uuid;

use super::capacity::{Demand, SeatChange, Seats};
use super::contacts::is_contact_column;
use super::forms::Forms;
use super::ledger::Seat;
use super::offer::{self, Offer, OfferedPass};
use super::placement::Standing;
use super::request::Attendee;
use super::reservation::Reservation;
use super::roster::SessionPlace;
use super::tables::{
    ATTENDEE_PASS, PASS, PENDING, PURCHASE, PURCHASE_ATTENDEE, PURCHASE_CONTACT, PURCHASE_PASS, READY, REGISTRATION,
    RESPONSE, SESSION, SESSION_REGISTRATION, TICKET, registration_status,
};
use crate::store::{Fields, StoreError, Tx, Value};

/// The longest submitted body that a ticket keeps, in characters; what is longer is cut.
const MAX_SUBMITTED: usize = 4_000;

/// A purchase to be written.
pub(super) struct NewPurchase<'a> {
    pub(super) id: Uuid,
    pub(super) offer: &'a Offer,
    pub(super) amount: Decimal,
    pub(super) currency: Option<Uuid>,
    pub(super) reservation: &'a Reservation,
    /// EAPI-26: the payment status has a value of its own until it is finalized.
    pub(super) pending: bool,
}

/// A registration to be written.
pub(super) struct Made {
    pub(super) registration: Uuid,
    /// Its number, a text.
    pub(super) number: Value,
    pub(super) contact: Uuid,
    pub(super) event: Uuid,
    pub(super) waitlisted: bool,
    pub(super) ticket: Option<Uuid>,
}

/// An id as a text column holds it.
pub(super) fn id_text(id: Uuid) -> Value {
    Value::from(&*id.hyphenated().encode_lower(&mut Uuid::encode_buffer()))
}

/// Text cut to a number of characters.
fn cut(text: &str, max: usize) -> &str {
    text.char_indices().nth(max).map_or(text, |(end, _)| text.get(..end).unwrap_or(text))
}

pub(super) fn create_purchase(
    tx: &mut Tx<'_>,
    purchase: &NewPurchase<'_>,
    purchaser: Option<Uuid>,
) -> Result<(), StoreError> {
    let fields = Fields::new()
        .set("msevtmgt_name", cut(&format!("Purchase for {}", purchase.offer.name), 100))
        .set("msevtmgt_eventid", purchase.offer.event)
        .set("msevtmgt_purchasingcontactid", purchaser)
        .set("msevtmgt_paid", false)
        .set("msevtmgt_processed", false)
        .set("msevtmgt_paymentstatus", purchase.pending.then_some(PENDING))
        .set("msevtmgt_totalprice", purchase.amount)
        .set("transactioncurrencyid", purchase.currency)
        .set("payloop_reservedon", purchase.reservation.created())
        .set("payloop_expireson", purchase.reservation.deadline());
    tx.create(PURCHASE, purchase.id, fields).map(drop)
}

/// The purchase contact, the purchase attendee and the purchase pass of one attendee.
pub(super) fn create_purchase_seat(
    tx: &mut Tx<'_>,
    purchase: Uuid,
    seat: &Seat,
    passes: &BTreeMap<Uuid, OfferedPass>,
    contact: Uuid,
) -> Result<(), StoreError> {
    let attendee = &seat.attendee;
    let name = format!("{} {}", attendee.first_name, attendee.last_name);
    let fields = Fields::new()
        .set("msevtmgt_firstname", attendee.first_name.as_str())
        .set("msevtmgt_lastname", attendee.last_name.as_str())
        .set("msevtmgt_fullname", name.as_str())
        .set("msevtmgt_emailaddress1", attendee.email.as_str());
    tx.create(PURCHASE_CONTACT, contact, fields)?;
    let fields = Fields::new()
        .set("msevtmgt_name", cut(&name, 100))
        .set("msevtmgt_purchaseid", purchase)
        .set("msevtmgt_eventpurchasecontactid", contact);
    tx.create(PURCHASE_ATTENDEE, seat.purchase_attendee, fields)?;
    if let (Some(row), Some(pass)) = (seat.purchase_pass, attendee.pass) {
        let name = passes.get(&pass).map_or("Pass", |pass| pass.name.as_str());
        let fields = Fields::new()
            .set("msevtmgt_name", cut(name, 100))
            .set("msevtmgt_attendeeid", seat.purchase_attendee)
            .set("msevtmgt_passid", pass);
        tx.create(PURCHASE_PASS, row, fields)?;
    }
    Ok(())
}

/// The ticket that a free registration is worked off from.
pub(super) fn create_ticket(
    tx: &mut Tx<'_>,
    ticket: Uuid,
    offer: &Offer,
    submitted: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    let fields = Fields::new()
        .set("msevtmgt_name", cut(&format!("Registration for {}", offer.name), 100))
        .set("msevtmgt_eventid", offer.event)
        .set("msevtmgt_formsubmittedvalues", cut(submitted, MAX_SUBMITTED))
        .set("msevtmgt_originaltimestamp", now);
    tx.create(TICKET, ticket, fields).map(drop)
}

pub(super) fn create_registration(
    tx: &mut Tx<'_>,
    forms: &Forms,
    made: &Made,
    code: Value,
    now: Timestamp,
) -> Result<(), StoreError> {
    let (status, word) = if made.waitlisted {
        let (status, word) = registration_status::WAITLISTED;
        (status, word.into())
    } else {
        (registration_status::REGISTERED.0, forms.registered.clone())
    };
    let values = [
        made.number.clone(),
        made.event.into(),
        made.contact.into(),
        false.into(),
        true.into(),
        word,
        status.into(),
        READY.into(),
        now.into(),
        code,
        made.ticket.map_or(Value::Null, id_text),
    ];
    tx.create_by(&forms.registration, made.registration, values)
}

/// The pass that an attendee carries: with a unique number, at the price of its pass.
pub(super) fn create_attendee_pass(
    tx: &mut Tx<'_>,
    forms: &Forms,
    id: Uuid,
    number: Value,
    pass: Uuid,
    made: &Made,
) -> Result<(), StoreError> {
    let sold = tx.get(PASS, pass).map(|row| (row.money("msevtmgt_passprice"), row.lookup("transactioncurrencyid")));
    let (price, currency) = sold.unwrap_or_default();
    let values = [
        number,
        pass.into(),
        made.registration.into(),
        made.event.into(),
        made.contact.into(),
        currency.into(),
        price.into(),
    ];
    tx.create_by(&forms.attendee_pass, id, values)
}

/// The answers that are not columns of the contact.
pub(super) fn create_responses(
    tx: &mut Tx<'_>,
    attendee: &Attendee,
    registration: Uuid,
    purchase_attendee: Option<Uuid>,
    fresh: &mut dyn FnMut() -> Uuid,
) -> Result<(), StoreError> {
    for answer in &attendee.responses {
        if is_contact_column(tx, &answer.field) {
            continue;
        }
        let fields = Fields::new()
            .set("msevtmgt_name", cut(&answer.field, 100))
            .set("payloop_fieldname", answer.field.as_str())
            .set("msevtmgt_response", answer.value.as_str())
            .set("msevtmgt_eventregistration", registration)
            .set("msevtmgt_eventpurchaseattendee", purchase_attendee);
        tx.create(RESPONSE, fresh(), fields)?;
    }
    Ok(())
}

/// Marks a registration (and its attendee pass) as cancelled, or as valid again.
pub(super) fn set_registration(
    tx: &mut Tx<'_>,
    registration: Uuid,
    attendee_pass: Option<Uuid>,
    valid: bool,
) -> Result<(), StoreError> {
    let (status, word) = if valid { registration_status::REGISTERED } else { registration_status::CANCELED };
    let state = i32::from(!valid);
    let fields = Fields::new()
        .set("msevtmgt_iscanceled", !valid)
        .set("msevtmgt_registrationstatus", word)
        .set("statecode", state)
        .set("statuscode", status);
    if tx.get(REGISTRATION, registration).is_some() {
        tx.update(REGISTRATION, registration, fields)?;
    }
    if let Some(pass) = attendee_pass.filter(|pass| tx.get(ATTENDEE_PASS, *pass).is_some()) {
        tx.update(ATTENDEE_PASS, pass, Fields::new().set("statecode", state))?;
    }
    Ok(())
}

/// Brings `sold`, `left` and the registration count to where the book will be after `change`. Held seats lower what is left, but are not
/// sold. A row that was deleted has no counters to keep.
pub(super) fn write_counters(
    tx: &mut Tx<'_>,
    forms: &Forms,
    seats: &Seats,
    change: SeatChange,
    demand: &Demand,
) -> Result<(), StoreError> {
    let number = |n: u64| i32::try_from(n).unwrap_or(i32::MAX);
    let count = number(seats.event_after(change, demand).sold);
    tx.update_by(&forms.event_count, demand.event, |event| {
        // Holding and releasing seats does not touch the event.
        (event.int("msevtmgt_registrationcount") != Some(count)).then(|| [count.into()])
    })?;
    for pass in demand.passes.keys() {
        let taken = seats.pass_after(*pass, change, demand);
        tx.update_by(&forms.pass_counts, *pass, |pass| {
            Some([number(taken.sold).into(), number(taken.left(offer::allocated(pass))).into()])
        })?;
    }
    for session in demand.sessions.keys() {
        let count = number(seats.session_after(*session, change, demand).sold);
        let differs = tx.get(SESSION, *session).is_some_and(|row| row.int("msevtmgt_registrationcount") != Some(count));
        if differs {
            tx.update(SESSION, *session, Fields::new().set("msevtmgt_registrationcount", count))?;
        }
    }
    Ok(())
}

/// Where a registration stands with a session.
pub(super) fn create_session_registration(
    tx: &mut Tx<'_>,
    place: SessionPlace,
    registration: Uuid,
    contact: Uuid,
    event: Uuid,
) -> Result<(), StoreError> {
    let name = tx.get(SESSION, place.session).and_then(|row| row.name()).unwrap_or("Session").to_owned();
    let fields = Fields::new()
        .set("msevtmgt_name", cut(&name, 100))
        .set("msevtmgt_contactid", contact)
        .set("msevtmgt_eventid", event)
        .set("msevtmgt_registrationid", registration)
        .set("msevtmgt_sessionid", place.session)
        .set("msevtmgt_iscanceled", false)
        .set("msevtmgt_createdfromapi", true)
        .set("statuscode", session_status(place.standing));
    tx.create(SESSION_REGISTRATION, place.row, fields).map(drop)
}

/// Brings a session registration to where its attendee stands; `None` cancels it. A row that was deleted is left alone.
pub(super) fn set_session_registration(
    tx: &mut Tx<'_>,
    row: Uuid,
    standing: Option<Standing>,
) -> Result<(), StoreError> {
    if tx.get(SESSION_REGISTRATION, row).is_none() {
        return Ok(());
    }
    let status = standing.map_or(registration_status::CANCELED.0, session_status);
    let fields = Fields::new()
        .set("msevtmgt_iscanceled", standing.is_none())
        .set("statecode", i32::from(standing.is_none()))
        .set("statuscode", status);
    tx.update(SESSION_REGISTRATION, row, fields).map(drop)
}

/// Cancels every session registration of a registration.
pub(super) fn cancel_session_registrations(tx: &mut Tx<'_>, registration: Uuid) -> Result<(), StoreError> {
    let valid = |row: &&std::sync::Arc<crate::store::Row>| !row.flag("msevtmgt_iscanceled");
    let rows = tx.find(SESSION_REGISTRATION, "msevtmgt_registrationid", registration);
    let rows: Vec<Uuid> = rows.filter(valid).map(|row| row.id()).collect();
    rows.into_iter().try_for_each(|row| set_session_registration(tx, row, None))
}

fn session_status(standing: Standing) -> i32 {
    match standing {
        Standing::Registered => registration_status::REGISTERED.0,
        Standing::Waitlisted => registration_status::WAITLISTED.0,
        Standing::OnHold => registration_status::ON_HOLD.0,
    }
}
