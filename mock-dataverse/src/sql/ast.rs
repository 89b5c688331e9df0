//! The shape of a statement, names as given.

use thiserror::Error;

use crate::fault::{Code, Fault};
use crate::fetch_xml::Operator;
use crate::fetch_xml::ast::Aggregate;

/// A `SELECT`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Select {
    pub(super) distinct: bool,
    pub(super) top: Option<usize>,
    pub(super) items: Vec<Item>,
    pub(super) from: TableRef,
    pub(super) joins: Vec<Join>,
    pub(super) condition: Option<Expr>,
    pub(super) groups: Vec<Column>,
    pub(super) orders: Vec<(Column, bool)>,
    pub(super) offset: Option<usize>,
    pub(super) fetch: Option<usize>,
}

/// A column as it is written: the table or alias before it, its name, and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Column {
    pub(super) table: Option<String>,
    pub(super) name: String,
    pub(super) at: usize,
}

/// What is selected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Item {
    pub(super) what: What,
    pub(super) alias: Option<String>,
    pub(super) at: usize,
}

/// A column or an aggregate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum What {
    Column(Column),
    /// `COUNT(*)`.
    Rows,
    Aggregate {
        function: Aggregate,
        distinct: bool,
        column: Column,
    },
}

/// A table with the name that stands for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct TableRef {
    pub(super) name: String,
    pub(super) alias: Option<String>,
    pub(super) at: usize,
}

/// A `JOIN`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Join {
    pub(super) left: bool,
    pub(super) table: TableRef,
    pub(super) on: Expr,
}

/// A condition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Expr {
    And(Vec<Expr>),
    Or(Vec<Expr>),
    /// A column against constants.
    Test {
        column: Column,
        operator: Operator,
        values: Vec<String>,
    },
    /// Two columns are equal.
    Same(Column, Column),
    /// A comparison with null holds for nothing, and neither does its opposite.
    Never,
}

/// A mistake in a statement, with the number of the character where it is.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{what} at character {at}")]
pub(super) struct SqlError {
    what: String,
    at: usize,
}

impl SqlError {
    pub(super) fn new(what: impl Into<String>, at: usize) -> Self {
        Self { what: what.into(), at }
    }
}

impl From<SqlError> for Fault {
    fn from(error: SqlError) -> Self {
        Self::bad(Code::BAD_QUERY, format!("The SQL query is not supported: {error}."))
    }
}
