//! What a service sends and answers in a few canonical scenarios, as text that only changes when the service does.
//!
//! `payloop certify --snapshot DIR` keeps these texts in files. A team whose service is in Rust can do the same in its own tests: run the
//! suite with [`crate::run_recorded`] and [`crate::Options::recorded`], and hand each of [`texts`] to `insta::assert_snapshot!`.

mod folder;
mod ids;
mod order;
mod story;

pub use folder::{Compared, Outcome, compare};
pub use story::{SCENARIOS, texts};
