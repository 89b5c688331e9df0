//! Faults are plans, not dice: which exchange meets which fault, how often, and what heals it.

mod plan;
mod store;

pub use plan::{Effect, Matcher, Plan, When};
pub use store::{Faults, PlanStatus};
