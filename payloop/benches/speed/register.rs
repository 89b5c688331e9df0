//! `POST /events/{readableEventId}/registrations` for one attendee of a paid event, against a bare axum handler.
//!
//! The bare handler parses the same body into a struct, finds the event and the pass in maps, takes a seat of both, makes four rows (purchase,
//! purchase contact, purchase attendee, purchase pass) with a value or a blank for every column that the fake's rows have, keeps each in a
//! map of its table under one lock, and writes the same answer with a link of its own. Its rows are structs: a column is a field, so that
//! a row costs no more than it has to. It checks nothing but that event and pass exist: no token, no origin, no lengths, no capacity, no
//! price, and it has no timeout, no journal and no contract. That its rows have the fake's columns is checked against what the Web API
//! reads of the fake's, before anything is measured.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::{Path, State};
use axum::response::IntoResponse;
use axum::routing::post;
use bytes::Bytes;
use http::{StatusCode, header};
use jiff::{SignedDuration, Timestamp};
use mock_platform::Platform;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use tokio::net::TcpListener;
use tokio::runtime::Runtime;
use url::{Url, form_urlencoded};
use uuid::Uuid;

use crate::drive::{Driver, Inbox, guard, roomy};
use crate::measure::{self, Amount, Side};

pub(crate) fn run(runtime: &Runtime) {
    let (platform, fake, bare) = runtime.block_on(set_up());
    let over = |name, driver: Driver| {
        Side::new(name, move || {
            let driver = driver.clone();
            async move { drop(driver.register().await) }
        })
    };
    let sides = [
        over("bare handler", bare),
        over("Event API, journal on", fake.clone()).prepared(guard(platform.world(), false)),
        over("Event API, journal and guard on", fake).prepared(guard(platform.world(), true)),
    ];
    let measured = measure::measure(runtime, &sides, measure::amount(Amount { turns: 15, calls: 200 }));
    measured.print("register: one attendee of a paid event");
    measured.print_guard(1);
}

/// A platform with seats for all, and a bare handler for the same event and pass.
async fn set_up() -> (Platform, Driver, Driver) {
    let inbox = Inbox::open().await;
    let platform = Platform::builder().scenario(roomy()).start().await.expect("a platform");
    platform.world().warm();
    let fake = Driver::start(platform.endpoints().clone(), inbox.clone()).await;
    drop(fake.register().await);
    for (set, columns) in [Purchase::TABLE, Contact::TABLE, Attendee::TABLE, Pass::TABLE] {
        let rows = fake.read_dataverse(set).await;
        let rows = rows["value"].as_array().expect("rows");
        assert_eq!(rows.len(), 1, "{set}: a registration of one makes one");
        let row = rows[0].as_object().expect("a row");
        let there: BTreeSet<_> = row.keys().filter(|name| !name.contains('@')).map(|name| logical(name)).collect();
        let ours: BTreeSet<_> = columns.iter().chain(System::TABLE.1).map(|name| (*name).to_owned()).collect();
        assert_eq!(there, ours, "{set}: the bare handler's rows have the fake's columns");
    }
    let event_api = Url::parse(&fake.at.event_api.base).expect("a URL").authority().to_owned();
    let bare = serve(&fake).await;
    let bare = fake.moved(|text| text.replace(&event_api, &bare), inbox);
    (platform, fake, bare)
}

/// A column's logical name; the Web API shows a lookup as `_name_value`.
fn logical(name: &str) -> String {
    let bare = name.strip_prefix('_').and_then(|name| name.strip_suffix("_value"));
    bare.unwrap_or(name).to_owned()
}

