//! The service against a stub of everything that it calls.

#![expect(clippy::unwrap_used, reason = "what cannot be set up is a failed test")]

mod binary;
mod client;
mod events;
mod redirect;
mod restart;
mod stub;
