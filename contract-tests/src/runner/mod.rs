//! Plans, plays and judges cases, and tells listeners what happens.

mod assemble;
mod bench;
mod context;
mod event;
mod gather;
mod judge;
mod own_time;
mod plan;
mod play;
mod readings;
mod record;
mod run;
mod setup;

pub use assemble::{Head, Tail};
pub(crate) use assemble::{assemble, in_order, invariants_of};
pub use bench::{Bench, Options};
pub use context::{Ctx, Log};
pub use event::Event;
pub(crate) use judge::judge;
pub use plan::{Item, LeftOut, Plan, PlanError, plan};
pub use record::{Ended, Record, Watched};
pub use run::{Ran, run, run_recorded};
pub(crate) use setup::{CONTRACT, Connected, connect};
pub use setup::{RunError, Setup};

/// What judging a case and judging a history have in common.
pub(crate) mod judging {
    pub(crate) use super::judge::{answers_against_contract, fault_of_ours, is_noise};
}
