//! What an event offers to those who register, and what it asks of them. Pure.

use crate::model::{Event, Pass, Question, Session};

/// An event with all that its form needs.
#[derive(Clone, Debug)]
pub(crate) struct Offer {
    pub(crate) event: Event,
    pub(crate) passes: Vec<Pass>,
    pub(crate) sessions: Vec<Session>,
    pub(crate) questions: Vec<Question>,
    /// How many are registered, where that could be read.
    pub(crate) registered: Option<u64>,
}

/// How a question is answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// By a text.
    Text,
    /// By one of several choices; yes or no among them.
    One,
    /// By any of several choices.
    Any,
}

impl Question {
    /// How it is answered. A kind that no document knows is a text.
    pub(crate) fn kind(&self) -> Kind {
        match self.number {
            Some(100_000_001 | 100_000_003) => Kind::One,
            Some(100_000_002) => Kind::Any,
            _ => Kind::Text,
        }
    }

    /// What can be chosen.
    pub(crate) fn options(&self) -> Vec<&str> {
        if self.number == Some(100_000_001) {
            return vec!["Yes", "No"];
        }
        let lines = self.choices.as_deref().unwrap_or_default().lines().map(str::trim);
        lines.filter(|line| !line.is_empty()).collect()
    }
}

impl Session {
    /// How many places are left, where there is a limit.
    pub(crate) fn left(&self) -> Option<u64> {
        let most = self.max_capacity.filter(|_| self.is_capacity_restricted)?;
        Some(most.saturating_sub(self.registration_count))
    }
}

impl Offer {
    /// Whether nobody else can come, as far as passes and the count of registrations tell; reservations are in neither for sure.
    pub(crate) fn full(&self) -> bool {
        let restricted = self.event.max_capacity.filter(|_| self.event.is_capacity_restricted);
        let counted = self.registered.zip(restricted).is_some_and(|(is, most)| is >= most);
        counted || (!self.passes.is_empty() && self.passes.iter().all(|pass| pass.left == 0))
    }

    /// The pass of this id.
    pub(crate) fn pass(&self, id: &str) -> Option<&Pass> {
        self.passes.iter().find(|pass| pass.id == id)
    }

    /// The session of this id.
    pub(crate) fn session(&self, id: &str) -> Option<&Session> {
        self.sessions.iter().find(|session| session.id == id)
    }
}

impl Pass {
    /// Whether its holder may register for a session.
    pub(crate) fn admits(&self, session: &str) -> bool {
        self.sessions.is_empty() || self.sessions.iter().any(|named| named.id == session)
    }
}
