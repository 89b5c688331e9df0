//! Generated histories: what happens to a few purchases, in whatever order, judged by the invariants and a small reference model, and made as short
//! as it can be when it fails. `docs/histories.md` is the page about it.

mod again;
mod as_text;
mod assemble;
mod data;
mod families;
mod gather;
mod generate;
mod hunt;
mod model;
mod play;
mod proof;
mod record;
mod report;
mod rooms;
mod script;
mod shrink;
mod stage;
mod terms;
mod verdict;

pub(crate) use again::again;
pub use data::{
    Again, Edge, Foreign, Forgery, History, MOST_MINUTES, MOST_PURCHASES, MOST_STEPS, Op, Order, SWITCHES, Tab, Times,
    Trouble, Who,
};
pub use generate::{ALONE_EVERY, May, histories, history};
pub(crate) use hunt::{Hunt, hunt};
pub use model::{Account, Broken, End, Fact, Led, News};
pub use proof::{ENOUGH, FEW_STEPS, Hunted, hunt_for};
pub use record::{FamilyRecord, Generated, Shortened, SoldRecord, StoryRecord, ValueRecord};
pub use report::{FamilyReport, Finding, HistoriesReport};
pub use script::{HEADING, MOST_BYTES, ScriptError, Titled, parse, print};
pub(crate) use terms::Terms;
pub use terms::{Asked, Given};
pub(crate) use verdict::Bar;
