//! The fake Event API from outside: over HTTP, as a page or a server would call it.

#![expect(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "what cannot be set up is a failed test")]

mod access;
mod browser;
mod checkins;
mod control;
mod control_contract;
mod demo;
mod document;
mod effects;
mod errors;
mod events;
mod fidelity;
mod outbound;
mod pictures;
mod programme;
mod registration;
mod routes;
mod support;
mod sweep;
mod switches;
