//! All rows of all tables, as a reader sees them.

use std::sync::Arc;

use foldhash::fast::RandomState;
use indexmap::IndexMap;
use jiff::Timestamp;
use uuid::Uuid;

use super::index::{Index, Key};
use super::order::{Orders, Span};
use super::row::Row;
use super::rows::Rows;
use super::settle;
use super::value::Value;
use crate::schema::{Schema, Table, TableId};

/// One recorded change of a tracked column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The world's time of the write.
    pub at: Timestamp,
    /// Version of the row after the write.
    pub version: i64,
    /// Logical name of the column.
    pub column: String,
    /// Value before; null for a new row.
    pub from: Value,
    /// Value after; null for a deleted row.
    pub to: Value,
    /// The user that wrote.
    pub by: Uuid,
}

/// What one write changed of a row: its [`Change`]s as they are kept.
#[derive(Debug, Clone)]
pub(super) struct Past {
    pub(super) at: Timestamp,
    pub(super) version: i64,
    pub(super) by: Uuid,
    /// Where each column stands, and its value before and after.
    pub(super) cells: Box<[(usize, Value, Value)]>,
}

/// The writes that changed tracked columns of rows, oldest first.
pub(super) type History = IndexMap<Uuid, Vec<Past>, RandomState>;

#[derive(Debug, Clone, Default)]
pub(super) struct TableData {
    /// The values that a new row begins with.
    pub(super) blank: Vec<Value>,
    pub(super) rows: Rows,
    pub(super) index: Index,
    pub(super) orders: Orders,
    pub(super) history: History,
}

/// All rows. Cloning shares the rows themselves.
#[derive(Debug, Clone)]
pub struct Data {
    pub(super) schema: Arc<Schema>,
    pub(super) tables: Vec<TableData>,
    pub(super) version: i64,
    /// The table of the users, who are the authors of rows.
    pub(super) users: Option<TableId>,
    /// The table of the currencies, which have the rates of exchange.
    pub(super) currencies: Option<TableId>,
}

impl Data {
    pub(super) fn new(schema: Arc<Schema>) -> Self {
        let empty = |table: &Arc<Table>| TableData { blank: settle::defaults(table), ..TableData::default() };
        let tables = schema.tables().map(empty).collect();
        let [users, currencies] =
            ["systemuser", "transactioncurrency"].map(|name| schema.table(name).map(|table| table.id));
        Self { schema, tables, version: FIRST_VERSION, users, currencies }
    }

    /// The tables.
    pub fn schema(&self) -> &Arc<Schema> {
        &self.schema
    }

    /// The row of that table and primary id.
    pub fn get(&self, table: &str, id: Uuid) -> Option<&Arc<Row>> {
        self.table(table).and_then(|data| data.rows.get(id.as_u128()))
    }

    /// The row of a table given by position.
    pub fn get_by(&self, table: TableId, id: Uuid) -> Option<&Arc<Row>> {
        self.by_id(table).and_then(|data| data.rows.get(id.as_u128()))
    }

    /// All rows of a table, in the order of their primary ids.
    pub fn rows(&self, table: &str) -> impl Iterator<Item = &Arc<Row>> {
        self.table(table).into_iter().flat_map(|data| data.rows.values())
    }

    /// How many rows a table has.
    pub fn count(&self, table: &str) -> usize {
        self.table(table).map_or(0, |data| data.rows.len())
    }

    /// How many rows a table given by position has.
    pub(crate) fn count_of(&self, table: TableId) -> usize {
        self.by_id(table).map_or(0, |data| data.rows.len())
    }

