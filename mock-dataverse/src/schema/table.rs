//! A table: its names, its columns and the relationships that end in it.

use indexmap::{IndexMap, IndexSet};

use super::column::Column;
use super::names::ByEnd;
use super::places::Places;

/// Values by name. Looked up several times in every call, so by a hash rather than in order.
pub(crate) type ByName<T> = IndexMap<String, T, ByEnd>;

/// Position of a table in its [`super::Schema`]; cheap to keep in a lookup value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TableId(pub(crate) u16);

impl TableId {
    pub(crate) fn index(self) -> usize {
        usize::from(self.0)
    }
}

/// Who owns the rows; decides which system columns exist.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ownership {
    /// A user or a team: `ownerid`, `owningbusinessunit` and friends.
    User,
    /// The organization: `organizationid`.
    Organization,
    /// Nobody: system tables such as `systemuser`.
    None,
}

/// A collection-valued navigation property: the rows of `child` whose `column` points here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OneToMany {
    /// Name of the collection, which is the relationship's schema name.
    pub name: String,
    /// The table whose rows point here.
    pub child: TableId,
    /// Position of the lookup column in the child's columns.
    pub column: usize,
}

/// One table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// Position in the schema.
    pub id: TableId,
    /// Logical name, for example `msevtmgt_eventpurchase`.
    pub logical_name: String,
    /// Entity set name in URLs; usually a plural but never derived.
    pub entity_set: String,
    /// Primary id column.
    pub primary_id: String,
    /// Primary name column, if the table has one.
    pub primary_name: Option<String>,
    /// Display name in English.
    pub display_name: String,
    /// Who owns the rows.
    pub ownership: Ownership,
    /// Where the columns come from.
    pub source: String,
    /// Why the table's own name is not a real one; `None` when documents show it.
    pub placeholder: Option<String>,
    /// Alternate keys: each a list of columns.
    pub keys: Vec<Vec<String>>,
    pub(crate) columns: Vec<Column>,
    /// The logical names, in the order of the columns.
    pub(crate) names: IndexSet<String, ByEnd>,
    /// What stands before each column's value in a JSON object: its quoted name for reading, and a colon.
    pub(crate) labels: Vec<String>,
    pub(crate) places: Places,
    pub(crate) by_navigation: ByName<usize>,
    pub(crate) collections: Vec<OneToMany>,
}

impl Table {
    /// All columns, ordered by logical name.
    pub fn columns(&self) -> &[Column] {
        &self.columns
    }

    /// The column of that logical name.
    pub fn column(&self, name: &str) -> Option<&Column> {
        self.position(name).and_then(|position| self.columns.get(position))
    }

    /// Where the column of that logical name stands in [`Table::columns`].
    pub fn position(&self, name: &str) -> Option<usize> {
        self.names.get_index_of(name)
    }

    /// The lookup column behind a single-valued navigation property (case matters).
    pub fn navigation(&self, name: &str) -> Option<&Column> {
        self.by_navigation.get(name).and_then(|position| self.columns.get(*position))
    }

    /// The column that a query names: `_x_value` for lookups, the logical name for all others.
    pub fn readable(&self, name: &str) -> Option<(usize, &Column)> {
        if let Some(inner) = name.strip_prefix('_').and_then(|rest| rest.strip_suffix("_value")) {
            let position = self.position(inner)?;
            let column = self.columns.get(position)?;
            return column.is_lookup().then_some((position, column));
        }
        let position = self.position(name)?;
        let column = self.columns.get(position)?;
        (!column.is_lookup()).then_some((position, column))
    }

    /// Collections of rows that point at this table.
    pub fn collections(&self) -> &[OneToMany] {
        &self.collections
    }

    /// The collection of that name (case matters).
    pub fn collection(&self, name: &str) -> Option<&OneToMany> {
        self.collections.iter().find(|collection| collection.name == name)
    }
}
