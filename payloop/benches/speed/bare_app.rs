//! Bare axum handlers that write: a registration, and the completion of its payment.
//!
//! The first parses the same body as the fake into a struct, finds the event and the pass in maps, takes a seat of both, makes four rows
//! (purchase, purchase contact, purchase attendee, purchase pass) with a value or a blank for every column that the fake's rows have, keeps
//! each in a map of its table under one lock, and writes the same answer with a link of its own. The second parses the body, finds the purchase
//! and the contact, makes a registration and an attendee pass for each seat, links the attendee and the purchase pass to them, marks the
//! purchase as paid, counts event and pass, and gives the very headers that the fake gave: what the fake's completion writes.
//!
//! Neither checks anything but that what is named exists: no token, no origin, no lengths, no capacity, no price, no state. They have no
//! timeout, no index, no order, no history of columns, no journal and no contract, and cannot take a write back. That the rows have the
//! fake's columns is checked against what the Web API reads of the fake's, before anything is measured.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use bytes::Bytes;
use http::{HeaderMap, StatusCode, header};
use jiff::{SignedDuration, Timestamp};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use tokio::net::TcpListener;
use url::{Url, form_urlencoded};
use uuid::Uuid;

use crate::bare_rows::{Attendee, AttendeePass, Contact, Pass, Purchase, Registration, System};
use crate::drive::{Driver, Inbox};

/// What the bare handlers hold.
pub(crate) struct Book {
    events: BTreeMap<String, Event>,
    passes: BTreeMap<Uuid, OfferedPass>,
    purchases: BTreeMap<Uuid, Purchase>,
    contacts: BTreeMap<Uuid, Contact>,
    attendees: BTreeMap<Uuid, Attendee>,
    purchase_passes: BTreeMap<Uuid, Pass>,
    registrations: BTreeMap<Uuid, Registration>,
    attendee_passes: BTreeMap<Uuid, AttendeePass>,
    /// What was bought with each purchase.
    seats: BTreeMap<Uuid, Vec<Seat>>,
    /// By e-mail address.
    people: BTreeMap<String, Uuid>,
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
    registered: u64,
}

struct OfferedPass {
    name: String,
    price: Decimal,
    held: u64,
    sold: u64,
}

/// The rows of one seat that was bought.
#[derive(Clone, Copy)]
struct Seat {
    contact: Uuid,
    attendee: Uuid,
    purchase_pass: Uuid,
    pass: Uuid,
}

/// The documented body of a registration.
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

/// The parameters of the custom API that completes a payment.
#[derive(Deserialize)]
struct Payment {
    msevtmgt_purchaseid: Uuid,
    msevtmgt_paymentstatus: i32,
}

impl Book {
    /// One with the event and the pass that `fake` registers for.
    pub(crate) fn of(fake: &Driver) -> Self {
        let sample = &fake.at.sample;
        let event = Event {
            id: Uuid::from_u128(1),
            name: "Paid Event".to_owned(),
            page: "http://127.0.0.1:7202/GatewayRedirect/PayWithStripe?".to_owned(),
            held: 0,
            registered: 0,
        };
        let pass = OfferedPass { name: "Standard".to_owned(), price: Decimal::new(4950, 2), held: 0, sold: 0 };
        Self {
            events: [(sample.readable_event_id.clone(), event)].into(),
            passes: [(sample.pass_id, pass)].into(),
            purchases: BTreeMap::new(),
            contacts: BTreeMap::new(),
            attendees: BTreeMap::new(),
            purchase_passes: BTreeMap::new(),
            registrations: BTreeMap::new(),
            attendee_passes: BTreeMap::new(),
            seats: BTreeMap::new(),
            people: BTreeMap::new(),
            made: 0,
            user: Uuid::from_u128(2),
            unit: Uuid::from_u128(3),
            currency: Uuid::from_u128(4),
            origin: fake.at.event_api.origin.clone(),
        }
    }

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

    /// Makes and keeps the rows of a registration; the purchase's link. `None` when there is no such event or pass.
    fn register(&mut self, event: &str, body: Body, now: Timestamp) -> Option<String> {
        let mut total = Decimal::ZERO;
        let purchase = self.id();
        let mut seats = Vec::with_capacity(body.attendees.len());
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
            seats.push(Seat { contact, attendee: row, purchase_pass, pass: attendee.pass_id });
        }
        self.seats.insert(purchase, seats);
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

