//! A case: one row of the catalogue, with its clause and the function that plays it.

use futures_util::future::BoxFuture;

use super::level::{Level, Strength};
use super::stop::Stop;
use crate::runner::Ctx;

/// Plays a case. What it finds goes into the context; what keeps it from going on comes back.
pub type Run = fn(Ctx) -> BoxFuture<'static, Result<(), Stop>>;

/// One row of the catalogue.
#[derive(Clone, Copy)]
pub struct Case {
    /// Its name for ever, such as `C-R01`.
    pub id: &'static str,
    /// What the suite does, in half a line.
    pub title: &'static str,
    /// The level from which it is asked.
    pub level: Level,
    /// How hard its clause is.
    pub strength: Strength,
    /// What the sources demand, in our words: what a right service looks like from outside.
    pub clause: &'static str,
    /// Where that comes from: keys of the catalogue's section 1, or RFC sections.
    pub sources: &'static [&'static str],
    /// What it needs from the bench and from the service.
    pub needs: Needs,
    /// Plays it.
    pub run: Run,
}

impl std::fmt::Debug for Case {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Case").field("id", &self.id).field("title", &self.title).finish_non_exhaustive()
    }
}

/// What a case needs. Start from [`Needs::NOTHING`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Needs {
    /// It moves the clock or breaks a whole fake, so nothing else may run beside it.
    pub alone: bool,
    /// It starts and stops the service, so the suite must have started it.
    pub managed: bool,
    /// It only makes sense for services that sell with this kind of object.
    pub payable: Option<Payable>,
    /// It runs once under each of these values of an ambiguity switch.
    pub under: Option<Under>,
    /// It spends most of its time waiting, so it begins before the others and they run meanwhile.
    pub patient: bool,
    /// It only makes sense in front of event platforms of this generation.
    pub generation: Option<Generation>,
}

impl Needs {
    /// Runs beside others, under any service.
    pub const NOTHING: Self =
        Self { alone: false, managed: false, payable: None, under: None, patient: false, generation: None };
    /// Runs alone.
    pub const ALONE: Self = Self { alone: true, ..Self::NOTHING };
    /// Runs beside others, and begins first, since it mostly waits.
    pub const PATIENT: Self = Self { patient: true, ..Self::NOTHING };

    /// Runs in front of real-time journeys only: its clause is about what outbound marketing has no word for.
    pub const REAL_TIME: Self = Self { generation: Some(Generation::RealTime), ..Self::NOTHING };
    /// Runs in front of outbound marketing only.
    pub const OUTBOUND: Self = Self { generation: Some(Generation::Outbound), ..Self::NOTHING };

    /// The same, alone.
    #[must_use]
    pub const fn and_alone(self) -> Self {
        Self { alone: true, ..self }
    }

    /// The same in front of real-time journeys only.
    #[must_use]
    pub const fn and_real_time(self) -> Self {
        Self { generation: Some(Generation::RealTime), ..self }
    }

    /// Runs once under each of `values` of an ambiguity switch.
    pub const fn under(switch: &'static str, values: &'static [&'static str]) -> Self {
        Self::NOTHING.and_under(switch, values)
    }

    /// The same once under each of `values` of an ambiguity switch.
    #[must_use]
    pub const fn and_under(self, switch: &'static str, values: &'static [&'static str]) -> Self {
        Self { under: Some(Under { switch, values }), ..self }
    }
}

/// The values of an ambiguity switch that a case runs under.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Under {
    /// The switch, such as `AMB-7`.
    pub switch: &'static str,
    /// Its values, as the fakes name them.
    pub values: &'static [&'static str],
}

/// The generations of the event platform.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Generation {
    /// Real-time journeys.
    #[default]
    RealTime,
    /// Outbound marketing, their ancestor.
    Outbound,
}

impl From<Generation> for mock_dataverse::event_management::Generation {
    fn from(generation: Generation) -> Self {
        match generation {
            Generation::RealTime => Self::RealTime,
            Generation::Outbound => Self::Outbound,
        }
    }
}

impl Generation {
    /// What people call it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::RealTime => "real-time journeys",
            Self::Outbound => "outbound marketing",
        }
    }
}

/// What a service sells with at Stripe.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Payable {
    /// A Payment Link: one URL, many sessions.
    #[default]
    Link,
    /// A Checkout Session: one URL, one session.
    Session,
}

impl Payable {
    /// The word in the profile.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Link => "link",
            Self::Session => "session",
        }
    }
}
