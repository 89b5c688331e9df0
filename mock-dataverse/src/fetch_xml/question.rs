//! What a query comes to: a question of the query core, and how its answer is shown.

use std::sync::Arc;

use crate::query::{Aggregation, Joined, Path};
use crate::schema::Table;

/// A query with every name resolved.
#[derive(Debug)]
pub(crate) struct Question {
    pub(crate) what: What,
    /// The columns of the answer, in their order.
    pub(crate) shown: Vec<Shown>,
    /// Columns of the table asked that stand under their own names, for the context; `None`: all of them.
    pub(crate) selected: Option<Vec<usize>>,
    /// What is shown is no row of the table: neither its id nor its `ETag` come with it.
    pub(crate) bare: bool,
    /// The tables of the sources.
    pub(crate) tables: Vec<Arc<Table>>,
    /// Tables that only filters look at.
    pub(crate) others: Vec<Arc<Table>>,
    /// Number of the page, from 1.
    pub(crate) page: usize,
    /// The caller turns the pages, by `page` and `paging-cookie`.
    pub(crate) turns: bool,
    /// A cookie can say where the page ended.
    pub(crate) cookie: bool,
}

/// The question itself.
#[derive(Debug)]
pub(crate) enum What {
    /// Rows.
    Rows(Joined),
    /// Groups of rows.
    Groups {
        question: Aggregation,
        /// By which of the shown columns groups are ordered, and whether the greatest come first.
        order: Vec<(usize, bool)>,
        skip: usize,
        most: usize,
    },
}

/// One column of the answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Shown {
    /// Its name; columns of the table asked without an alias stand under the name that they always have.
    pub(crate) name: String,
    /// The column that it is about.
    pub(crate) path: Path,
    pub(crate) cell: Cell,
}

/// Where its value comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cell {
    /// A column of the table asked, under its own name.
    Own,
    /// A column under another name.
    Named,
    /// What the rows of a group have in common.
    Key(usize),
    /// The part of a date that they have in common.
    Part(usize),
    /// What a group comes to, of the kind of the column.
    Measure(usize),
    /// A number of rows or values.
    Count(usize),
    /// A sum, which is zero where there is nothing to add.
    Sum(usize),
}
