//! Visitors of the outbound API who are signed in: their contacts, what they are registered for and wait for, and what they may do about it
//! themselves (`facts/event-api.md` 2 and 5.1).

use jiff::Timestamp;
use uuid::Uuid;

use super::admission;
use super::app::EventManagement;
use super::capacity::{Demand, SeatChange};
use super::contacts::{self, Matching};
use super::generation::{Generation, Terms};
use super::ledger::Ledger;
use super::offer;
use super::organizer::OrganizerRefusal;
use super::placement::Standing;
use super::request::{Attendee, SessionWish};
use super::roster::SessionPlace;
use super::rows;
use super::tables::{
    ATTENDEE_PASS, CONTACT, EVENT, PASS, REGISTRATION, SESSION, SESSION_REGISTRATION, registration_status,
};
use crate::store::{Data, Row, StoreError};

/// How long the token of a sign-in is. It stands in for an id token of Entra or Azure AD B2C.
const TOKEN_LENGTH: usize = 64;

/// A person who can sign in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Visitor {
    /// Their contact.
    pub contact: Uuid,
    /// First name.
    pub first_name: Option<String>,
    /// Last name.
    pub last_name: Option<String>,
    /// E-mail address.
    pub email: Option<String>,
}

/// A registration as its attendee sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnRegistration {
    /// Its row.
    pub id: Uuid,
    /// The event's name.
    pub event: Option<String>,
    /// The name of the pass.
    pub pass: Option<String>,
    /// When it was made (UTC).
    pub created: Option<Timestamp>,
    /// Its sessions: row, name, when it was made.
    pub sessions: Vec<(Uuid, Option<String>, Option<Timestamp>)>,
}

/// Something that a visitor waits for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiting {
    /// The registration's row, or that of the session registration.
    pub id: Uuid,
    /// Whether the visitor agreed to be moved up without being asked.
    pub auto_register: bool,
    /// The event's name.
    pub event: Option<String>,
    /// The session's name; `None` where it is the event.
    pub session: Option<String>,
}

impl EventManagement {
    /// Makes a person known who can sign in, as the contact that an attendee of these names and this address would be; answers the token.
    pub fn add_visitor(&self, first_name: &str, last_name: &str, email: &str) -> Result<(Uuid, String), StoreError> {
        let attendee = Attendee {
            first_name: first_name.to_owned(),
            last_name: last_name.to_owned(),
            email: email.to_owned(),
            pass: None,
            waitlisted: false,
            auto_register: false,
            responses: Vec::new(),
            sessions: Vec::new(),
        };
        let matching = Matching::from_switch(self.switches("").value("EAPI-MATCH"));
        let ids = self.world().ids();
        let mut ledger = self.ledger();
        let contact = self.store().write(self.now(), |tx| {
            contacts::match_or_create(tx, &attendee, matching, Uuid::nil(), &mut || ids.uuid(CONTACT, email))
        })?;
        let token = ids.base62("id token", email, TOKEN_LENGTH);
        ledger.visitors.insert(token.clone(), contact);
        Ok((contact, token))
    }

    /// Who signs in with a token; nobody once their contact is gone.
    pub fn visitor(&self, token: &str) -> Option<Visitor> {
        let contact = *self.ledger().visitors.get(token)?;
        let row = self.store().get(CONTACT, contact)?;
        let text = |column: &str| row.text(column).map(str::to_owned);
        let (first_name, last_name) = (text("firstname"), text("lastname"));
        Some(Visitor { contact, first_name, last_name, email: text("emailaddress1") })
    }

    /// The visitor's registrations for events of outbound marketing that are neither cancelled nor waiting, oldest first.
    pub fn own_registrations(&self, contact: Uuid) -> Vec<OwnRegistration> {
        self.store().read(|data| {
            let own = registrations_of(data, contact).into_iter().filter(|row| !waits(row));
            own.filter(|row| self.is_outbound(data, row)).map(|row| own_registration(data, row)).collect()
        })
    }

    /// What the visitor waits for: places of events, and of sessions of events that they have a place of; oldest first.
    pub fn own_waiting(&self, contact: Uuid) -> Vec<Waiting> {
        let ledger = self.ledger();
        self.store().read(|data| {
            let mut found = Vec::new();
            for row in registrations_of(data, contact).into_iter().filter(|row| self.is_outbound(data, row)) {
                let auto_register = ledger.roster.get(row.id()).is_some_and(|entry| entry.consents);
                let event = name_of(data, EVENT, row.lookup("msevtmgt_eventid"));
                if waits(row) {
                    found.push(Waiting { id: row.id(), auto_register, event, session: None });
                    continue;
                }
                let sessions = sessions_of(data, row.id()).into_iter().filter(|place| waits(place));
                found.extend(sessions.map(|place| Waiting {
                    id: place.id(),
                    auto_register,
                    event: event.clone(),
                    session: name_of(data, SESSION, place.lookup("msevtmgt_sessionid")),
                }));
            }
            found
        })
    }

    /// Cancels a registration of the visitor; whether there was one.
    pub fn cancel_own(&self, contact: Uuid, registration: Uuid) -> bool {
        let own = self.store().read(|data| {
            let row = data.get(REGISTRATION, registration)?;
            Some(row.lookup("msevtmgt_contactid") == Some(contact) && self.is_outbound(data, row))
        });
        own == Some(true) && self.cancel_registration(registration).is_ok()
    }

