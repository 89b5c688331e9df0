//! Tests of the suite itself: the right service passes, wrong ones are caught, and what is written about it is readable.

#![expect(clippy::unwrap_used, reason = "what cannot be set up is a failed test")]

mod ambiguity;
mod buyer;
mod catalogue;
mod compare;
mod determinism;
mod evidence;
mod evidence_of_generated;
mod exec;
mod histories;
mod hopeless;
mod invariants;
mod known;
mod life;
mod mutants;
mod notification;
mod plan;
mod preflight;
mod profile;
mod queued;
mod reference;
mod report;
mod world;
