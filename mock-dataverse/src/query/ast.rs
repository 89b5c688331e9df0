//! The shape of a question. Columns are positions in their table, so names are resolved before.

use std::collections::BTreeSet;
use std::sync::Arc;

use uuid::Uuid;

use crate::schema::TableId;
use crate::store::{OrderKey, Value};

/// A column, reached over zero or more lookups.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Path {
    /// Which of the joined rows it begins at; 0 is the row of the table asked, and the only one without joins.
    pub source: usize,
    /// Positions of the lookup columns on the way, the first in the table asked.
    pub via: Vec<usize>,
    /// Position of the column in the table where the way ends.
    pub column: usize,
}

impl Path {
    /// A column of the table itself.
    pub fn own(column: usize) -> Self {
        Self::at(0, column)
    }

    /// A column of one of the joined rows.
    pub fn at(source: usize, column: usize) -> Self {
        Self { source, via: Vec::new(), column }
    }
}

/// One side of a comparison.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Operand {
    /// The value of a column.
    Column(Path),
    /// A fixed value.
    Literal(Value),
}

/// How two values are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Comparison {
    /// Equal; null equals null.
    Eq,
    /// Not equal; a null column is not equal to any value.
    Ne,
    /// Greater; false with a null on either side.
    Gt,
    /// Greater or equal.
    Ge,
    /// Less.
    Lt,
    /// Less or equal.
    Le,
}

/// A test of text, without case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TextTest {
    /// The second text stands somewhere in the first.
    Contains,
    /// The first begins with the second.
    StartsWith,
    /// The first ends with the second.
    EndsWith,
    /// The first is a list joined by commas, and the second stands in it.
    HasItem,
    /// The second is a pattern that the whole of the first matches: `%` any characters, `_` any one, `[…]` one of a set.
    Like,
}

/// Values to be found among; null is never one of them. Text counts without case, numbers by size.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Values(Arc<BTreeSet<OrderKey>>);

impl Values {
    /// Whether a value is one of them.
    pub fn has(&self, value: &Value) -> bool {
        !value.is_null() && self.0.contains(&OrderKey::of(value))
    }
}

impl<'a> FromIterator<&'a Value> for Values {
    fn from_iter<I: IntoIterator<Item = &'a Value>>(values: I) -> Self {
        Self(Arc::new(values.into_iter().filter(|value| !value.is_null()).map(OrderKey::of).collect()))
    }
}

/// Which rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Filter {
    /// All, or none.
    Always(bool),
    /// A comparison.
    Compare(Operand, Comparison, Operand),
    /// A test of text.
    Text(TextTest, Operand, Operand),
    /// Both.
    And(Box<Filter>, Box<Filter>),
    /// Either.
    Or(Box<Filter>, Box<Filter>),
    /// Not.
    Not(Box<Filter>),
    /// The column has one of these values.
    Among(Path, Values),
    /// At least one row that points here passes.
    Any {
        /// The rows that point here.
        link: Link,
        /// What one of them must pass.
        filter: Box<Filter>,
    },
    /// Every row that points here passes; true when there is none.
    All {
        /// The rows that point here.
        link: Link,
        /// What each must pass.
        filter: Box<Filter>,
    },
}

/// One key of an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    /// The column.
    pub path: Path,
    /// Greatest first.
    pub descending: bool,
    /// By what people see instead of the value: the label of a choice, the name of the row behind a lookup.
    pub shown: bool,
}

impl Order {
    /// By the value of a column.
    pub fn by(path: Path, descending: bool) -> Self {
        Self { path, descending, shown: false }
    }
}

/// From a row to others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Link {
    /// The row that a lookup column holds.
    One {
        /// Position of the lookup column.
        column: usize,
    },
    /// The rows of another table whose lookup column holds this row.
    Many {
        /// The other table.
        child: TableId,
        /// Position of the lookup column in it.
        column: usize,
    },
}

/// Related rows that come with a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expansion {
    /// Name under which they appear.
    pub name: String,
    /// The way to them.
    pub link: Link,
    /// The table at its end.
    pub table: TableId,
    /// What is shown of each.
    pub selection: Selection,
    /// Which of them.
    pub filter: Option<Filter>,
    /// In what order.
    pub order: Vec<Order>,
    /// At most how many.
    pub top: Option<usize>,
}

/// What is shown of a row.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Selection {
    /// Columns in order; `None` shows all.
    pub columns: Option<Vec<usize>>,
    /// Related rows.
    pub expand: Vec<Expansion>,
}

/// A question about the rows of one table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Query {
    /// The table.
    pub table: TableId,
    /// Only rows whose lookup column holds this id.
    pub within: Option<(usize, Uuid)>,
    /// Which rows.
    pub filter: Option<Filter>,
    /// In what order; ties and no order fall back to the primary id.
    pub order: Vec<Order>,
    /// At most how many in all.
    pub top: Option<usize>,
    /// At most how many in one page.
    pub page: usize,
    /// Also count all that match.
    pub count: bool,
    /// Go on after this place.
    pub after: Option<super::Position>,
}
