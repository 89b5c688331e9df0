//! One journal for all fakes: every exchange they receive or send, in one order.

mod entry;
mod headers;
mod memory;
mod query;
mod render;
mod store;
mod subjects;

pub use entry::{Answer, Direction, Entry, Request};
pub use headers::Headers;
pub use memory::Summary;
pub use query::{Filter, Numbers};
pub use render::{as_curl, as_line, as_text};
pub use store::{Journal, Look, Open};
pub use subjects::guids_in;
