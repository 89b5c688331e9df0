//! What visitors and the door of the Event API may look up: events, passes, counts, web applications.

use std::collections::BTreeMap;

use uuid::Uuid;

use super::agenda;
use super::app::EventManagement;
use super::generation::Generation;
use super::offer;
use super::setup_request::WebApplication;
use super::tables::{CURRENCY, EVENT, NO, PROVIDER, WEB_APPLICATION, YES};
use super::views::{EventView, PassView, PlaceView};
use crate::schema::ColumnType;
use crate::store::{Data, Row};

/// What a visitor may see of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Visible<T> {
    /// It is live.
    Live(T),
    /// It exists, but is not live.
    NotLive,
    /// There is none.
    Unknown,
}

impl EventManagement {
    /// Live events that are published through the Event API of a generation, in the order of their readable ids; optionally only those of one web
    /// application or business unit.
    pub fn published_events(
        &self,
        generation: Generation,
        web_application: Option<Uuid>,
        business_unit: Option<Uuid>,
    ) -> Vec<EventView> {
        let mut events: Vec<EventView> = self.store().read(|data| {
            data.rows(EVENT)
                .filter(|row| offer::is_live(row) && offer::is_published(row))
                .filter(|row| web_application.is_none() || row.lookup("payloop_webapplicationid") == web_application)
                .filter(|row| business_unit.is_none() || row.lookup("owningbusinessunit") == business_unit)
                .map(|row| event_view(data, row))
                .collect()
        });
        events.retain(|event| self.shows(generation, &event.readable_id));
        events.sort_by(|a, b| a.readable_id.cmp(&b.readable_id));
        events
    }

    /// One event.
    pub fn event(&self, readable_id: &str) -> Visible<EventView> {
        self.visible(readable_id, event_view)
    }

    /// The passes of an event that are not hidden, in the order of their names.
    pub fn passes(&self, readable_id: &str) -> Visible<Vec<PassView>> {
        let ledger = self.ledger();
        self.visible(readable_id, |data, event| {
            let event_currency = event.lookup("transactioncurrencyid");
            let mut passes: Vec<PassView> = offer::passes_of(data, event.id())
                .filter(|row| offer::allocated(row) > 0)
                .map(|row| {
                    let currency =
                        event_currency.or(row.lookup("transactioncurrencyid")).or_else(|| offer::base_currency(data));
                    let taken = ledger.seats.pass(row.id());
                    PassView {
                        id: row.id(),
                        name: row.name().unwrap_or_default().to_owned(),
                        price: row.money("msevtmgt_passprice"),
                        currency_symbol: currency
                            .and_then(|id| data.get(CURRENCY, id))
                            .and_then(|row| row.text("currencysymbol"))
                            .map(str::to_owned),
                        left: taken.left(offer::allocated(row)),
                        sold: taken.sold,
                        sessions: agenda::sessions_of_pass(data, event, row.id()),
                    }
                })
                .collect();
            passes.sort_by(|a, b| (&a.name, a.id).cmp(&(&b.name, b.id)));
            passes
        })
    }

    /// How many people are registered for an event (EAPI-31 decides about open reservations).
    pub fn registrations_count(&self, readable_id: &str) -> Visible<u64> {
        let with_reservations = self.switches(readable_id).is("EAPI-31", "with-reservations");
        let ledger = self.ledger();
        self.visible(readable_id, |_, row| {
            let taken = ledger.seats.event(row.id());
            if with_reservations { taken.taken() } else { taken.sold }
        })
    }

    pub(super) fn visible<T>(&self, readable_id: &str, look: impl FnOnce(&Data, &Row) -> T) -> Visible<T> {
        let exact = self.switches(readable_id).is("EAPI-39", "exact");
        self.store().read(|data| match offer::find_event(data, readable_id, exact) {
            None => Visible::Unknown,
            Some(row) if !offer::is_live(row) => Visible::NotLive,
            Some(row) => Visible::Live(look(data, row)),
        })
    }

