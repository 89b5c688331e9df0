//! The two generations of event management, real-time journeys and its outbound ancestor, and the terms that differ between them. Every other rule is
//! the same one.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::app::EventManagement;
use super::offer;
use super::switches::Scoped;
use super::tables::{EVENT, FROM_OUTBOUND, FROM_REAL_TIME, SESSION};
use crate::store::Row;

/// What an event belongs to, and which API is called.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Generation {
    /// Real-time journeys.
    #[default]
    RealTime,
    /// Outbound marketing, which left the product in 2025 (`facts/event-api.md` 5).
    Outbound,
}

impl Generation {
    /// The generation of an event's row, by its `msevtmgt_sourcesystem`.
    pub(super) fn of(event: &Row) -> Self {
        if event.choice("msevtmgt_sourcesystem") == Some(FROM_OUTBOUND) { Self::Outbound } else { Self::RealTime }
    }

    /// `msevtmgt_sourcesystem`.
    pub(super) fn source_system(self) -> i32 {
        match self {
            Self::RealTime => FROM_REAL_TIME,
            Self::Outbound => FROM_OUTBOUND,
        }
    }
}

/// Who registers through the outbound API, as far as a call tells.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Visit {
    /// The browser session that comes with the call.
    pub session: Option<Uuid>,
    /// The contact who is signed in.
    pub contact: Option<Uuid>,
}

/// The terms of a registration.
#[derive(Clone, Copy, Debug)]
pub(super) struct Terms {
    pub(super) generation: Generation,
    pub(super) visit: Visit,
    /// The feature switch for payments in real-time journeys.
    pub(super) payments_enabled: bool,
    /// OB-GATEWAY: an outbound event's payment gateway leads to a redirect.
    pub(super) redirects: bool,
}

impl Terms {
    pub(super) fn new(visit: Option<Visit>, payments_enabled: bool, switches: Scoped<'_>) -> Self {
        Self {
            generation: if visit.is_some() { Generation::Outbound } else { Generation::RealTime },
            visit: visit.unwrap_or_default(),
            payments_enabled,
            redirects: switches.is("OB-GATEWAY", "redirect"),
        }
    }
}

impl EventManagement {
    /// The generation of an event (by readable id).
    pub fn generation(&self, readable_id: &str) -> Option<Generation> {
        self.store().read(|data| offer::find_event(data, readable_id, true).map(|event| Generation::of(event)))
    }

    /// Whether the API of a generation shows an event (by readable id). One that does not exist is hidden by neither: other rules find out.
    pub fn shows(&self, generation: Generation, readable_id: &str) -> bool {
        let switches = self.switches(readable_id);
        if switches.is("OB-EVENTS", "shared") {
            return true;
        }
        let exact = switches.is("EAPI-39", "exact");
        let own = |event: &std::sync::Arc<Row>| Generation::of(event) == generation;
        self.store().read(|data| offer::find_event(data, readable_id, exact).is_none_or(own))
    }

    /// As [`EventManagement::shows`], for the event of a session.
    pub fn shows_session(&self, generation: Generation, session: Uuid) -> bool {
        let event = self.store().read(|data| {
            let event = data.get(SESSION, session)?.lookup("msevtmgt_event")?;
            data.get(EVENT, event)?.text("msevtmgt_readableeventid").map(str::to_owned)
        });
        event.is_none_or(|readable_id| self.shows(generation, &readable_id))
    }
}
