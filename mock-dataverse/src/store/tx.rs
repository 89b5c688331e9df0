//! A write in progress: sees its own changes, and can take all of them back.

use std::ops::Deref;
use std::sync::Arc;

use jiff::Timestamp;
use uuid::Uuid;

use super::data::{Change, Data, TableData};
use super::error::StoreError;
use super::fields::Fields;
use super::row::Row;
use super::settle;
use super::value::{Value, coerce};
use crate::schema::{ColumnType, DeleteRule, Schema, Table, TableId};

struct Undo {
    table: TableId,
    id: Uuid,
    before: Option<Arc<Row>>,
    history: usize,
}

/// A write in progress. Reads through it (it derefs to [`Data`]) see what it has changed so far.
pub struct Tx<'a> {
    data: &'a mut Data,
    now: Timestamp,
    user: Uuid,
    /// Who acts for the user.
    on_behalf: Option<Uuid>,
    undo: Vec<Undo>,
}

impl std::fmt::Debug for Tx<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Tx")
            .field("now", &self.now)
            .field("user", &self.user)
            .field("changes", &self.undo.len())
            .finish_non_exhaustive()
    }
}

impl Deref for Tx<'_> {
    type Target = Data;

    fn deref(&self) -> &Data {
        self.data
    }
}

impl<'a> Tx<'a> {
    pub(super) fn new(data: &'a mut Data, now: Timestamp, user: Uuid, on_behalf: Option<Uuid>) -> Self {
        // Dataverse keeps whole seconds.
        let now = Timestamp::from_second(now.as_second()).unwrap_or(now);
        Self { data, now, user, on_behalf, undo: Vec::new() }
    }

    /// The time of this write, in whole seconds.
    pub fn now(&self) -> Timestamp {
        self.now
    }

    /// The user of this write.
    pub fn user(&self) -> Uuid {
        self.user
    }

    /// Adds a row with the given primary id. Columns that are not named take their defaults.
    ///
    /// # Errors
    /// An id that exists, an unknown table or column, a value that does not fit.
    pub fn create(&mut self, table: &str, id: Uuid, fields: Fields) -> Result<Arc<Row>, StoreError> {
        let table = self.find_table(table)?;
        if self.data.get_by(table.id, id).is_some() {
            return Err(StoreError::Duplicate { table: table.logical_name.clone(), id });
        }
        let mut values = settle::defaults(&table);
        settle::put(&mut values, table.places.primary_id, Value::Guid(id));
        self.stamp_new(&table, &mut values, &fields);
        self.write_row(&table, id, values, fields)
    }

    /// Changes the named columns of a row. Values for columns that never change are passed over.
    ///
    /// # Errors
    /// A row that is not there, an unknown table or column, a value that does not fit.
    pub fn update(&mut self, table: &str, id: Uuid, mut fields: Fields) -> Result<Arc<Row>, StoreError> {
        let table = self.find_table(table)?;
        for column in table.places.fixed.iter().filter_map(|position| table.columns().get(*position)) {
            fields.take(&column.name);
        }
        let missing = || StoreError::Missing { table: table.logical_name.clone(), id };
        let values = self.data.get_by(table.id, id).ok_or_else(missing)?.values.clone();
        self.write_row(&table, id, values, fields)
    }

