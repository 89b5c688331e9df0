//! The world from outside: faces over loopback, the clock, faults, the journal and the control API.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "what cannot be set up is a failed test")]

mod bench;
mod clock;
mod control;
mod control_contract;
mod exchange;
mod faults;
mod journal;
mod tls;
