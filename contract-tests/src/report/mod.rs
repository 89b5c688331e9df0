//! The report of a run: one serde tree, and views that only read it.

mod ambiguity;
pub mod console;
mod excerpt;
mod json;
mod junit;
mod model;

pub use ambiguity::{Ambiguity, ambiguities};
pub use json::to_json;
pub use junit::to_junit;
pub use model::{
    CaseReport, Evidence, InvariantReport, Problem, Report, RunVerdict, SCHEMA, ServiceReport, SuiteReport, Summary,
    Unsupported,
};
