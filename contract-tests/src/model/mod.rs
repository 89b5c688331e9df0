//! What a case is, what it can end in, and the catalogue of all of them: data, no I/O.

mod case;
mod catalogue;
mod check;
mod cure;
mod edition;
mod glob;
mod level;
mod share;
mod sources;
mod stop;
mod verdict;

pub use case::{Case, Generation, Needs, Payable, Run, Under};
pub use catalogue::{CASES, EXCLUDED, Excluded, Row, find, rows};
pub use check::{CONTRACT_KEPT, Check, Weight};
pub use cure::{CONTRACT_CURE, cure, invariant_cure};
pub use edition::Edition;
pub use glob::matches;
pub use level::{Level, Strength};
pub use share::Share;
pub use sources::{SOURCES, Source, source_of, sources_of};
pub use stop::Stop;
pub use verdict::Verdict;
