//! The shape of a question. Columns are positions in their table, so names are resolved before.

use uuid::Uuid;

use crate::schema::TableId;
use crate::store::Value;

/// A column, reached over zero or more lookups.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Path {
    /// Positions of the lookup columns on the way, the first in the table asked.
    pub via: Vec<usize>,
    /// Position of the column in the table where the way ends.
    pub column: usize,
}

impl Path {
    /// A column of the table itself.
    pub fn own(column: usize) -> Self {
        Self { via: Vec::new(), column }
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
