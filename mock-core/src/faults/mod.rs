//! Faults are plans, not dice: which exchange or connection meets which fault, how often, and what heals it.

mod plan;
mod store;

pub use plan::{Effect, Flaw, Matcher, Plan, PlanError, When};
pub use store::{Faults, PlanStatus};
