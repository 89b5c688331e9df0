//! The eight invariants, judged after every case for its purchases once things are quiet. Pure: observed data in, checks out.

mod charge;
mod ends;
mod free_ticket;
mod hosts;
mod lost_payment;
mod observed;
mod regress;
mod secret;
mod stray;
mod table;

pub use observed::{Observed, Surroundings};
pub use table::{ALL, Invariant, judge};
