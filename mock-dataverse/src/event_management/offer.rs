//! What an event offers, read from its rows at one moment: whether it can be registered for, its seats, its passes, its payment.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::Timestamp;
use rust_decimal::Decimal;
use uuid::Uuid;

use super::capacity::{Demand, Limits};
use super::generation::{Generation, Terms};
use super::tables::{
    CURRENCY, EVENT, LIVE, ORGANIZATION, OWN_WEBSITE, PASS, PASS_SESSION, PROVIDER, SESSION, YES_WAITLIST,
};
use super::timezone;
use crate::store::{Data, Row};

/// An event as far as a registration is concerned.
#[derive(Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "one per yes-or-no column of the table")]
pub(super) struct Offer {
    pub(super) event: Uuid,
    pub(super) readable_id: Arc<str>,
    pub(super) name: String,
    pub(super) live: bool,
    pub(super) closed: Option<Closed>,
    /// Attendees take passes, and pay for them.
    pub(super) paid: bool,
    /// Where they pay; an outbound event can do without.
    pub(super) provider: Option<Provider>,
    pub(super) currency: Option<Uuid>,
    pub(super) capacity: Option<u64>,
    pub(super) passes: BTreeMap<Uuid, OfferedPass>,
    /// The live sessions with their capacities; empty when nobody asks for sessions.
    pub(super) sessions: BTreeMap<Uuid, Option<u64>>,
    /// The event has a waiting list.
    pub(super) waitlist: bool,
    /// More than one attendee may be registered at once.
    pub(super) several: bool,
    /// The event is over.
    pub(super) over: bool,
}

/// A period of registration that is over.
#[derive(Clone, Debug)]
pub(super) struct Closed {
    pub(super) message: Option<String>,
}

/// The payment provider of an event.
#[derive(Clone, Debug)]
pub(super) struct Provider {
    pub(super) page_url: String,
    pub(super) timeout_minutes: Option<u32>,
}

/// A pass of an event.
#[derive(Clone, Debug)]
pub(super) struct OfferedPass {
    pub(super) name: String,
    pub(super) price: Option<Decimal>,
    pub(super) currency: Option<Uuid>,
    pub(super) allocated: u64,
    /// The sessions that it names; empty as well when nobody asks for sessions.
    pub(super) sessions: BTreeSet<Uuid>,
}

impl Offer {
    /// The limits of what this offer has.
    pub(super) fn limits(&self) -> Limits {
        let passes = self.passes.iter().map(|(id, pass)| (*id, pass.allocated)).collect();
        let sessions = self.sessions.iter().filter_map(|(id, capacity)| capacity.map(|seats| (*id, seats))).collect();
        Limits { event: self.capacity, passes, sessions }
    }
}

/// The row of an event by its readable id. The store finds text without regard to case; `exact` asks for the very spelling.
pub(super) fn find_event<'a>(data: &'a Data, readable_id: &str, exact: bool) -> Option<&'a Arc<Row>> {
    data.find(EVENT, "msevtmgt_readableeventid", readable_id)
        .find(|row| !exact || row.text("msevtmgt_readableeventid") == Some(readable_id))
}

/// Whether the row is a live event.
pub(super) fn is_live(event: &Row) -> bool {
    event.choice("msevtmgt_publishstatus") == Some(LIVE)
}

/// Whether the row is an event that registers through the Event API.
pub(super) fn is_published(event: &Row) -> bool {
    event.choice("msevtmgt_websitepreference") == Some(OWN_WEBSITE)
}

/// The capacity of an event; `None` is without limit.
pub(super) fn capacity(event: &Row) -> Option<u64> {
    event.int("msevtmgt_maximumeventcapacity").and_then(|seats| u64::try_from(seats).ok())
}

/// How many passes are allocated.
pub(super) fn allocated(pass: &Row) -> u64 {
    pass.int("msevtmgt_noofpassesallocated").and_then(|seats| u64::try_from(seats).ok()).unwrap_or_default()
}

/// The passes of an event, in the order of their ids.
pub(super) fn passes_of(data: &Data, event: Uuid) -> impl Iterator<Item = &Arc<Row>> {
    data.find(PASS, "msevtmgt_eventid", event)
}

/// The capacity of a session; `None` is without limit.
pub(super) fn session_capacity(session: &Row) -> Option<u64> {
    session.int("msevtmgt_sessionmaxcapacity").and_then(|seats| u64::try_from(seats).ok())
}

