//! The fake as Stripe's own libraries meet it: for Node, for Python, and async-stripe for Rust, unmodified, each at the exact version
//! that stands beside its program.
//!
//! Each program (`node/flow.mjs`, `python/flow.py`, `rust/src/main.rs`) is a small seller of its own: it talks to a fake on a port of
//! its own, takes the webhooks, prints `ok <check>` for each check and stops at the first that fails. `.ci/tools` installs what the
//! programs need below `target/tools`; a machine without it skips them and says how to get it.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test that meets the unexpected stops; its helpers are plain functions"
)]

mod async_stripe;
mod checks;
mod lab;
mod node;
mod program;
mod python;