    /// Removes a row; rows that point at it follow the rule of their column (lose the link, go too, or forbid it).
    ///
    /// # Errors
    /// A row that is not there, or one that others restrict.
    pub fn delete(&mut self, table: &str, id: Uuid) -> Result<Arc<Row>, StoreError> {
        let table = self.find_table(table)?;
        let missing = || StoreError::Missing { table: table.logical_name.clone(), id };
        let before = Arc::clone(self.data.get_by(table.id, id).ok_or_else(missing)?);
        self.swap(&table, id, None);
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

    fn find_table(&self, table: &str) -> Result<Arc<Table>, StoreError> {
        self.data.schema.table(table).cloned().ok_or_else(|| StoreError::UnknownTable(table.to_owned()))
    }

    fn stamp_new(&self, table: &Table, values: &mut [Value], fields: &Fields) {
        let created = fields.get("overriddencreatedon").filter(|value| !value.is_null()).cloned();
        settle::put(values, table.places.created_on, created.unwrap_or(Value::DateTime(self.now)));
        for creator in &table.places.creators {
            settle::put(values, Some(*creator), self.author());
        }
        settle::put(values, table.places.created_on_behalf, self.reference(self.on_behalf));
        if let Some(position) = table.places.business_unit {
            let author = self.data.users.and_then(|users| self.data.get_by(users, self.user));
            let unit = author.map_or(Value::Null, |user| user.get("businessunitid").clone());
            settle::put(values, Some(position), unit);
        }
    }

    /// The user of this write as a reference; null where there are no users.
    fn author(&self) -> Value {
        self.reference(Some(self.user))
    }

    fn reference(&self, user: Option<Uuid>) -> Value {
        self.data.users.zip(user).map_or(Value::Null, |(table, id)| Value::Lookup { table, id })
    }

    fn write_row(
        &mut self,
        table: &Arc<Table>,
        id: Uuid,
        mut values: Vec<Value>,
        fields: Fields,
    ) -> Result<Arc<Row>, StoreError> {
        let schema = Arc::clone(&self.data.schema);
        let mut given = Vec::with_capacity(fields.iter().len());
        for (name, value) in fields {
            let position = table.position(&name).ok_or_else(|| StoreError::UnknownColumn {
                table: table.logical_name.clone(),
                column: name.to_string(),
            })?;
            let Some(column) = table.columns().get(position) else {
                continue;
            };
            let value = coerce(&schema, &table.logical_name, column, value)?;
            if table.places.primary_id == Some(position) && value.guid() != Some(id) {
                return Err(StoreError::OutOfRange {
                    table: table.logical_name.clone(),
                    column: name.into_owned(),
                    problem: "the primary id cannot change".into(),
                });
            }
            given.push(position);
            if let Some(slot) = values.get_mut(position) {
                *slot = value;
            }
        }
        settle::state(table, &mut values, &given)?;
        settle::money(self.data, table, &mut values, &given);
        settle::differences(table, &mut values, &given);
        settle::joins(table, &mut values, &given);
        self.check_keys(table, id, &values)?;
        self.data.version += 1;
        let version = self.data.version;
        settle::put(&mut values, table.places.modified_on, Value::DateTime(self.now));
        settle::put(&mut values, table.places.modified_by, self.author());
        settle::put(&mut values, table.places.modified_on_behalf, self.reference(self.on_behalf));
        settle::put(&mut values, table.places.version, Value::BigInt(version));
        let row = Arc::new(Row { table: Arc::clone(table), id, version, values });
        self.swap(table, id, Some(Arc::clone(&row)));
        Ok(row)
    }

    /// No other row may have the same values in an alternate key; a key with a null in it is none.
    fn check_keys(&self, table: &Table, id: Uuid, values: &[Value]) -> Result<(), StoreError> {
        for key in &table.keys {
            let columns: Vec<(usize, &Value)> = key
                .iter()
                .filter_map(|name| table.position(name))
                .filter_map(|position| values.get(position).map(|value| (position, value)))
                .collect();
            let Some(((first, value), rest)) = columns.split_first() else { continue };
            let mut same = self.data.find_at(table.id, *first, (*value).clone()).filter(|row| {
                row.id != id && rest.iter().all(|(position, value)| !value.is_null() && row.at(*position) == *value)
            });
            if same.next().is_some() {
                return Err(StoreError::DuplicateKey { table: table.logical_name.clone(), key: key.clone() });
            }
        }
        Ok(())
    }

    /// Puts a row in place of another (or none), keeps indexes and history, remembers how to undo it.
    fn swap(&mut self, table: &Arc<Table>, id: Uuid, after: Option<Arc<Row>>) {
        let Some(slot) = self.data.tables.get_mut(table.id.index()) else {
            return;
        };
        let before = replace(slot, id, after.clone());
        let history = slot.history.get(&id).map_or(0, Vec::len);
        record(slot, table, id, before.as_deref(), after.as_deref(), self.now, self.user);
        self.undo.push(Undo { table: table.id, id, before, history });
    }

    pub(super) fn roll_back(self) {
        for undo in self.undo.into_iter().rev() {
            let Some(slot) = self.data.tables.get_mut(undo.table.index()) else {
                continue;
            };
            drop(replace(slot, undo.id, undo.before));
            if let Some(changes) = slot.history.get_mut(&undo.id) {
                changes.truncate(undo.history);
                if changes.is_empty() {
                    slot.history.swap_remove(&undo.id);
                }
            }
        }
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

/// Puts a row (or none) in its place; answers what stood there.
fn replace(slot: &mut TableData, id: Uuid, after: Option<Arc<Row>>) -> Option<Arc<Row>> {
    let now = after.clone();
    let before = match after {
        Some(row) => slot.rows.insert(id.as_u128(), row),
        None => slot.rows.remove(&id.as_u128()),
    };
    slot.index.swap(before.as_deref(), now.as_deref());
    slot.orders.swap(before.as_deref(), now.as_deref());
    before
}

fn record(
    slot: &mut TableData,
    table: &Table,
    id: Uuid,
    before: Option<&Row>,
    after: Option<&Row>,
    now: Timestamp,
    user: Uuid,
) {
    let null = &Value::Null;
    let differs =
        |position: &usize| before.map_or(null, |row| row.at(*position)) != after.map_or(null, |row| row.at(*position));
    let count = table.places.tracked.iter().filter(|position| differs(position)).count();
    if count == 0 {
        return;
    }
    // No more room than it takes: most rows change a few times and are kept for long.
    let history = slot.history.entry(id).or_default();
    history.reserve_exact(count);
    for position in table.places.tracked.iter().filter(|position| differs(position)) {
        let Some(column) = table.columns().get(*position) else { continue };
        history.push(Change {
            at: now,
            version: after.or(before).map_or(0, Row::version),
            column: column.name.clone(),
            from: before.map_or(Value::Null, |row| row.at(*position).clone()),
            to: after.map_or(Value::Null, |row| row.at(*position).clone()),
            by: user,
        });
    }
}