    /// Where a visitor stands with a session: whether they may register for it, and whether they are registered.
    pub fn stands(&self, contact: Uuid, session: Uuid) -> (bool, bool) {
        self.store().read(|data| {
            let Some(event) = data.get(SESSION, session).and_then(|row| row.lookup("msevtmgt_event")) else {
                return (false, false);
            };
            let here = registrations_of(data, contact);
            let mut here = here.into_iter().filter(|row| row.lookup("msevtmgt_eventid") == Some(event) && !waits(row));
            let Some(registration) = here.next() else { return (false, false) };
            let own = sessions_of(data, registration.id());
            let place = own.into_iter().find(|place| place.lookup("msevtmgt_sessionid") == Some(session));
            (place.is_none(), place.is_some_and(|place| !waits(place)))
        })
    }

    /// Registers the visitor for a session of an event that they are registered for. A full session of an event with a waiting list is waited
    /// for. `false` when nothing comes of it; a session that they have already stays theirs.
    pub fn add_own_session(&self, contact: Uuid, readable_id: &str, session: Uuid) -> Result<bool, OrganizerRefusal> {
        let now = self.now();
        let mut ledger = self.ledger();
        let switches = self.switches(readable_id);
        let terms = Terms::new(Some(super::Visit::default()), ledger.settings.payments_enabled, switches);
        let found = self.store().read(|data| {
            let event = offer::find_event(data, readable_id, switches.is("EAPI-39", "exact"))?;
            let offer = offer::read(data, event, terms, true, now);
            let own = registrations_of(data, contact).into_iter().map(Row::id).collect::<Vec<_>>();
            Some((offer, own))
        });
        let Some((offer, own)) = found else { return Ok(false) };
        let own = own.into_iter().find_map(|id| {
            let entry = ledger.roster.get(id).filter(|entry| entry.event == offer.event && !entry.waits)?;
            Some((id, entry.clone()))
        });
        let Some((registration, mut entry)) = own else { return Ok(false) };
        if entry.sessions.iter().any(|place| place.session == session) {
            return Ok(true);
        }
        let wish = SessionWish { session, waitlisted: false };
        if admission::check_session(0, entry.pass, wish, &offer, switches).is_err() {
            return Ok(false);
        }
        let mut demand = Demand::none(offer.event);
        demand.sessions.insert(session, 1);
        let standing = match ledger.seats.room(&demand, &offer.limits()) {
            Ok(()) => Standing::Registered,
            Err(_) if offer.waitlist => Standing::Waitlisted,
            Err(_) => return Ok(false),
        };
        if standing == Standing::Waitlisted {
            demand.sessions.clear();
        }
        let row = self.world().ids().uuid(SESSION_REGISTRATION, &registration.to_string());
        let place = SessionPlace { session, row, standing };
        let forms = self.forms()?;
        self.store().write(now, |tx| {
            rows::create_session_registration(tx, place, registration, contact, offer.event)?;
            rows::write_counters(tx, forms, &ledger.seats, SeatChange::Sell, &demand)
        })?;
        ledger.seats.apply(SeatChange::Sell, &demand);
        let Ledger { purchases, roster, .. } = &mut *ledger;
        if let Some(purchase) = entry.purchase.and_then(|purchase| purchases.get_mut(&purchase)) {
            purchase.demand.add(&demand);
            purchase.take_session(registration, session, standing);
        }
        entry.sessions.push(place);
        roster.put(registration, entry);
        Ok(true)
    }

    /// Whether the outbound API tells of the event of a registration.
    fn is_outbound(&self, data: &Data, registration: &Row) -> bool {
        let event = registration.lookup("msevtmgt_eventid").and_then(|id| data.get(EVENT, id));
        event.is_some_and(|event| {
            let readable = event.text("msevtmgt_readableeventid").unwrap_or_default();
            Generation::of(event) == Generation::Outbound || self.switches(readable).is("OB-EVENTS", "shared")
        })
    }
}

/// The registrations of a contact that are not cancelled, oldest first.
fn registrations_of(data: &Data, contact: Uuid) -> Vec<&Row> {
    valid(data.find(REGISTRATION, "msevtmgt_contactid", contact))
}

/// The sessions of a registration that are not cancelled, oldest first.
fn sessions_of(data: &Data, registration: Uuid) -> Vec<&Row> {
    valid(data.find(SESSION_REGISTRATION, "msevtmgt_registrationid", registration))
}

fn valid<'a>(rows: impl Iterator<Item = &'a std::sync::Arc<Row>>) -> Vec<&'a Row> {
    let active = |row: &&Row| !row.flag("msevtmgt_iscanceled") && row.choice("statecode") == Some(0);
    let mut rows: Vec<&Row> = rows.map(|row| &**row).filter(active).collect();
    rows.sort_by_key(|row| (row.time("createdon"), row.version()));
    rows
}

/// On a waiting list, of the event or of the session.
fn waits(row: &Row) -> bool {
    let waiting = [registration_status::WAITLISTED.0, registration_status::ON_HOLD.0];
    row.choice("statuscode").is_some_and(|status| waiting.contains(&status))
}

fn name_of(data: &Data, table: &str, id: Option<Uuid>) -> Option<String> {
    data.get(table, id?).and_then(|row| row.name()).map(str::to_owned)
}

fn own_registration(data: &Data, row: &Row) -> OwnRegistration {
    let bought = data.find(ATTENDEE_PASS, "msevtmgt_eventregistrationid", row.id()).next();
    let sessions = sessions_of(data, row.id()).into_iter().filter(|place| !waits(place));
    OwnRegistration {
        id: row.id(),
        event: name_of(data, EVENT, row.lookup("msevtmgt_eventid")),
        pass: bought.and_then(|bought| name_of(data, PASS, bought.lookup("msevtmgt_pass"))),
        created: row.time("createdon"),
        sessions: sessions
            .map(|place| {
                (place.id(), name_of(data, SESSION, place.lookup("msevtmgt_sessionid")), place.time("createdon"))
            })
            .collect(),
    }
}