    /// Every web application.
    pub fn web_applications(&self) -> Vec<WebApplication> {
        self.store().read(|data| {
            data.rows(WEB_APPLICATION)
                .map(|row| WebApplication {
                    id: row.id(),
                    origin: row.text("msevtmgt_origin").unwrap_or_default().to_owned(),
                    token: row.text("msevtmgt_token").unwrap_or_default().to_owned(),
                })
                .collect()
        })
    }

    /// The web application that new arrangements use: the default one, else the first.
    pub fn default_web_application(&self) -> Option<WebApplication> {
        self.store().read(|data| {
            data.rows(WEB_APPLICATION)
                .find(|row| row.flag("payloop_isdefault"))
                .or_else(|| data.rows(WEB_APPLICATION).next())
                .map(|row| WebApplication {
                    id: row.id(),
                    origin: row.text("msevtmgt_origin").unwrap_or_default().to_owned(),
                    token: row.text("msevtmgt_token").unwrap_or_default().to_owned(),
                })
        })
    }

    /// The payment page URL of the provider that new events get.
    pub fn default_payment_page_url(&self) -> Option<String> {
        let provider = self.ledger().settings.default_provider?;
        self.store().get(PROVIDER, provider)?.text("payloop_paymentpageurl").map(str::to_owned)
    }
}

fn event_view(data: &Data, row: &Row) -> EventView {
    let text = |column: &str| row.text(column).map(str::to_owned);
    let choice = |column: &str| row.choice(column).map(i64::from);
    EventView {
        id: row.id(),
        readable_id: text("msevtmgt_readableeventid").unwrap_or_default(),
        name: row.name().unwrap_or_default().to_owned(),
        description: text("msevtmgt_description"),
        starts_local: row.time("msevtmgt_eventstartdate"),
        ends_local: row.time("msevtmgt_eventenddate"),
        time_zone: row.int("msevtmgt_eventtimezone").map_or(super::timezone::UTC, i64::from),
        event_type: choice("msevtmgt_eventtype"),
        event_format: choice("msevtmgt_eventformat"),
        language: row.int("msevtmgt_language").map(i64::from),
        public_url: text("msevtmgt_publiceventurl"),
        image: text("payloop_imageurl").or_else(|| text("entityimage")),
        building: place(data, "msevtmgt_building", row.lookup("msevtmgt_building")),
        room: place(data, "msevtmgt_room", row.lookup("msevtmgt_room")),
        capacity: offer::capacity(row),
        show_waitlist: row.flag("msevtmgt_showwaitlist"),
        auto_register_waitlist: row.flag("msevtmgt_autoregisterwaitlistitems"),
        anonymous: row.flag("msevtmgt_allowanonymousregistrations"),
        custom_agenda: row.flag("msevtmgt_allowcustomagenda"),
        multi_attendee: row.flag("msevtmgt_enablemultiattendeeregistration"),
        captcha: row.flag("msevtmgt_enablecaptcha"),
        has_end_of_registration: row.flag("msevtmgt_setregistrationsenddate"),
        closes: row.time("msevtmgt_stopwebsiteregistrationson"),
        closed_message: text("msevtmgt_websitemessage"),
    }
}

pub(super) fn place(data: &Data, table: &str, id: Option<Uuid>) -> Option<PlaceView> {
    let row = data.get(table, id?)?;
    let (mut texts, mut flags) = (BTreeMap::new(), BTreeMap::new());
    for column in row.table().columns() {
        match (&column.kind, row.text(&column.name)) {
            (ColumnType::Text { .. }, Some(text)) => drop(texts.insert(column.name.clone(), text.to_owned())),
            (ColumnType::Choice { .. }, _) => match row.choice(&column.name) {
                Some(YES) => drop(flags.insert(column.name.clone(), true)),
                Some(NO) => drop(flags.insert(column.name.clone(), false)),
                _ => {}
            },
            _ => {}
        }
    }
    Some(PlaceView { id: row.id(), texts, flags })
}
