//! The open questions of event management: their list, and how they are read.

mod scoped;
mod table;

pub use scoped::Scoped;
pub use table::{ALL, declare};