    /// Rows whose column equals a value, in the order of their primary ids: by index where the column has one, else by a
    /// scan. Text is compared without case. Nothing for a column that does not exist; null finds nothing.
    pub fn find<'a>(
        &'a self,
        table: &str,
        column: &str,
        value: impl Into<Value>,
    ) -> Box<dyn Iterator<Item = &'a Arc<Row>> + 'a> {
        let Some(table) = self.schema.table(table) else {
            return Box::new(std::iter::empty());
        };
        let Some(position) = table.position(column) else {
            return Box::new(std::iter::empty());
        };
        self.find_at(table.id, position, value.into())
    }

    /// As [`Data::find`], with the column's position.
    pub(crate) fn find_at<'a>(
        &'a self,
        table: TableId,
        position: usize,
        value: Value,
    ) -> Box<dyn Iterator<Item = &'a Arc<Row>> + 'a> {
        let Some(data) = self.by_id(table) else {
            return Box::new(std::iter::empty());
        };
        let indexed =
            self.schema.get(table).and_then(|table| table.columns().get(position)).is_some_and(|column| column.indexed);
        match Key::of(&value) {
            Some(key) if indexed => {
                Box::new(data.index.find(position, key).filter_map(|id| data.rows.get(id.as_u128())))
            }
            Some(key) => {
                Box::new(data.rows.values().filter(move |row| Key::of(row.at(position)).as_ref() == Some(&key)))
            }
            None if value.is_null() => Box::new(std::iter::empty()),
            None => Box::new(data.rows.values().filter(move |row| same(row.at(position), &value))),
        }
    }

    /// The rows behind a row in the order of their primary ids; all of them behind none.
    pub(crate) fn rows_after(&self, table: TableId, last: Option<Uuid>) -> impl Iterator<Item = &Arc<Row>> {
        self.by_id(table).into_iter().flat_map(move |data| data.rows.after(last.map(|last| last.as_u128())))
    }

    /// The rows of a table in the order of a marked column: for each of its values within a stretch those that have it, in the order of
    /// their primary ids.
    pub(crate) fn in_order<'a>(
        &'a self,
        table: TableId,
        position: usize,
        descending: bool,
        span: &Span,
    ) -> impl Iterator<Item = impl Iterator<Item = &'a Arc<Row>>> {
        let data = self.by_id(table);
        let groups = data.map(|data| data.orders.groups(position, descending, span));
        groups
            .into_iter()
            .flatten()
            .map(move |ids| ids.iter().filter_map(move |id| data.and_then(|data| data.rows.get(id.as_u128()))))
    }

    /// The changes of a row's tracked columns, oldest first. It outlives the row.
    pub fn history(&self, table: &str, id: Uuid) -> Vec<Change> {
        let Some(table) = self.schema.table(table) else { return Vec::new() };
        let kept = self.by_id(table.id).and_then(|data| data.history.get(&id));
        let change = |(past, (position, from, to)): (&Past, &(usize, Value, Value))| Change {
            at: past.at,
            version: past.version,
            column: table.columns().get(*position).map(|column| column.name.clone()).unwrap_or_default(),
            from: from.clone(),
            to: to.clone(),
            by: past.by,
        };
        kept.into_iter().flatten().flat_map(|past| past.cells.iter().map(move |cell| change((past, cell)))).collect()
    }

    /// The row of a table given by position, to be changed: one that somebody else holds too is copied first.
    pub(super) fn row_mut(&mut self, table: TableId, id: Uuid) -> Option<&mut Row> {
        self.tables.get_mut(table.index())?.rows.get_mut(id.as_u128()).map(Arc::make_mut)
    }

    fn table(&self, logical_name: &str) -> Option<&TableData> {
        self.schema.table(logical_name).and_then(|table| self.by_id(table.id))
    }

    fn by_id(&self, id: TableId) -> Option<&TableData> {
        self.tables.get(id.index())
    }
}

/// Version numbers start well above one, as in an organization that has lived for a while.
const FIRST_VERSION: i64 = 1_000_000;

fn same(left: &Value, right: &Value) -> bool {
    match (left.number(), right.number()) {
        (Some(left), Some(right)) => left == right,
        _ => left == right,
    }
}
