//! What a case is, what it can end in, and the catalogue of all of them: data, no I/O.

mod case;
mod catalogue;
mod check;
mod cure;
mod glob;
mod level;
mod stop;
mod verdict;

pub use case::{Case, Generation, Needs, Payable, Run, Under};
pub use catalogue::{CASES, EXCLUDED, Excluded, Row, find, rows};
pub use check::{Check, Weight};
pub use cure::cure;
pub use glob::matches;
pub use level::{Level, Strength};
pub use stop::Stop;
pub use verdict::Verdict;
