//! `$batch`: several requests in one body. What is read and written here are bytes; carrying the requests out is the Web API's business.

mod answer;
mod envelope;
mod multipart;

pub(crate) use answer::{Answer, Part, answer};
pub use envelope::{Batch, BatchError, Inner, Item, MAX_OPERATIONS, parse};
