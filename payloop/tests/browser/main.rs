//! The pages that people see, in a real browser.
//!
//! Each face has a program below `pages/` that drives Chromium over a platform on ports of its own, prints `ok <check>` for each check
//! and stops at the first that fails; a module here starts it and holds what it printed against its list. `.ci/tools browser` installs
//! what the programs need below `target/tools`; a machine without it skips them and says how to get it. Pictures of the pages are left
//! below `target/browser`.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test that meets the unexpected stops; its helpers are plain functions"
)]

mod document_page;
mod harness;
mod hosted_page;
mod own_page;
mod registration_page;
