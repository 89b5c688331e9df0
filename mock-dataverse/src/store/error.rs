//! What the store refuses, in terms of tables, columns and rows.

use thiserror::Error;
use uuid::Uuid;

/// A refusal of the store. A write that returns one has changed nothing.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum StoreError {
    /// No table of that logical name.
    #[error("no table `{0}`")]
    UnknownTable(String),
    /// The table has no such column.
    #[error("table `{table}` has no column `{column}`")]
    UnknownColumn {
        /// Logical name of the table.
        table: String,
        /// The name that was given.
        column: String,
    },
    /// The value is of another type than the column.
    #[error("column `{column}` of `{table}` is of type {expected}, given was {given}")]
    WrongType {
        /// Logical name of the table.
        table: String,
        /// Logical name of the column.
        column: String,
        /// The column's type in OData words.
        expected: &'static str,
        /// The value, for people.
        given: String,
    },
    /// The number is outside the column's bounds.
    #[error("column `{column}` of `{table}`: {problem}")]
    OutOfRange {
        /// Logical name of the table.
        table: String,
        /// Logical name of the column.
        column: String,
        /// Which bound is broken.
        problem: String,
    },
    /// The text is longer than the column allows.
    #[error("column `{column}` of `{table}` holds at most {max} characters")]
    TooLong {
        /// Logical name of the table.
        table: String,
        /// Logical name of the column.
        column: String,
        /// Longest text, in characters.
        max: u32,
    },
    /// The choice has no such option.
    #[error("column `{column}` of `{table}` has no option {value}")]
    UnknownOption {
        /// Logical name of the table.
        table: String,
        /// Logical name of the column.
        column: String,
        /// The number that was given.
        value: i64,
    },
    /// The status reason does not belong to the state.
    #[error("{status} is not a valid status code for state code {state} on `{table}`")]
    StateMismatch {
        /// Logical name of the table.
        table: String,
        /// The state.
        state: i32,
        /// The status reason.
        status: i32,
    },
    /// No such row.
    #[error("no row {id} in `{table}`")]
    Missing {
        /// Logical name of the table.
        table: String,
        /// Primary id that was asked for.
        id: Uuid,
    },
    /// A row with that primary id exists already.
    #[error("row {id} exists already in `{table}`")]
    Duplicate {
        /// Logical name of the table.
        table: String,
        /// The primary id.
        id: Uuid,
    },
    /// Another row has the same values in the columns of an alternate key.
    #[error("another row of `{table}` has the same {}", .key.join(", "))]
    DuplicateKey {
        /// Logical name of the table.
        table: String,
        /// The columns of the key.
        key: Vec<String>,
    },
    /// The row cannot go while others point at it.
    #[error("row {id} of `{table}` is referenced by `{by}`")]
    Referenced {
        /// Logical name of the table.
        table: String,
        /// The row's primary id.
        id: Uuid,
        /// Logical name of the table that points at it.
        by: String,
    },
}
