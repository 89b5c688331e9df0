//! What the rows of events and passes say, as plain values: the faces turn these into their own wire shapes.

use std::collections::BTreeMap;

use jiff::Timestamp;
use rust_decimal::Decimal;
use uuid::Uuid;

use super::agenda_views::SessionView;

/// An event as its visitors may see it.
#[derive(Clone, Debug, PartialEq)]
#[expect(clippy::struct_excessive_bools, reason = "one per yes-or-no column of the table")]
pub struct EventView {
    /// Its row.
    pub id: Uuid,
    /// Its readable id.
    pub readable_id: String,
    /// `msevtmgt_name`.
    pub name: String,
    /// May hold HTML.
    pub description: Option<String>,
    /// The first moment, in the event's own time zone although it is written with a `Z`: the column is independent of time zones.
    pub starts_local: Option<Timestamp>,
    /// The last moment, likewise.
    pub ends_local: Option<Timestamp>,
    /// Dataverse's number of the time zone.
    pub time_zone: i64,
    /// `msevtmgt_eventtype`.
    pub event_type: Option<i64>,
    /// `msevtmgt_eventformat`.
    pub event_format: Option<i64>,
    /// A language code.
    pub language: Option<i64>,
    /// `msevtmgt_publiceventurl`.
    pub public_url: Option<String>,
    /// A picture: base64 or a URL.
    pub image: Option<String>,
    /// The building.
    pub building: Option<PlaceView>,
    /// The room.
    pub room: Option<PlaceView>,
    /// How many people may come; `None` is without limit.
    pub capacity: Option<u64>,
    /// `msevtmgt_showwaitlist`.
    pub show_waitlist: bool,
    /// `msevtmgt_autoregisterwaitlistitems`.
    pub auto_register_waitlist: bool,
    /// `msevtmgt_allowanonymousregistrations`.
    pub anonymous: bool,
    /// `msevtmgt_allowcustomagenda`.
    pub custom_agenda: bool,
    /// `msevtmgt_enablemultiattendeeregistration`.
    pub multi_attendee: bool,
    /// `msevtmgt_enablecaptcha`.
    pub captcha: bool,
    /// Whether registration ends at [`EventView::closes`].
    pub has_end_of_registration: bool,
    /// `msevtmgt_stopwebsiteregistrationson` (UTC).
    pub closes: Option<Timestamp>,
    /// What is shown after closing.
    pub closed_message: Option<String>,
}

/// A building or a room: the columns that the fake keeps of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlaceView {
    /// Its row.
    pub id: Uuid,
    /// Its text columns by logical name; a column without a value is left out.
    pub texts: BTreeMap<String, String>,
    /// Its yes-or-no columns by logical name; one that is not answered is left out.
    pub flags: BTreeMap<String, bool>,
}

/// A pass as its visitors may see it.
#[derive(Clone, Debug, PartialEq)]
pub struct PassView {
    /// Its row.
    pub id: Uuid,
    /// `msevtmgt_name`.
    pub name: String,
    /// `msevtmgt_passprice` in the currency's main unit.
    pub price: Option<Decimal>,
    /// The symbol of the currency that the pass is charged in.
    pub currency_symbol: Option<String>,
    /// Passes that are neither sold nor held.
    pub left: u64,
    /// Passes sold.
    pub sold: u64,
    /// The live sessions that its holder may register for, without their speakers.
    pub sessions: Vec<SessionView>,
}
