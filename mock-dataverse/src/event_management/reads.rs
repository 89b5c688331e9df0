//! What can be looked up: events and passes for visitors, web applications for the door, purchases and seats for the judge, the linter's report.

use std::collections::BTreeMap;

use jiff::Timestamp;
use rust_decimal::Decimal;
use uuid::Uuid;

use super::app::EventManagement;
use super::capacity::Occupancy;
use super::ledger::Happening;
use super::linter::{self, EventSetUp, Finding, PassSetUp, ProviderSetUp, SetUp, WebApplicationSetUp};
use super::offer;
use super::reservation::State;
use super::setup::WebApplication;
use super::tables::{ATTENDEE_PASS, CURRENCY, EVENT, PASS, PROVIDER, PURCHASE, REGISTRATION, WEB_APPLICATION};
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

/// A purchase as the book and its row show it together.
#[derive(Clone, Debug, PartialEq)]
pub struct PurchaseView {
    /// The purchase.
    pub id: Uuid,
    /// The event's row.
    pub event: Uuid,
    /// The event's readable id.
    pub readable_event_id: String,
    /// Where the reservation stands.
    pub state: State,
    /// When it was made (UTC).
    pub created: Timestamp,
    /// When it ends without a payment (UTC).
    pub deadline: Timestamp,
    /// `msevtmgt_totalprice` in the main unit, as the row shows it now.
    pub price: Option<Decimal>,
    /// ISO code of the row's currency.
    pub currency: Option<String>,
    /// `msevtmgt_paid`.
    pub paid: bool,
    /// `msevtmgt_processed`.
    pub processed: bool,
    /// `msevtmgt_paymentstatus`.
    pub payment_status: Option<i64>,
    /// How many attendees it is for.
    pub attendees: usize,
    /// Registrations made for it that are not cancelled.
    pub registrations: usize,
    /// Attendee passes made for it that are active.
    pub attendee_passes: usize,
    /// What happened to it, oldest first.
    pub history: Vec<Happening>,
    /// How many later happenings were not kept.
    pub history_dropped: u64,
}

/// Seats of an event and of its passes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CapacityView {
    /// The event's row.
    pub event: Uuid,
    /// How many places there are.
    pub capacity: Option<u64>,
    /// How many are taken.
    pub taken: Occupancy,
    /// Per pass: its row, its allocation, what is taken.
    pub passes: Vec<(Uuid, u64, Occupancy)>,
}

