//! The removal of a row, and of what must not outlive it.

use std::sync::Arc;

use uuid::Uuid;

use super::error::StoreError;
use super::fields::Fields;
use super::row::Row;
use super::trace::{Stamp, record};
use super::tx::{Tx, missing};
use super::undo::{Before, Undo, replace};
use super::value::Value;
use crate::schema::{ColumnType, DeleteRule, Schema, Table};

impl Tx<'_> {
    /// Removes a row; rows that point at it follow the rule of their column (lose the link, go too, or forbid it).
    ///
    /// # Errors
    /// A row that is not there, or one that others restrict.
    pub fn delete(&mut self, table: &str, id: Uuid) -> Result<Arc<Row>, StoreError> {
        let table = self.find_table(table)?;
        let before = Arc::clone(self.data.get_by(table.id, id).ok_or_else(|| missing(&table, id))?);
        self.remove(&table, id);
        let schema = Arc::clone(&self.data.schema);
        for (child, position, rule) in pointing(&schema, &table.logical_name) {
            let reference = Value::Lookup { table: table.id, id };
            let rows: Vec<Uuid> = self.data.find_at(child.id, position, reference).map(|row| row.id).collect();
            let Some(column) = child.columns().get(position) else {
                continue;
            };
            for row in rows {
                match rule {
                    DeleteRule::Restrict => {
                        return Err(StoreError::Referenced {
                            table: table.logical_name.clone(),
                            id,
                            by: child.logical_name.clone(),
                        });
                    }
                    DeleteRule::RemoveLink => {
                        self.update(&child.logical_name, row, Fields::new().set(column.name.clone(), Value::Null))?;
                    }
                    DeleteRule::Cascade => {
                        if self.data.get_by(child.id, row).is_some() {
                            self.delete(&child.logical_name, row)?;
                        }
                    }
                }
            }
        }
        Ok(before)
    }

    /// Takes a row out, keeps indexes and history, remembers how to undo it.
    fn remove(&mut self, table: &Arc<Table>, id: Uuid) {
        let Some(slot) = self.data.tables.get_mut(table.id.index()) else {
            return;
        };
        let before = replace(slot, id, None);
        let history = match &before {
            Some(row) if !table.places.tracked.is_empty() => {
                let stamp = Stamp { at: self.now, by: self.user, version: row.version };
                record(&mut slot.history, table, id, |position| row.at(position), |_| &Value::Null, &stamp)
            }
            _ => 0,
        };
        self.undo.push(Undo { table: table.id, id, before: Before::Row(before), history });
    }
}

/// The lookup columns of all tables that may point at a table, with what the deletion of their target does.
fn pointing(schema: &Schema, target: &str) -> Vec<(Arc<Table>, usize, DeleteRule)> {
    let mut found = Vec::new();
    for table in schema.tables() {
        for (position, column) in table.columns().iter().enumerate() {
            if let ColumnType::Lookup { targets, on_delete, .. } = &column.kind
                && targets.iter().any(|name| name == target)
            {
                found.push((Arc::clone(table), position, *on_delete));
            }
        }
    }
    found
}
