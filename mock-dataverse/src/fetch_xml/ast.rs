//! The shape of a FetchXML query, names as given. SQL is translated into the same shape.

use super::operator::Operator;
use crate::query::DatePart;

/// The element `fetch`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[expect(clippy::struct_excessive_bools, reason = "independent attributes of one element")]
pub(crate) struct Fetch {
    pub(crate) top: Option<usize>,
    /// Rows of a page.
    pub(crate) count: Option<usize>,
    /// Number of the page, from 1.
    pub(crate) page: Option<usize>,
    pub(crate) cookie: Option<String>,
    pub(crate) distinct: bool,
    pub(crate) aggregate: bool,
    /// The number of all rows is asked for.
    pub(crate) total: bool,
    /// How many rows an aggregation may look at.
    pub(crate) limit: Option<usize>,
    /// Choices are ordered by their numbers.
    pub(crate) raw_order: bool,
    /// Rows before the first; only SQL has it.
    pub(crate) offset: usize,
    pub(crate) entity: Node,
}

/// What `entity` and `link-entity` have in common.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Node {
    /// Logical name of the table.
    pub(crate) name: String,
    pub(crate) attributes: Vec<Attribute>,
    /// `all-attributes`.
    pub(crate) all: bool,
    /// `no-attrs`: only what is there always.
    pub(crate) none: bool,
    pub(crate) orders: Vec<OrderBy>,
    pub(crate) filters: Vec<Group>,
    pub(crate) links: Vec<Link>,
}

/// The element `attribute`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Attribute {
    pub(crate) name: String,
    pub(crate) alias: Option<String>,
    pub(crate) aggregate: Option<Aggregate>,
    pub(crate) group: bool,
    pub(crate) part: Option<DatePart>,
    pub(crate) distinct: bool,
}

/// The aggregate functions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Aggregate {
    /// Rows.
    Count,
    /// Values.
    CountColumn,
    Sum,
    Avg,
    Min,
    Max,
}

/// The element `order`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct OrderBy {
    pub(crate) attribute: Option<String>,
    pub(crate) alias: Option<String>,
    pub(crate) entity: Option<String>,
    pub(crate) descending: bool,
}

/// The element `link-entity`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Link {
    pub(crate) node: Node,
    /// Column of the linked table.
    pub(crate) from: Option<String>,
    /// Column of the table that it is linked to.
    pub(crate) to: Option<String>,
    pub(crate) alias: Option<String>,
    pub(crate) kind: LinkKind,
}

/// Values of `link-type`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LinkKind {
    Inner,
    Outer,
    /// `matchfirstrowusingcrossapply`.
    First,
    Exists,
    In,
    Any,
    NotAny,
    All,
    NotAll,
}

impl LinkKind {
    /// Links of this kind stand inside filters.
    pub(crate) fn filters(self) -> bool {
        matches!(self, Self::Any | Self::NotAny | Self::All | Self::NotAll)
    }
}

/// The element `filter`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Group {
    /// `or` instead of `and`.
    pub(crate) any: bool,
    pub(crate) parts: Vec<Part>,
}

/// What stands in a filter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Part {
    Group(Group),
    Condition(Condition),
    Link(Link),
    /// What never holds: a comparison with null in SQL.
    Never,
}

/// The element `condition`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Condition {
    /// Alias or name of the link that it is about.
    pub(crate) entity: Option<String>,
    pub(crate) attribute: String,
    pub(crate) operator: Operator,
    pub(crate) values: Vec<String>,
    /// The column that it is compared with.
    pub(crate) other: Option<String>,
}
