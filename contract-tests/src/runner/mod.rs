//! Plans, plays and judges cases, and tells listeners what happens.

mod bench;
mod context;
mod event;
mod judge;
mod plan;
mod run;

pub use bench::{Bench, Options};
pub use context::{Ctx, Log};
pub use event::Event;
pub use plan::{Item, LeftOut, Plan, PlanError, plan};
pub use run::{RunError, Setup, run};
