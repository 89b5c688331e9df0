//! Questions about rows, as data, and their evaluation. Knows neither OData nor SOAP nor HTTP.

mod aggregate;
mod ast;
mod compare;
mod eval;
mod plan;
mod run;

pub use aggregate::{Aggregation, Group, MAX_AGGREGATED, Measure, Method, TooManyRows, aggregate};
pub use ast::{Comparison, Expansion, Filter, Link, Operand, Order, Path, Query, Selection, TextTest};
pub use compare::compare;
pub use eval::{matches, value_at};
pub use run::{Page, Position, related, run};
