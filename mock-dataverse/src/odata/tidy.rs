//! Query options read and printed again: the way for tools (and fuzzers) to ask what the grammar makes of a text.

use super::apply::parse_apply;
use super::grammar::{parse_filter, parse_order};
use super::options::Options;
use super::url::{parse_literal, parse_path};

/// A `$filter` as it is understood.
///
/// # Errors
/// What is wrong with it, and where.
pub fn filter(text: &str) -> Result<String, String> {
    parse_filter(text).map(|expr| expr.to_string()).map_err(|error| error.to_string())
}

/// An `$orderby` as it is understood.
///
/// # Errors
/// What is wrong with it, and where.
pub fn order(text: &str) -> Result<String, String> {
    let keys = parse_order(text).map_err(|error| error.to_string())?;
    let key =
        |key: super::syntax::OrderKey| format!("{}{}", key.path.join("/"), if key.descending { " desc" } else { "" });
    Ok(keys.into_iter().map(key).collect::<Vec<_>>().join(","))
}

/// An `$apply` as it is understood.
///
/// # Errors
/// What is wrong with it, and where.
pub fn apply(text: &str) -> Result<String, String> {
    parse_apply(text).map(|apply| apply.to_string()).map_err(|error| error.to_string())
}

/// A literal of a URL as it is understood.
///
/// # Errors
/// Only that it is none.
pub fn literal(text: &str) -> Result<String, String> {
    parse_literal(text).map(|literal| literal.to_string()).ok_or_else(|| "no literal".to_owned())
}

/// How many segments the path behind the version has.
///
/// # Errors
/// What is wrong with it.
pub fn segments(path: &str) -> Result<usize, String> {
    parse_path(path).map(|segments| segments.len()).map_err(|fault| fault.to_string())
}

/// How many options the query of a URL has, aliases included.
///
/// # Errors
/// What is wrong with it.
pub fn options(query: &str) -> Result<usize, String> {
    Options::parse(query).map(|options| options.given.len()).map_err(|fault| fault.to_string())
}
