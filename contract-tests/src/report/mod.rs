//! The report of a run: one serde tree, and views that only read it.

mod ambiguity;
pub mod console;
mod diff;
mod excerpt;
mod findings;
mod histories;
mod json;
mod junit;
mod merge;
mod model;
mod timings;

pub use ambiguity::{Ambiguity, ambiguities};
pub use diff::{Change, Difference, Kind, diff};
pub use histories::{explain_finding, family_line, histories_line};
pub use json::to_json;
pub use junit::to_junit;
pub use merge::{MergeError, merge};
pub use model::{
    CaseReport, Evidence, InvariantReport, Problem, Report, RunVerdict, SCHEMA, ServiceReport, SuiteReport, Summary,
    Timings, Unsupported,
};
pub use timings::timings;
