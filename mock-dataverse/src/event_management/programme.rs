//! What an event is made of beside its seats, as an organizer states it. A scenario file and the control API use these very words.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::generation::Generation;

/// What is known of an event beside its name, its seats and its payment. Everything may be missing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "one per yes-or-no column of the table")]
pub struct EventDetails {
    /// The time zone as the IANA database names it (`Europe/Berlin`); UTC when there is none. Only zones whose number is known can be set.
    pub time_zone: Option<String>,
    /// The event's own page, which its QR code shows.
    pub public_url: Option<String>,
    /// A picture: base64, or an http address.
    pub image: Option<String>,
    /// The kind of event.
    pub kind: Option<EventKind>,
    /// Where it takes place.
    pub format: Option<Format>,
    /// The column's language number.
    pub language: Option<i32>,
    /// Whether it has a waiting list: `msevtmgt_showwaitlist`.
    pub waitlist: bool,
    /// Whether those who wait are moved up without being asked: `msevtmgt_autoregisterwaitlistitems`.
    pub auto_register: bool,
    /// Whether the outbound API asks for a captcha: `msevtmgt_enablecaptcha`.
    pub captcha: bool,
    /// Real-time journeys or outbound marketing: `msevtmgt_sourcesystem`.
    pub generation: Generation,
    /// Whether only one attendee may be registered at once: the opposite of `msevtmgt_enablemultiattendeeregistration`.
    pub one_at_a_time: bool,
}

/// Where an event takes place, what is in it and who makes it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Programme {
    /// The building.
    pub building: Option<NewBuilding>,
    /// The room.
    pub room: Option<NewRoom>,
    /// Its sessions.
    pub sessions: Vec<NewSession>,
    /// Its tracks.
    pub tracks: Vec<NewTrack>,
    /// Its speakers, in sessions or not.
    pub speakers: Vec<NewSpeaker>,
    /// Its sponsors.
    pub sponsorships: Vec<NewSponsorship>,
    /// The questions of its registration.
    pub custom_fields: Vec<NewCustomField>,
}

/// `msevtmgt_eventtype`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EventKind {
    /// 100000001.
    ExecutiveBriefing,
    /// 100000002.
    Conference,
    /// 100000003.
    Demonstration,
    /// 100000004.
    Training,
    /// 100000005.
    Webcast,
}

impl EventKind {
    /// The number of the choice.
    pub fn number(self) -> i32 {
        match self {
            Self::ExecutiveBriefing => 100_000_001,
            Self::Conference => 100_000_002,
            Self::Demonstration => 100_000_003,
            Self::Training => 100_000_004,
            Self::Webcast => 100_000_005,
        }
    }
}

/// `msevtmgt_eventformat` and `msevtmgt_sessionformat`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// 100000001.
    OnSite,
    /// 100000002.
    Webinar,
    /// 100000003.
    Hybrid,
}

impl Format {
    /// The number of the choice.
    pub fn number(self) -> i32 {
        match self {
            Self::OnSite => 100_000_001,
            Self::Webinar => 100_000_002,
            Self::Hybrid => 100_000_003,
        }
    }
}

/// A building.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewBuilding {
    /// Its name, up to 100 characters.
    pub name: String,
    /// What there is to know.
    pub description: Option<String>,
    /// Street and number.
    pub address_line1: Option<String>,
    /// More of the address.
    pub address_line2: Option<String>,
    /// More of the address.
    pub address_line3: Option<String>,
    /// City.
    pub city: Option<String>,
    /// State or province.
    pub state_province: Option<String>,
    /// Postal code.
    pub postal_code: Option<String>,
    /// Country.
    pub country: Option<String>,
    /// Telephone.
    pub telephone1: Option<String>,
    /// A second one.
    pub telephone2: Option<String>,
    /// A third one.
    pub telephone3: Option<String>,
    /// E-mail address.
    pub email: Option<String>,
    /// Web site.
    pub website: Option<String>,
    /// Whether there are accessible toilets.
    pub accessible_toilets: Option<bool>,
    /// Whether the disabled find access.
    pub disabled_access: Option<bool>,
    /// Whether there is parking for the disabled.
    pub disabled_parking: Option<bool>,
    /// Whether there is a public telephone.
    pub public_telephone: Option<bool>,
    /// Whether there is wireless network.
    pub wifi: Option<bool>,
    /// The network's name.
    pub wifi_ssid: Option<String>,
    /// The network's public password.
    pub wifi_password: Option<String>,
    /// What else there is.
    pub additional_facilities: Option<String>,
}

/// A room.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewRoom {
    /// Its name, up to 100 characters.
    pub name: String,
    /// What there is to know.
    pub description: Option<String>,
    /// Whether the disabled find access.
    pub disabled_access: Option<bool>,
}

/// `msevtmgt_sessiontype`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SessionKind {
    /// 100000000.
    Lab,
    /// 100000001.
    Keynote,
    /// 100000002.
    General,
    /// 100000003.
    Brainstorming,
    /// 100000004.
    Breakout,
    /// 100000005.
    Training,
}

