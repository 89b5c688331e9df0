//! One journal for all fakes: every exchange they receive or send, in one order.

mod entry;
mod own;
mod query;
mod render;
mod store;
mod subjects;

pub use entry::{Answer, Direction, Entry, Request};
pub(crate) use own::own_headers;
pub use query::Filter;
pub use render::{as_curl, as_line, as_text};
pub use store::{Journal, Open, Summary};
pub use subjects::guids_in;
