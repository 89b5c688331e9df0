//! The query language of the `/search` calls: what can be said of an object, and whether it is so.
//!
//! Source: <https://docs.stripe.com/search#search-query-language>.

mod members;
mod parse;
mod query;

pub use parse::{Fault, MOST_QUERY, SyntaxError};
pub use query::{Found, Kind, Member, Query, Searchable};
