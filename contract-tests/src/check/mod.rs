//! Looks at what was observed: pure functions, no I/O.

#[cfg(test)]
pub(crate) mod fixture;
pub mod http;
pub mod journal;
pub mod leaks;
pub mod money;
pub mod outbound;
pub mod page;
pub mod secrets;
pub mod status;
pub mod target;
pub mod text;
pub mod url;
