//! What can be set up, as values: what is asked for, what it came to, why it was refused.

use std::collections::BTreeMap;

use jiff::Timestamp;
use rust_decimal::Decimal;
use thiserror::Error;
use uuid::Uuid;

use super::programme::{EventDetails, Programme};
use super::stage::Staged;
use crate::store::StoreError;

/// A web application: a site that may call the Event API.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewWebApplication {
    /// What its ids belong to.
    pub scope: String,
    /// Its name.
    pub name: String,
    /// Its origin, as the browser sends it.
    pub origin: String,
    /// Its token; drawn when there is none.
    pub token: Option<String>,
    /// Whether it is the default one.
    pub default: bool,
}

/// A payment provider: where attendees pay and how long they have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewProvider {
    /// What its ids belong to.
    pub scope: String,
    /// Its name.
    pub name: String,
    /// The payment page URL, which has to end in `?` (or `&`).
    pub page_url: String,
    /// The payment timeout in minutes, 1 or more.
    pub timeout_minutes: u32,
    /// Whether new events get it.
    pub default: bool,
}

/// An event with its passes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewEvent {
    /// What its ids belong to.
    pub scope: String,
    /// Its name, up to 100 characters.
    pub name: String,
    /// Its readable id; made from the name when there is none.
    pub readable_id: Option<String>,
    /// Description, which may hold HTML.
    pub description: Option<String>,
    /// ISO code of the event's currency.
    pub currency: Option<String>,
    /// Places; `None` is without limit.
    pub capacity: Option<u32>,
    /// Live, or still a draft.
    pub live: bool,
    /// Whether attendees register through the Event API.
    pub published: bool,
    /// Whether the payment gateway is on.
    pub gateway: bool,
    /// The payment provider; the default one when there is none.
    pub provider: Option<Uuid>,
    /// The web application that the event is shown on.
    pub web_application: Option<Uuid>,
    /// First moment, local to the event; thirty days from now when there is none.
    pub starts: Option<Timestamp>,
    /// Last moment, local to the event; eight hours after the first when there is none.
    pub ends: Option<Timestamp>,
    /// When registration closes (UTC).
    pub closes: Option<Timestamp>,
    /// What is shown after closing.
    pub closed_message: Option<String>,
    /// Its passes.
    pub passes: Vec<NewPass>,
    /// What else is known of it.
    pub details: EventDetails,
    /// Where it takes place, what is in it and who makes it.
    pub programme: Programme,
}

/// A pass.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewPass {
    /// Its primary id; drawn when there is none.
    pub id: Option<Uuid>,
    /// Its name, up to 100 characters.
    pub name: String,
    /// Its price in the main unit of its currency.
    pub price: Option<Decimal>,
    /// ISO code of its currency.
    pub currency: Option<String>,
    /// How many there are, up to 50,000.
    pub allocation: u32,
    /// The sessions that its holder may register for, by their names in the programme.
    pub sessions: Vec<String>,
}

/// A web application that exists.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WebApplication {
    /// Its row.
    pub id: Uuid,
    /// Its origin.
    pub origin: String,
    /// Its token.
    pub token: String,
}

/// An event that exists.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CreatedEvent {
    /// Its row.
    pub id: Uuid,
    /// Its readable id.
    pub readable_id: String,
    /// Its passes, in the order given.
    pub passes: Vec<Uuid>,
    /// The rows of its programme.
    pub staged: Staged,
}

/// Why something could not be set up.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum SetUpError {
    /// No such thing.
    #[error("there is no {what} {name}")]
    Unknown {
        /// What kind of thing.
        what: &'static str,
        /// What was named.
        name: String,
    },
    /// Another event has this readable id.
    #[error("another event has the readable id {0}")]
    TakenReadableId(String),
    /// No currency has a code of this form.
    #[error("{0:?} is not an ISO 4217 code of three letters")]
    BadCurrency(String),
    /// The picture of something is none.
    #[error("the picture of {0} is not a PNG, JPEG, GIF or BMP file in base64")]
    BadImage(String),
    /// A value does not fit its column.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What an organizer changes on an event; `None` leaves a thing as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EventChange {
    /// Live, or back to draft.
    pub live: Option<bool>,
    /// Another capacity; an inner `None` takes the limit away.
    pub capacity: Option<Option<u32>>,
    /// The payment gateway.
    pub gateway: Option<bool>,
    /// When registration closes; an inner `None` keeps it open.
    pub closes: Option<Option<Timestamp>>,
    /// Whether it has a waiting list.
    pub waitlist: Option<bool>,
    /// Whether those who wait are moved up without being asked.
    pub auto_register: Option<bool>,
    /// Whether several attendees may be registered at once.
    pub several: Option<bool>,
    /// Other allocations, by pass.
    pub allocations: BTreeMap<Uuid, u32>,
    /// Other capacities, by session; an inner `None` takes the limit away.
    pub sessions: BTreeMap<Uuid, Option<u32>>,
}
