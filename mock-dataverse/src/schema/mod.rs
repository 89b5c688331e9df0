//! What tables exist and what their columns are: read from data, never written in code.
//!
//! One TOML file per table under `fixtures/dataverse/schema`; adding a table or a column is a change of those files.

mod column;
mod document;
mod load;
mod names;
mod places;
mod standard;
mod system;
mod table;

pub use column::{Choice, Column, ColumnType, DeleteRule};
pub use load::{Schema, SchemaError};
pub(crate) use places::Difference;
pub use table::{OneToMany, Ownership, Table, TableId};
