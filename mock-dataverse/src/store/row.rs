//! One row: its id, its version and its values, read by column name.

use std::sync::Arc;

use jiff::Timestamp;
use rust_decimal::Decimal;
use uuid::Uuid;

use super::value::Value;
use crate::schema::Table;

/// One row of a table, as it stood at some version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    pub(super) table: Arc<Table>,
    pub(super) id: Uuid,
    pub(super) version: i64,
    pub(super) values: Vec<Value>,
}

static NULL: Value = Value::Null;

impl Row {
    /// The row's table.
    pub fn table(&self) -> &Arc<Table> {
        &self.table
    }

    /// Primary id.
    pub fn id(&self) -> Uuid {
        self.id
    }

    /// Version number; every write of the row gives a greater one.
    pub fn version(&self) -> i64 {
        self.version
    }

    /// The entity tag of this version: `W/"<version>"`.
    pub fn etag(&self) -> String {
        format!("W/\"{}\"", self.version)
    }

    /// The value of a column; null if the table has no such column.
    pub fn get(&self, column: &str) -> &Value {
        self.table.position(column).map_or(&NULL, |position| self.at(position))
    }

    /// The value at a column's position in [`Table::columns`].
    pub fn at(&self, position: usize) -> &Value {
        self.values.get(position).unwrap_or(&NULL)
    }

    /// Text of a column.
    pub fn text(&self, column: &str) -> Option<&str> {
        match self.get(column) {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// Number of a whole-number, option, money or decimal column.
    pub fn number(&self, column: &str) -> Option<Decimal> {
        self.get(column).number()
    }

    /// Amount of a money column, in major units.
    pub fn money(&self, column: &str) -> Option<Decimal> {
        match self.get(column) {
            Value::Money(amount) => Some(*amount),
            _ => None,
        }
    }

    /// Whole number of 32 bits.
    pub fn int(&self, column: &str) -> Option<i32> {
        match self.get(column) {
            Value::Int(number) => Some(*number),
            _ => None,
        }
    }

    /// Number of the chosen option, also of `statecode` and `statuscode`.
    pub fn choice(&self, column: &str) -> Option<i32> {
        match self.get(column) {
            Value::Choice(number) => Some(*number),
            _ => None,
        }
    }

    /// Yes or no; null reads as no.
    pub fn flag(&self, column: &str) -> bool {
        matches!(self.get(column), Value::Bool(true))
    }

    /// Instant, UTC.
    pub fn time(&self, column: &str) -> Option<Timestamp> {
        match self.get(column) {
            Value::DateTime(time) => Some(*time),
            _ => None,
        }
    }

    /// The id that a lookup or an id column holds.
    pub fn lookup(&self, column: &str) -> Option<Uuid> {
        self.get(column).guid()
    }

    /// The primary name, if the table has one and it is set.
    pub fn name(&self) -> Option<&str> {
        self.table.primary_name.as_deref().and_then(|column| self.text(column))
    }
}
