//! The event platform that a service stands in front of.

use serde::{Deserialize, Serialize};

use crate::model::Generation;

/// The event platform behind Dataverse, as the profile declares it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum EventPlatform {
    /// Real-time journeys.
    #[default]
    RealTime,
    /// Outbound marketing, their ancestor.
    Outbound,
    /// Outbound marketing before version 1.13, when the finalize action had another name.
    OutboundAdx,
}

/// How long a temporary registration of outbound marketing waits, in minutes; no setting changes it.
const OUTBOUND_MINUTES: u32 = 50;

impl EventPlatform {
    /// The word in the profile.
    pub const fn name(self) -> &'static str {
        match self {
            Self::RealTime => "real-time",
            Self::Outbound => "outbound",
            Self::OutboundAdx => "outbound-adx",
        }
    }

    /// What it is, whatever its version.
    pub const fn generation(self) -> Generation {
        match self {
            Self::RealTime => Generation::RealTime,
            Self::Outbound | Self::OutboundAdx => Generation::Outbound,
        }
    }

    /// Whether it is outbound marketing, of whatever version.
    pub const fn is_outbound(self) -> bool {
        matches!(self.generation(), Generation::Outbound)
    }

    /// The action or custom API that a payment is finalized by.
    pub const fn finalize(self) -> &'static str {
        match self {
            Self::RealTime => crate::check::journal::FINALIZE,
            Self::Outbound => "msevtmgt_FinalizeExternalRegistrationRequest",
            Self::OutboundAdx => "adx_FinalizeExternalRegistrationRequest",
        }
    }

    /// How long a reservation waits for its payment where the organizer wanted `wanted` minutes.
    pub const fn minutes(self, wanted: u32) -> u32 {
        match self.generation() {
            Generation::RealTime => wanted,
            Generation::Outbound => OUTBOUND_MINUTES,
        }
    }
}