impl SessionKind {
    /// The number of the choice.
    pub fn number(self) -> i32 {
        match self {
            Self::Lab => 100_000_000,
            Self::Keynote => 100_000_001,
            Self::General => 100_000_002,
            Self::Brainstorming => 100_000_003,
            Self::Breakout => 100_000_004,
            Self::Training => 100_000_005,
        }
    }
}

/// A session.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewSession {
    /// Its primary id; drawn when there is none.
    pub id: Option<Uuid>,
    /// Its name, up to 100 characters. Passes name their sessions by it.
    pub name: String,
    /// First moment, local to the event; the event's own when there is none.
    pub starts: Option<Timestamp>,
    /// Last moment, local to the event; an hour after the first when there is none.
    pub ends: Option<Timestamp>,
    /// Places; `None` is without limit.
    pub capacity: Option<u32>,
    /// Live, or still a draft: yes.
    #[serde(default = "yes")]
    pub live: bool,
    /// In short.
    pub summary: Option<String>,
    /// At length.
    pub description: Option<String>,
    /// What it is for.
    pub objectives: Option<String>,
    /// What one should know before.
    pub prerequisites: Option<String>,
    /// The kind of session.
    pub kind: Option<SessionKind>,
    /// Where it takes place.
    pub format: Option<Format>,
    /// The number of the language's choice.
    pub language: Option<i32>,
    /// Whether cameras are permitted.
    pub cameras: Option<bool>,
    /// Whether recordings are permitted.
    pub recordings: Option<bool>,
    /// Its building.
    pub building: Option<NewBuilding>,
    /// Its room.
    pub room: Option<NewRoom>,
    /// Who speaks, by the names of the event's speakers.
    #[serde(default)]
    pub speakers: Vec<String>,
}

impl NewSession {
    /// A live session without limit of which only the name is known.
    pub fn named(name: &str) -> Self {
        Self {
            id: None,
            name: name.to_owned(),
            starts: None,
            ends: None,
            capacity: None,
            live: true,
            summary: None,
            description: None,
            objectives: None,
            prerequisites: None,
            kind: None,
            format: None,
            language: None,
            cameras: None,
            recordings: None,
            building: None,
            room: None,
            speakers: Vec::new(),
        }
    }
}

fn yes() -> bool {
    true
}

/// A track: sessions of a kind under one name.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewTrack {
    /// Its primary id; drawn when there is none.
    pub id: Option<Uuid>,
    /// Its name, up to 100 characters.
    pub name: String,
    /// What there is to know.
    pub description: Option<String>,
    /// Its sessions, by their names.
    #[serde(default)]
    pub sessions: Vec<String>,
}

/// A speaker.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewSpeaker {
    /// Its primary id; drawn when there is none.
    pub id: Option<Uuid>,
    /// Name, up to 100 characters. Sessions name their speakers by it.
    pub name: String,
    /// What the speaker is.
    pub title: Option<String>,
    /// Who the speaker is.
    pub about: Option<String>,
    /// What the speaker has done.
    pub accomplishments: Option<String>,
    /// What the speaker has written.
    pub publications: Option<String>,
    /// Address of a blog.
    pub blog: Option<String>,
    /// E-mail address.
    pub email: Option<String>,
    /// Address of a profile.
    pub linkedin: Option<String>,
    /// Address of a profile.
    pub twitter: Option<String>,
    /// Address of a site.
    pub website: Option<String>,
    /// A picture, base64.
    pub image: Option<String>,
}

/// A sponsor of an event.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewSponsorship {
    /// Its primary id; drawn when there is none.
    pub id: Option<Uuid>,
    /// The sponsor's name, up to 100 characters; an account of this name is made.
    pub sponsor: String,
    /// What the sponsor gives.
    pub description: Option<String>,
    /// What it is given for.
    pub topic: Option<String>,
    /// The sponsor's logo, base64.
    pub logo: Option<String>,
}

/// `msevtmgt_type` of a custom registration field.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FieldKind {
    /// 100000000: a text.
    #[default]
    Text,
    /// 100000001: yes or no.
    Boolean,
    /// 100000002: any number of the choices.
    MultipleChoice,
    /// 100000003: one of the choices.
    SingleChoice,
}

impl FieldKind {
    /// The number of the choice.
    pub fn number(self) -> i32 {
        match self {
            Self::Text => 100_000_000,
            Self::Boolean => 100_000_001,
            Self::MultipleChoice => 100_000_002,
            Self::SingleChoice => 100_000_003,
        }
    }
}

/// A question of the registration.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewCustomField {
    /// Its primary id; drawn when there is none.
    pub id: Option<Uuid>,
    /// What is asked.
    pub text: String,
    /// The kind of answer: a text.
    #[serde(default)]
    pub kind: FieldKind,
    /// Whether it must be answered: no.
    #[serde(default)]
    pub required: bool,
    /// What can be chosen, without line breaks.
    #[serde(default)]
    pub choices: Vec<String>,
}
