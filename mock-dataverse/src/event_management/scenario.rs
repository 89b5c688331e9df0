//! A scenario file: a whole set-up of web applications, payment providers and events, written as an organizer would list it.

use jiff::Timestamp;
use rust_decimal::Decimal;
use serde::Deserialize;
use thiserror::Error;
use uuid::Uuid;

use super::app::EventManagement;
use super::generation::Generation;
use super::programme::{
    EventDetails, EventKind, Format, NewBuilding, NewCustomField, NewRoom, NewSession, NewSpeaker, NewSponsorship,
    NewTrack, Programme,
};
use super::setup_request::{
    CreatedEvent, NewEvent, NewPass, NewProvider, NewWebApplication, SetUpError, WebApplication,
};

/// A scenario, parsed.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scenario {
    #[serde(default)]
    features: Features,
    #[serde(default)]
    web_application: Vec<WebApplicationText>,
    #[serde(default)]
    payment_provider: Vec<ProviderText>,
    #[serde(default)]
    event: Vec<EventText>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Features {
    #[serde(default = "yes")]
    payments: bool,
    /// `msevtmgt_enablefinalizationendpoints`: anybody may finalize a purchase without paying.
    #[serde(default)]
    demo_payments: bool,
}

impl Default for Features {
    fn default() -> Self {
        Self { payments: true, demo_payments: false }
    }
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct WebApplicationText {
    name: String,
    origin: String,
    token: Option<String>,
    #[serde(default)]
    default: bool,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ProviderText {
    name: String,
    payment_page_url: String,
    payment_timeout_minutes: u32,
    #[serde(default)]
    default: bool,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(clippy::struct_excessive_bools, reason = "one per yes-or-no column of the table")]
struct EventText {
    name: String,
    readable_event_id: Option<String>,
    description: Option<String>,
    currency: Option<String>,
    capacity: Option<u32>,
    #[serde(default = "yes")]
    live: bool,
    #[serde(default = "yes")]
    published: bool,
    #[serde(default)]
    payment_gateway: bool,
    payment_provider: Option<String>,
    web_application: Option<String>,
    starts: Option<Timestamp>,
    ends: Option<Timestamp>,
    registration_closes: Option<Timestamp>,
    closed_message: Option<String>,
    time_zone: Option<String>,
    public_event_url: Option<String>,
    image: Option<String>,
    kind: Option<EventKind>,
    format: Option<Format>,
    language: Option<i32>,
    /// `msevtmgt_showwaitlist`.
    #[serde(default)]
    show_waitlist: bool,
    /// `msevtmgt_autoregisterwaitlistitems`.
    #[serde(default)]
    autoregister_waitlist_items: bool,
    /// `msevtmgt_enablemultiattendeeregistration`.
    #[serde(default = "yes")]
    enable_multi_attendee_registration: bool,
    /// `msevtmgt_enablecaptcha`, which the outbound API alone heeds.
    #[serde(default)]
    enable_captcha: bool,
    /// `msevtmgt_sourcesystem`: `real-time` or `outbound`.
    #[serde(default)]
    source_system: Generation,
    building: Option<NewBuilding>,
    room: Option<NewRoom>,
    #[serde(default)]
    pass: Vec<PassText>,
    #[serde(default)]
    session: Vec<NewSession>,
    #[serde(default)]
    track: Vec<NewTrack>,
    #[serde(default)]
    speaker: Vec<NewSpeaker>,
    #[serde(default)]
    sponsorship: Vec<NewSponsorship>,
    #[serde(default)]
    custom_field: Vec<NewCustomField>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct PassText {
    id: Option<Uuid>,
    name: String,
    /// A decimal number as text, so that no digit is lost.
    price: Option<Decimal>,
    currency: Option<String>,
    allocation: u32,
    /// The sessions that its holder may register for, by name.
    #[serde(default)]
    sessions: Vec<String>,
}

impl EventText {
    fn details(&self) -> EventDetails {
        EventDetails {
            time_zone: self.time_zone.clone(),
            public_url: self.public_event_url.clone(),
            image: self.image.clone(),
            kind: self.kind,
            format: self.format,
            language: self.language,
            waitlist: self.show_waitlist,
            auto_register: self.autoregister_waitlist_items,
            captcha: self.enable_captcha,
            generation: self.source_system,
            one_at_a_time: !self.enable_multi_attendee_registration,
        }
    }

    fn programme(&self) -> Programme {
        Programme {
            building: self.building.clone(),
            room: self.room.clone(),
            sessions: self.session.clone(),
            tracks: self.track.clone(),
            speakers: self.speaker.clone(),
            sponsorships: self.sponsorship.clone(),
            custom_fields: self.custom_field.clone(),
        }
    }
}

fn yes() -> bool {
    true
}

/// What loading a scenario made, in the order of the file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Loaded {
    /// Web applications.
    pub web_applications: Vec<WebApplication>,
    /// Payment providers.
    pub providers: Vec<Uuid>,
    /// Events with their passes.
    pub events: Vec<CreatedEvent>,
}

/// Why a scenario is not usable.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum ScenarioError {
    /// The text is no scenario.
    #[error("the scenario is not valid: {0}")]
    Parse(String),
    /// It refers to something that it does not have.
    #[error("event {event} names the {what} {name}, which the scenario does not have")]
    Dangling {
        /// The event.
        event: String,
        /// What it refers to.
        what: &'static str,
        /// By which name.
        name: String,
    },
    /// Something of it cannot be set up.
    #[error("the scenario cannot be set up: {0}")]
    SetUp(#[from] SetUpError),
}

impl Scenario {
    /// Reads a scenario from TOML.
    pub fn parse(text: &str) -> Result<Self, ScenarioError> {
        toml::from_str(text).map_err(|error| ScenarioError::Parse(error.to_string()))
    }

    /// Gives every web application this origin and this token.
    #[must_use]
    pub fn with_web_application(mut self, origin: &str, token: &str) -> Self {
        for application in &mut self.web_application {
            origin.clone_into(&mut application.origin);
            application.token = Some(token.to_owned());
        }
        self
    }

    /// Makes every payment provider send attendees to this payment page.
    #[must_use]
    pub fn with_payment_page_url(mut self, url: &str) -> Self {
        for provider in &mut self.payment_provider {
            url.clone_into(&mut provider.payment_page_url);
        }
        self
    }
}

impl EventManagement {
    /// Sets a scenario up.
    pub fn load(&self, scenario: &Scenario) -> Result<Loaded, ScenarioError> {
        self.enable_payments(scenario.features.payments);
        if scenario.features.demo_payments {
            self.enable_demo_payments(true).map_err(SetUpError::from)?;
        }
        let mut loaded = Loaded::default();
        for text in &scenario.web_application {
            loaded.web_applications.push(self.create_web_application(&NewWebApplication {
                scope: text.name.clone(),
                name: text.name.clone(),
                origin: text.origin.clone(),
                token: text.token.clone(),
                default: text.default,
            })?);
        }
        for text in &scenario.payment_provider {
            loaded.providers.push(self.create_provider(&NewProvider {
                scope: text.name.clone(),
                name: text.name.clone(),
                page_url: text.payment_page_url.clone(),
                timeout_minutes: text.payment_timeout_minutes,
                default: text.default,
            })?);
        }
        for text in &scenario.event {
            let dangling = |what: &'static str, name: &str| ScenarioError::Dangling {
                event: text.name.clone(),
                what,
                name: name.to_owned(),
            };
            let provider = text
                .payment_provider
                .as_deref()
                .map(|name| {
                    let position = scenario.payment_provider.iter().position(|provider| provider.name == name);
                    position
                        .and_then(|position| loaded.providers.get(position))
                        .copied()
                        .ok_or_else(|| dangling("payment provider", name))
                })
                .transpose()?;
            let web_application = text
                .web_application
                .as_deref()
                .map(|name| {
                    let position = scenario.web_application.iter().position(|application| application.name == name);
                    position
                        .and_then(|position| loaded.web_applications.get(position))
                        .map(|made| made.id)
                        .ok_or_else(|| dangling("web application", name))
                })
                .transpose()?;
            loaded.events.push(
                self.create_event(&NewEvent {
                    scope: text.readable_event_id.clone().unwrap_or_else(|| text.name.clone()),
                    name: text.name.clone(),
                    readable_id: text.readable_event_id.clone(),
                    description: text.description.clone(),
                    currency: text.currency.clone(),
                    capacity: text.capacity,
                    live: text.live,
                    published: text.published,
                    gateway: text.payment_gateway,
                    provider,
                    web_application,
                    starts: text.starts,
                    ends: text.ends,
                    closes: text.registration_closes,
                    closed_message: text.closed_message.clone(),
                    passes: text
                        .pass
                        .iter()
                        .map(|pass| NewPass {
                            id: pass.id,
                            name: pass.name.clone(),
                            price: pass.price,
                            currency: pass.currency.clone(),
                            allocation: pass.allocation,
                            sessions: pass.sessions.clone(),
                        })
                        .collect(),
                    details: text.details(),
                    programme: text.programme(),
                })?,
            );
        }
        Ok(loaded)
    }
}
