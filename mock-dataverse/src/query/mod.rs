//! Questions about rows, as data, and their evaluation. Knows neither OData nor SOAP nor HTTP.

mod aggregate;
mod ast;
mod compare;
mod eval;
mod join;
mod like;
mod moment;
mod order;
mod parts;
mod plan;
mod run;

pub use aggregate::{Aggregation, DatePart, Group, Key, MAX_AGGREGATED, Measure, Method, TooManyRows, aggregate};
pub use ast::{Comparison, Expansion, Filter, Link, Operand, Order, Path, Query, Selection, TextTest, Values};
pub use compare::compare;
pub use eval::{matches, value_at};
pub use join::{Join, Joined, Keep, MAX_JOINED, TooManyJoined, Tuple, Tuples, run_joined, values_of};
pub(crate) use moment::{COUNTED, NAMED, Stretch, counted, named};
pub(crate) use parts::{all_of, any_of, compared, not, on_days, within};
pub use run::{Page, Position, related, run};