    /// Makes and changes the rows of a completed payment. `None` when there is no such purchase.
    fn complete(&mut self, payment: &Payment, now: Timestamp) -> Option<()> {
        let purchase = payment.msevtmgt_purchaseid;
        let event = self.purchases.get(&purchase)?.msevtmgt_eventid;
        let mut purchaser = None;
        for seat in self.seats.remove(&purchase)? {
            let email = self.contacts.get(&seat.contact)?.msevtmgt_emailaddress1.clone();
            let fresh = self.id();
            let contact = *self.people.entry(email).or_insert(fresh);
            purchaser = purchaser.or(Some(contact));
            let (registration, pass) = (self.id(), self.id());
            let system = self.system(now);
            self.registrations.insert(
                registration,
                Registration {
                    msevtmgt_eventregistrationid: registration,
                    msevtmgt_name: format!("{:010}", self.made),
                    msevtmgt_eventid: event,
                    msevtmgt_contactid: contact,
                    msevtmgt_registeredby: None,
                    msevtmgt_iscanceled: false,
                    msevtmgt_registrationstatus: "Registered".to_owned(),
                    msevtmgt_createdfromapi: true,
                    msevtmgt_eventregistrationticketid: None,
                    msevtmgt_originaltimestamp: now,
                    msevtmgt_correlationid: None,
                    msevtmgt_qrcode: registration.to_string(),
                    msevtmgt_primaryrole: 100_000_000,
                    msevtmgt_internalregistrationstatus: 100_000_001,
                    system: system.clone(),
                },
            );
            let offered = self.passes.get_mut(&seat.pass)?;
            (offered.held, offered.sold) = (offered.held - 1, offered.sold + 1);
            self.attendee_passes.insert(
                pass,
                AttendeePass {
                    msevtmgt_attendeepassid: pass,
                    msevtmgt_name: format!("{:012}", self.made),
                    msevtmgt_pass: seat.pass,
                    msevtmgt_eventregistrationid: registration,
                    msevtmgt_eventid: event,
                    msevtmgt_contact: contact,
                    msevtmgt_passprice: offered.price,
                    msevtmgt_passprice_base: offered.price,
                    exchangerate: Decimal::ONE,
                    transactioncurrencyid: self.currency,
                    system,
                },
            );
            let attendee = self.attendees.get_mut(&seat.attendee)?;
            attendee.msevtmgt_attendeecontactid = Some(contact);
            attendee.msevtmgt_eventregistrationid = Some(registration);
            (attendee.system.modifiedon, attendee.system.versionnumber) = (now, self.made);
            let bought = self.purchase_passes.get_mut(&seat.purchase_pass)?;
            bought.msevtmgt_attendeepassid = Some(pass);
            (bought.system.modifiedon, bought.system.versionnumber) = (now, self.made);
            let event = self.events.values_mut().find(|known| known.id == event)?;
            (event.held, event.registered) = (event.held - 1, event.registered + 1);
        }
        let row = self.purchases.get_mut(&purchase)?;
        (row.msevtmgt_paid, row.msevtmgt_processed) = (true, true);
        row.msevtmgt_purchasingcontactid = purchaser;
        row.msevtmgt_paymentstatus = Some(payment.msevtmgt_paymentstatus);
        (row.system.modifiedon, row.system.versionnumber) = (now, self.made);
        Some(())
    }
}

/// What both handlers share.
struct Desk {
    book: Mutex<Book>,
    /// The headers of a completed payment's answer.
    completed: HeaderMap,
}

async fn register(State(desk): State<Arc<Desk>>, Path((_, event)): Path<(Uuid, String)>, body: Bytes) -> Response {
    let Ok(body) = serde_json::from_slice::<Body>(&body) else { return StatusCode::BAD_REQUEST.into_response() };
    let made = desk.book.lock().expect("no handler panicked").register(&event, body, Timestamp::now());
    let Some(redirect_url) = made else { return StatusCode::NOT_FOUND.into_response() };
    let answer = serde_json::to_vec(&Answer { redirect_url }).expect("text");
    ([(header::CONTENT_TYPE, "application/json; charset=utf-8"), (header::VARY, "Origin")], answer).into_response()
}

async fn complete(State(desk): State<Arc<Desk>>, body: Bytes) -> Response {
    let Ok(payment) = serde_json::from_slice::<Payment>(&body) else { return StatusCode::BAD_REQUEST.into_response() };
    match desk.book.lock().expect("no handler panicked").complete(&payment, Timestamp::now()) {
        Some(()) => (StatusCode::NO_CONTENT, desk.completed.clone()).into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

/// Serves both handlers; their host and port. `completed` are the headers of a completed payment's answer.
pub(crate) async fn serve(book: Book, completed: HeaderMap) -> String {
    let registrations = "/api/v1.0/orgs/{organization}/eventmanagement/events/{event}/registrations";
    let finalize = "/api/data/v9.2/msevtmgt_finalizeregistrationpayment";
    let router = Router::new()
        .route(registrations, post(register))
        .route(finalize, post(complete))
        .with_state(Arc::new(Desk { book: Mutex::new(book), completed }));
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("an address").to_string();
    drop(tokio::spawn(async move {
        let small_at_once = axum::serve::ListenerExt::tap_io(listener, |stream| drop(stream.set_nodelay(true)));
        axum::serve(small_at_once, router).await
    }));
    address
}

/// The client of `fake`, calling the handlers at `bare`.
pub(crate) fn instead_of(fake: &Driver, bare: &str, inbox: Inbox) -> Driver {
    let authority = |url: &str| Url::parse(url).expect("a URL").authority().to_owned();
    let (event_api, dataverse) = (authority(&fake.at.event_api.base), authority(&fake.at.dataverse.url));
    fake.moved(|text| text.replace(&event_api, bare).replace(&dataverse, bare), inbox)
}
