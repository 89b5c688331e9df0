//! Generated histories: what happens to a few purchases, in whatever order, judged by the invariants and a small reference model, and made as short
//! as it can be when it fails. `docs/histories.md` is the page about it.

mod data;
mod families;
mod generate;
mod hunt;
mod model;
mod play;
mod proof;
mod report;
mod rooms;
mod script;
mod shrink;
mod stage;
mod verdict;

pub use data::{
    Again, Edge, Foreign, Forgery, History, MOST_MINUTES, MOST_PURCHASES, MOST_STEPS, Op, Order, SWITCHES, Tab, Times,
    Trouble, Who,
};
pub use generate::{ALONE_EVERY, May, histories, history};
pub use hunt::Given;
pub(crate) use hunt::hunt;
pub use model::{Account, Broken, End, Fact, Led, News};
pub use proof::{ENOUGH, FEW_STEPS, Hunted, hunt_for};
pub use report::{FamilyReport, Finding, HistoriesReport};
pub use script::{HEADING, MOST_BYTES, ScriptError, Titled, parse, print};
