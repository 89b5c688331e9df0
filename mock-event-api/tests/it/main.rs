//! The fake Event API from outside: over HTTP, as a page or a server would call it.

#![expect(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "what cannot be set up is a failed test")]
#![allow(dead_code, reason = "the bench is shared by modules that grow with the operations")]

mod control_contract;
mod registration;
mod support;
