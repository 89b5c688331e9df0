//! FetchXML: read, and translated into questions of the query core. Nothing here decides about rows.
//!
//! <https://learn.microsoft.com/power-apps/developer/data-platform/fetchxml/reference/>

pub(crate) mod ast;
mod bind;
mod columns;
mod condition;
mod cookie;
mod filter;
mod operator;
mod order;
mod parse;
mod question;
mod source;
pub mod tidy;
mod value;
mod xml;

pub(crate) use bind::{Asked, bind};
pub(crate) use cookie::Cookie;
pub(crate) use operator::Operator;
pub(crate) use parse::{MAX_LINKS, MAX_ROWS, checked_alias, parse};
pub(crate) use question::{Cell, Question, Shown, What};
pub(crate) use value::moment;