impl EventManagement {
    /// Live events that are published through the Event API, in the order of their readable ids; optionally only those of one web application
    /// or business unit.
    pub fn published_events(&self, web_application: Option<Uuid>, business_unit: Option<Uuid>) -> Vec<EventView> {
        let mut events: Vec<EventView> = self.store().read(|data| {
            data.rows(EVENT)
                .filter(|row| offer::is_live(row) && offer::is_published(row))
                .filter(|row| web_application.is_none() || row.lookup("payloop_webapplicationid") == web_application)
                .filter(|row| business_unit.is_none() || row.lookup("owningbusinessunit") == business_unit)
                .map(|row| event_view(data, row))
                .collect()
        });
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

    fn visible<T>(&self, readable_id: &str, look: impl FnOnce(&Data, &Row) -> T) -> Visible<T> {
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

    /// A purchase as the judge sees it.
    pub fn purchase(&self, id: Uuid) -> Option<PurchaseView> {
        let ledger = self.ledger();
        let entry = ledger.purchases.get(&id)?;
        let view = self.store().read(|data| {
            let row = data.get(PURCHASE, id);
            let made = |table: &str, ids: &mut dyn Iterator<Item = Uuid>| {
                ids.filter(|id| data.get(table, *id).is_some_and(|row| row.choice("statecode") == Some(0))).count()
            };
            PurchaseView {
                id,
                event: entry.event,
                readable_event_id: entry.readable_event_id.to_string(),
                state: entry.reservation.state(),
                created: entry.reservation.created(),
                deadline: entry.reservation.deadline(),
                price: row.and_then(|row| row.money("msevtmgt_totalprice")),
                currency: row
                    .and_then(|row| row.lookup("transactioncurrencyid"))
                    .and_then(|currency| offer::iso_code(data, currency)),
                paid: row.is_some_and(|row| row.flag("msevtmgt_paid")),
                processed: row.is_some_and(|row| row.flag("msevtmgt_processed")),
                payment_status: row.and_then(|row| row.choice("msevtmgt_paymentstatus")).map(i64::from),
                attendees: entry.seats.len(),
                registrations: made(REGISTRATION, &mut entry.seats.iter().filter_map(|seat| seat.registration)),
                attendee_passes: made(ATTENDEE_PASS, &mut entry.seats.iter().filter_map(|seat| seat.attendee_pass)),
                history: entry.history.clone(),
                history_dropped: entry.history_dropped,
            }
        });
        Some(view)
    }

    /// Every purchase, in the order of their making; optionally only those of one event.
    pub fn purchases(&self, readable_event_id: Option<&str>) -> Vec<Uuid> {
        let ledger = self.ledger();
        let mut found: Vec<(Timestamp, Uuid)> = ledger
            .purchases
            .iter()
            .filter(|(_, entry)| readable_event_id.is_none_or(|event| *entry.readable_event_id == *event))
            .map(|(id, entry)| (entry.reservation.created(), *id))
            .collect();
        found.sort_unstable();
        found.into_iter().map(|(_, id)| id).collect()
    }

    /// Seats of an event and of its passes.
    pub fn capacity(&self, readable_id: &str) -> Option<CapacityView> {
        let ledger = self.ledger();
        self.store().read(|data| {
            let event = offer::find_event(data, readable_id, true)?;
            Some(CapacityView {
                event: event.id(),
                capacity: offer::capacity(event),
                taken: ledger.seats.event(event.id()),
                passes: offer::passes_of(data, event.id())
                    .map(|row| (row.id(), offer::allocated(row), ledger.seats.pass(row.id())))
                    .collect(),
            })
        })
    }

    /// What is wrong with the whole set-up, or (with a readable event id) with what one event needs.
    pub fn lint(&self, readable_event_id: Option<&str>) -> Vec<Finding> {
        let mut set_up = self.set_up();
        if let Some(readable_id) = readable_event_id {
            set_up.events.retain(|event| event.readable_id == readable_id);
            set_up.passes.retain(|pass| set_up.events.iter().any(|event| pass.event == Some(event.id)));
            set_up
                .web_applications
                .retain(|application| set_up.events.iter().any(|event| event.web_application == Some(application.id)));
            set_up.providers.retain(|provider| set_up.events.iter().any(|event| event.provider == Some(provider.id)));
        }
        linter::lint(&set_up)
    }

    /// What is wrong with using a pass for an event; `None` when either does not exist.
    pub fn lint_pass(&self, readable_event_id: &str, pass: Uuid) -> Option<Vec<Finding>> {
        let set_up = self.set_up();
        let event = set_up.events.iter().find(|event| event.readable_id == readable_event_id)?;
        let pass = set_up.passes.iter().find(|found| found.id == pass)?;
        Some(linter::lint_pair(event, pass).into_iter().collect())
    }

    fn set_up(&self) -> SetUp {
        let payments_enabled = self.ledger().settings.payments_enabled;
        self.store().read(|data| SetUp {
            payments_enabled,
            web_applications: data.rows(WEB_APPLICATION).map(|row| web_application_set_up(row)).collect(),
            providers: data.rows(PROVIDER).map(|row| provider_set_up(row)).collect(),
            events: data.rows(EVENT).map(|row| event_set_up(row)).collect(),
            passes: data.rows(PASS).map(|row| pass_set_up(row)).collect(),
        })
    }
}

fn web_application_set_up(row: &Row) -> WebApplicationSetUp {
    WebApplicationSetUp {
        id: row.id(),
        name: row.name().unwrap_or_default().to_owned(),
        origin: row.text("msevtmgt_origin").unwrap_or_default().to_owned(),
        token: row.text("msevtmgt_token").unwrap_or_default().to_owned(),
    }
}

fn provider_set_up(row: &Row) -> ProviderSetUp {
    ProviderSetUp {
        id: row.id(),
        name: row.name().unwrap_or_default().to_owned(),
        page_url: row.text("payloop_paymentpageurl").unwrap_or_default().to_owned(),
        timeout_minutes: row.int("payloop_paymenttimeoutminutes").map(i64::from),
    }
}

fn event_set_up(row: &Row) -> EventSetUp {
    EventSetUp {
        id: row.id(),
        readable_id: row.text("msevtmgt_readableeventid").unwrap_or_default().to_owned(),
        live: offer::is_live(row),
        published: offer::is_published(row),
        gateway: row.flag("payloop_enablepaymentgateway"),
        provider: row.lookup("payloop_paymentproviderid"),
        web_application: row.lookup("payloop_webapplicationid"),
        capacity: offer::capacity(row),
        currency: row.lookup("transactioncurrencyid"),
    }
}

fn pass_set_up(row: &Row) -> PassSetUp {
    PassSetUp {
        id: row.id(),
        name: row.name().unwrap_or_default().to_owned(),
        event: row.lookup("msevtmgt_eventid"),
        price: row.money("msevtmgt_passprice"),
        currency: row.lookup("transactioncurrencyid"),
        allocation: offer::allocated(row),
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
        image: text("msevtmgt_image"),
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

fn place(data: &Data, table: &str, id: Option<Uuid>) -> Option<PlaceView> {
    let row = data.get(table, id?)?;
    let (mut texts, mut flags) = (BTreeMap::new(), BTreeMap::new());
    for column in row.table().columns() {
        match (&column.kind, row.text(&column.name)) {
            (ColumnType::Text { .. }, Some(text)) => drop(texts.insert(column.name.clone(), text.to_owned())),
            (ColumnType::Bool { .. }, _) => drop(flags.insert(column.name.clone(), row.flag(&column.name))),
            _ => {}
        }
    }
    Some(PlaceView { id: row.id(), texts, flags })
}