/// Whether the event is over: its end is local to it, and UTC in a zone that is not known.
fn is_over(event: &Row, now: Timestamp) -> bool {
    let zone = event.int("msevtmgt_eventtimezone").map_or(timezone::UTC, i64::from);
    event.time("msevtmgt_eventenddate").is_some_and(|ends| timezone::to_utc(ends, zone).unwrap_or(ends) <= now)
}

/// Reads the offer of an event; its sessions too when `agenda` asks for them.
pub(super) fn read(data: &Data, event: &Row, terms: Terms, agenda: bool, now: Timestamp) -> Offer {
    let closes = event
        .flag("msevtmgt_setregistrationsenddate")
        .then(|| event.time("msevtmgt_stopwebsiteregistrationson"))
        .flatten();
    let provider =
        event.lookup("payloop_paymentproviderid").and_then(|id| data.get(PROVIDER, id)).map(|row| Provider {
            page_url: row.text("payloop_paymentpageurl").unwrap_or_default().to_owned(),
            timeout_minutes: row
                .int("payloop_paymenttimeoutminutes")
                .and_then(|minutes| u32::try_from(minutes).ok())
                .filter(|minutes| *minutes > 0),
        });
    let passes = passes_of(data, event.id()).map(|row| {
        let pass = OfferedPass {
            name: row.name().unwrap_or_default().to_owned(),
            price: row.money("msevtmgt_passprice"),
            currency: row.lookup("transactioncurrencyid"),
            allocated: allocated(row),
            sessions: if agenda {
                let joins = data.find(PASS_SESSION, "msevtmgt_passid", row.id());
                joins.filter_map(|join| join.lookup("msevtmgt_sessionid")).collect()
            } else {
                BTreeSet::new()
            },
        };
        (row.id(), pass)
    });
    let passes: BTreeMap<Uuid, OfferedPass> = passes.collect();
    let gateway = event.flag("payloop_enablepaymentgateway");
    let (paid, provider) = match terms.generation {
        Generation::RealTime => (terms.payments_enabled && gateway, provider),
        // The ancestor's page takes an event for a paid one when it has a pass, and its temporary registrations always wait for as long.
        Generation::Outbound => (
            passes.values().any(|pass| pass.allocated > 0),
            provider
                .filter(|_| gateway && terms.redirects)
                .map(|provider| Provider { timeout_minutes: None, ..provider }),
        ),
    };
    Offer {
        event: event.id(),
        readable_id: event.text("msevtmgt_readableeventid").unwrap_or_default().into(),
        name: event.name().unwrap_or_default().to_owned(),
        live: is_live(event),
        closed: closes
            .filter(|closes| now >= *closes)
            .map(|_| Closed { message: event.text("msevtmgt_websitemessage").map(str::to_owned) }),
        paid,
        provider,
        currency: event.lookup("transactioncurrencyid"),
        capacity: capacity(event),
        passes,
        sessions: if agenda {
            let sessions = data.find(SESSION, "msevtmgt_event", event.id());
            let live = sessions.filter(|row| row.choice("statecode") == Some(0) && is_live(row));
            live.map(|row| (row.id(), session_capacity(row))).collect()
        } else {
            BTreeMap::new()
        },
        waitlist: event.flag("msevtmgt_showwaitlist")
            || event.choice("msevtmgt_waitlistthisevent") == Some(YES_WAITLIST),
        several: event.flag("msevtmgt_enablemultiattendeeregistration"),
        over: is_over(event, now),
    }
}

/// The limits of what a purchase took, as they are now; used when its seats are to be taken again.
pub(super) fn limits_for(data: &Data, demand: &Demand) -> Limits {
    let passes =
        demand.passes.keys().filter_map(|pass| data.get(PASS, *pass).map(|row| (*pass, allocated(row)))).collect();
    let session = |id: &Uuid| data.get(SESSION, *id).and_then(|row| session_capacity(row)).map(|seats| (*id, seats));
    let sessions = demand.sessions.keys().filter_map(session).collect();
    Limits { event: data.get(EVENT, demand.event).and_then(|row| capacity(row)), passes, sessions }
}

/// The organization's base currency.
pub(super) fn base_currency(data: &Data) -> Option<Uuid> {
    data.rows(ORGANIZATION).find_map(|row| row.lookup("basecurrencyid"))
}

/// The ISO code of a currency row.
pub(super) fn iso_code(data: &Data, currency: Uuid) -> Option<String> {
    data.get(CURRENCY, currency).and_then(|row| row.text("isocurrencycode")).map(str::to_owned)
}

/// The currency row of an ISO code.
pub(super) fn currency_of(data: &Data, iso: &str) -> Option<Uuid> {
    data.find(CURRENCY, "isocurrencycode", iso).map(|row| row.id()).next()
}