/// Tables as structs, with the name of their entity set and those of their columns.
macro_rules! tables {
    ($($name:ident $set:literal { $($column:ident: $kind:ty,)* } $(+ $system:ident)?)*) => { $(
        #[derive(Clone)]
        #[expect(dead_code, reason = "rows are kept for what keeping costs; nobody reads them")]
        struct $name { $($column: $kind,)* $($system: System,)? }

        impl $name {
            const TABLE: (&'static str, &'static [&'static str]) = ($set, &[$(stringify!($column)),*]);
        }
    )* };
}

tables! {
    Purchase "msevtmgt_eventpurchases" {
        msevtmgt_eventpurchaseid: Uuid,
        msevtmgt_name: String,
        msevtmgt_eventid: Uuid,
        msevtmgt_purchasingcontactid: Option<Uuid>,
        msevtmgt_paid: bool,
        msevtmgt_processed: bool,
        msevtmgt_area: Option<i32>,
        msevtmgt_companysize: Option<i32>,
        msevtmgt_industry: Option<i32>,
        msevtmgt_yearsinindustry: Option<i32>,
        msevtmgt_totalprice: Decimal,
        msevtmgt_totalprice_base: Decimal,
        msevtmgt_paymentstatus: Option<i32>,
        payloop_reservedon: Timestamp,
        payloop_expireson: Timestamp,
        exchangerate: Decimal,
        transactioncurrencyid: Uuid,
    } + system
    Contact "msevtmgt_eventpurchasecontacts" {
        msevtmgt_eventpurchasecontactid: Uuid,
        msevtmgt_firstname: String,
        msevtmgt_lastname: String,
        msevtmgt_emailaddress1: String,
        msevtmgt_fullname: String,
    } + system
    Attendee "msevtmgt_eventpurchaseattendees" {
        msevtmgt_eventpurchaseattendeeid: Uuid,
        msevtmgt_name: String,
        msevtmgt_purchaseid: Uuid,
        msevtmgt_eventpurchasecontactid: Uuid,
        msevtmgt_attendeecontactid: Option<Uuid>,
        msevtmgt_eventregistrationid: Option<Uuid>,
    } + system
    Pass "msevtmgt_eventpurchasepasses" {
        msevtmgt_eventpurchasepassid: Uuid,
        msevtmgt_name: String,
        msevtmgt_attendeeid: Uuid,
        msevtmgt_passid: Uuid,
        msevtmgt_attendeepassid: Option<Uuid>,
    } + system
    System "what every table has" {
        createdby: Uuid,
        createdon: Timestamp,
        createdonbehalfby: Option<Uuid>,
        modifiedby: Uuid,
        modifiedon: Timestamp,
        modifiedonbehalfby: Option<Uuid>,
        versionnumber: u64,
        importsequencenumber: Option<i32>,
        overriddencreatedon: Option<Timestamp>,
        timezoneruleversionnumber: Option<i32>,
        utcconversiontimezonecode: Option<i32>,
        statecode: i32,
        statuscode: i32,
        ownerid: Uuid,
        owningbusinessunit: Uuid,
        owningteam: Option<Uuid>,
        owninguser: Uuid,
    }
}

/// What the bare handler holds.
struct Bare {
    events: BTreeMap<String, Event>,
    passes: BTreeMap<Uuid, OfferedPass>,
    purchases: BTreeMap<Uuid, Purchase>,
    contacts: BTreeMap<Uuid, Contact>,
    attendees: BTreeMap<Uuid, Attendee>,
    purchase_passes: BTreeMap<Uuid, Pass>,
    /// Numbers of rows so far, which ids and versions are made from.
    made: u64,
    user: Uuid,
    unit: Uuid,
    currency: Uuid,
    origin: String,
}

struct Event {
    id: Uuid,
    name: String,
    page: String,
    held: u64,
}

struct OfferedPass {
    name: String,
    price: Decimal,
    held: u64,
}

/// The documented body.
#[derive(Deserialize)]
struct Body {
    attendees: Vec<BodyAttendee>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct BodyAttendee {
    first_name: String,
    last_name: String,
    email: String,
    pass_id: Uuid,
}

/// The documented answer.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Answer {
    redirect_url: String,
}

impl Bare {
    /// Another id; they need not be hard to guess, only different and of everywhere.
    fn id(&mut self) -> Uuid {
        self.made += 1;
        Uuid::from_u128(u128::from(self.made.wrapping_mul(0x9e37_79b9_7f4a_7c15)) << 64 | u128::from(self.made))
    }

    fn system(&self, now: Timestamp) -> System {
        System {
            createdby: self.user,
            createdon: now,
            createdonbehalfby: None,
            modifiedby: self.user,
            modifiedon: now,
            modifiedonbehalfby: None,
            versionnumber: self.made,
            importsequencenumber: None,
            overriddencreatedon: None,
            timezoneruleversionnumber: None,
            utcconversiontimezonecode: None,
            statecode: 0,
            statuscode: 1,
            ownerid: self.user,
            owningbusinessunit: self.unit,
            owningteam: None,
            owninguser: self.user,
        }
    }

    /// Makes and keeps the rows; the purchase's link. `None` when there is no such event or pass.
    fn register(&mut self, event: &str, body: Body, now: Timestamp) -> Option<String> {
        let mut total = Decimal::ZERO;
        let purchase = self.id();
        for attendee in body.attendees {
            let pass = self.passes.get_mut(&attendee.pass_id)?;
            pass.held += 1;
            total += pass.price;
            let pass_name = pass.name.clone();
            let (contact, row, purchase_pass) = (self.id(), self.id(), self.id());
            let name = format!("{} {}", attendee.first_name, attendee.last_name);
            let system = self.system(now);
            self.contacts.insert(
                contact,
                Contact {
                    msevtmgt_eventpurchasecontactid: contact,
                    msevtmgt_firstname: attendee.first_name,
                    msevtmgt_lastname: attendee.last_name,
                    msevtmgt_emailaddress1: attendee.email,
                    msevtmgt_fullname: name.clone(),
                    system: system.clone(),
                },
            );
            self.attendees.insert(
                row,
                Attendee {
                    msevtmgt_eventpurchaseattendeeid: row,
                    msevtmgt_name: name,
                    msevtmgt_purchaseid: purchase,
                    msevtmgt_eventpurchasecontactid: contact,
                    msevtmgt_attendeecontactid: None,
                    msevtmgt_eventregistrationid: None,
                    system: system.clone(),
                },
            );
            self.purchase_passes.insert(
                purchase_pass,
                Pass {
                    msevtmgt_eventpurchasepassid: purchase_pass,
                    msevtmgt_name: pass_name,
                    msevtmgt_attendeeid: row,
                    msevtmgt_passid: attendee.pass_id,
                    msevtmgt_attendeepassid: None,
                    system,
                },
            );
            self.events.get_mut(event)?.held += 1;
        }
        let system = self.system(now);
        let event = self.events.get(event)?;
        self.purchases.insert(
            purchase,
            Purchase {
                msevtmgt_eventpurchaseid: purchase,
                msevtmgt_name: format!("Purchase for {}", event.name),
                msevtmgt_eventid: event.id,
                msevtmgt_purchasingcontactid: None,
                msevtmgt_paid: false,
                msevtmgt_processed: false,
                msevtmgt_area: None,
                msevtmgt_companysize: None,
                msevtmgt_industry: None,
                msevtmgt_yearsinindustry: None,
                msevtmgt_totalprice: total,
                msevtmgt_totalprice_base: total,
                msevtmgt_paymentstatus: None,
                payloop_reservedon: now,
                payloop_expireson: now + SignedDuration::from_mins(30),
                exchangerate: Decimal::ONE,
                transactioncurrencyid: self.currency,
                system,
            },
        );
        let back = form_urlencoded::byte_serialize(self.origin.as_bytes()).collect::<String>();
        Some(format!("{}purchaseId={purchase}&returnUrl={back}", event.page))
    }
}

async fn register(
    State(bare): State<Arc<Mutex<Bare>>>,
    Path((_, event)): Path<(Uuid, String)>,
    body: Bytes,
) -> axum::response::Response {
    let Ok(body) = serde_json::from_slice::<Body>(&body) else { return StatusCode::BAD_REQUEST.into_response() };
    let made = bare.lock().expect("no handler panicked").register(&event, body, Timestamp::now());
    let Some(redirect_url) = made else { return StatusCode::NOT_FOUND.into_response() };
    let answer = serde_json::to_vec(&Answer { redirect_url }).expect("text");
    ([(header::CONTENT_TYPE, "application/json; charset=utf-8"), (header::VARY, "Origin")], answer).into_response()
}

/// Serves the bare handler, with the event and pass that `fake` registers for; its host and port.
async fn serve(fake: &Driver) -> String {
    let sample = &fake.at.sample;
    let event = Event {
        id: Uuid::from_u128(1),
        name: "Paid Event".to_owned(),
        page: "http://127.0.0.1:7202/GatewayRedirect/PayWithStripe?".to_owned(),
        held: 0,
    };
    let pass = OfferedPass { name: "Standard".to_owned(), price: Decimal::new(4950, 2), held: 0 };
    let bare = Bare {
        events: [(sample.readable_event_id.clone(), event)].into(),
        passes: [(sample.pass_id, pass)].into(),
        purchases: BTreeMap::new(),
        contacts: BTreeMap::new(),
        attendees: BTreeMap::new(),
        purchase_passes: BTreeMap::new(),
        made: 0,
        user: Uuid::from_u128(2),
        unit: Uuid::from_u128(3),
        currency: Uuid::from_u128(4),
        origin: fake.at.event_api.origin.clone(),
    };
    let path = "/api/v1.0/orgs/{organization}/eventmanagement/events/{event}/registrations";
    let router = Router::new().route(path, post(register)).with_state(Arc::new(Mutex::new(bare)));
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("an address").to_string();
    drop(tokio::spawn(async move {
        let small_at_once = axum::serve::ListenerExt::tap_io(listener, |stream| drop(stream.set_nodelay(true)));
        axum::serve(small_at_once, router).await
    }));
    address
}
