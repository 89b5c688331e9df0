//! SQL read as far as it can be without tables: the way for tools (and fuzzers) to ask whether a text is a statement that is taken.

use jiff::Timestamp;

use super::parse::parse;

/// How many columns and aggregates a statement selects.
///
/// # Errors
/// What is wrong with it, and where.
pub fn select(text: &str) -> Result<usize, String> {
    parse(text, Timestamp::UNIX_EPOCH).map(|select| select.items.len()).map_err(|error| error.to_string())
}
