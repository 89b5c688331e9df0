//! The subset of SQL that the Web API's `sql` takes: one `SELECT`, read and translated into the shape of FetchXML. Nothing here decides about rows.
//!
//! <https://learn.microsoft.com/power-apps/developer/data-platform/webapi/query/sql>

mod ast;
mod lexer;
mod moments;
mod parse;
mod predicate;
pub mod tidy;
mod translate;

pub(crate) use translate::translate;
