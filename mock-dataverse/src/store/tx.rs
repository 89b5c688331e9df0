//! A write in progress: sees its own changes, and can take all of them back.

use std::ops::Deref;
use std::sync::Arc;

use jiff::Timestamp;
use uuid::Uuid;

use super::data::{Data, History, Past, TableData};
use super::draft::{Draft, Was, restore};
use super::error::StoreError;
use super::fields::Fields;
use super::form::Form;
use super::row::Row;
use super::settle;
use super::value::{Value, coerce};
use crate::schema::{ColumnType, DeleteRule, Schema, Table, TableId};

struct Undo {
    table: TableId,
    id: Uuid,
    before: Before,
    history: usize,
}

/// What a write found in its place.
enum Before {
    /// Another row, or none.
    Row(Option<Arc<Row>>),
    /// The same row with other values, and its version then.
    Values(Vec<Was>, i64),
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
        self.require_free(&table, id)?;
        let cells = self.cells(&table, id, fields)?;
        let given: Vec<usize> = cells.iter().map(|(position, _)| *position).collect();
        self.insert(&table, id, cells, &given)
    }

    /// As [`Tx::create`], with the columns of a form. A form for new rows does not name the primary id.
    pub(crate) fn create_by<const N: usize>(
        &mut self,
        form: &Form<N>,
        id: Uuid,
        values: [Value; N],
    ) -> Result<Arc<Row>, StoreError> {
        self.require_free(&form.table, id)?;
        let cells = form.cells(&self.data.schema, values)?;
        self.insert(&form.table, id, cells, &form.places)
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
        if self.data.get_by(table.id, id).is_none() {
            return Err(missing(&table, id));
        }
        let cells = self.cells(&table, id, fields)?;
        let given: Vec<usize> = cells.iter().map(|(position, _)| *position).collect();
        self.change(&table, id, cells, &given).map(|row| Arc::clone(row))
    }

    /// As [`Tx::update`], with the columns of a form.
    pub(crate) fn update_by<const N: usize>(
        &mut self,
        form: &Form<N>,
        id: Uuid,
        values: [Value; N],
    ) -> Result<(), StoreError> {
        let cells = form.cells(&self.data.schema, values)?;
        let changing = cells.into_iter().filter(|(position, _)| !form.table.places.fixed.contains(position));
        self.change(&form.table, id, changing, &form.changing).map(drop)
    }

    /// As [`Tx::update_by`], for a row that may have been deleted meanwhile: then nothing happens.
    pub(crate) fn update_if_there<const N: usize>(
        &mut self,
        form: &Form<N>,
        id: Uuid,
        values: [Value; N],
    ) -> Result<(), StoreError> {
        match self.update_by(form, id, values) {
            Err(StoreError::Missing { .. }) => Ok(()),
            done => done,
        }
    }

    /// Makes a row of its defaults, what stands in every new row, and the given cells.
    fn insert(
        &mut self,
        table: &Arc<Table>,
        id: Uuid,
        cells: impl IntoIterator<Item = (usize, Value)>,
        given: &[usize],
    ) -> Result<Arc<Row>, StoreError> {
        let blank = self.data.tables.get(table.id.index()).map(|slot| slot.blank.clone()).unwrap_or_default();
        let mut draft = Draft::new(blank);
        draft.put(table.places.primary_id, Value::Guid(id));
        self.stamp_new(table, &mut draft);
        for (position, value) in cells {
            if table.places.overridden_created_on == Some(position) && !value.is_null() {
                draft.put(table.places.created_on, value.clone());
            }
            draft.put(Some(position), value);
        }
        let version = self.settle(table, id, &mut draft, given)?;
        let (values, _) = draft.finish();
        let row = Arc::new(Row { table: Arc::clone(table), id, version, values });
        self.swap(table, id, Some(Arc::clone(&row)));
        Ok(row)
    }

    /// Changes cells of a row that is there.
    fn change(
        &mut self,
        table: &Arc<Table>,
        id: Uuid,
        cells: impl IntoIterator<Item = (usize, Value)>,
        given: &[usize],
    ) -> Result<&Arc<Row>, StoreError> {
        // The values are taken out of the row while they are changed; only a row that somebody else looks at is copied.
        let row = self.data.row_mut(table.id, id).ok_or_else(|| missing(table, id))?;
        let mut draft = Draft::of(std::mem::take(&mut row.values));
        for (position, value) in cells {
            draft.put(Some(position), value);
        }
        let settled = self.settle(table, id, &mut draft, given);
        let (values, was) = if settled.is_ok() { draft.finish() } else { (draft.give_up(), Vec::new()) };
        let slot = self.data.tables.get_mut(table.id.index()).ok_or_else(|| missing(table, id))?;
        let shared = slot.rows.get_mut(&id.as_u128()).ok_or_else(|| missing(table, id))?;
        let row = Arc::make_mut(shared);
        row.values = values;
        let version = settled?;
        let version_then = std::mem::replace(&mut row.version, version);
        let row = &*shared;
        slot.index.change(row, &was);
        slot.orders.change(row, &was);
        let history = if table.places.tracked.is_empty() {
            0
        } else {
            let then = |position: usize| {
                let touched = was.iter().find(|(touched, _)| *touched == position);
                touched.map_or_else(|| row.at(position), |(_, value)| value)
            };
            let stamp = Stamp { at: self.now, by: self.user, version };
            record(&mut slot.history, table, id, then, |position| row.at(position), &stamp)
        };
        self.undo.push(Undo { table: table.id, id, before: Before::Values(was, version_then), history });
        Ok(row)
    }

    /// Removes a row; rows that point at it follow the rule of their column (lose the link, go too, or forbid it).
    ///
    /// # Errors
    /// A row that is not there, or one that others restrict.
    pub fn delete(&mut self, table: &str, id: Uuid) -> Result<Arc<Row>, StoreError> {
        let table = self.find_table(table)?;
        let before = Arc::clone(self.data.get_by(table.id, id).ok_or_else(|| missing(&table, id))?);
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

    fn require_free(&self, table: &Table, id: Uuid) -> Result<(), StoreError> {
        if self.data.get_by(table.id, id).is_some() {
            return Err(StoreError::Duplicate { table: table.logical_name.clone(), id });
        }
        Ok(())
    }

    /// What stands in every new row.
    fn stamp_new(&self, table: &Table, draft: &mut Draft) {
        draft.put(table.places.created_on, Value::DateTime(self.now));
        for creator in &table.places.creators {
            draft.put(Some(*creator), self.author());
        }
        draft.put(table.places.created_on_behalf, self.reference(self.on_behalf));
        if let Some(position) = table.places.business_unit {
            let author = self.data.users.and_then(|users| self.data.get_by(users, self.user));
            let unit = author.map_or(Value::Null, |user| user.get("businessunitid").clone());
            draft.put(Some(position), unit);
        }
    }

    /// The user of this write as a reference; null where there are no users.
    fn author(&self) -> Value {
        self.reference(Some(self.user))
    }

    fn reference(&self, user: Option<Uuid>) -> Value {
        self.data.users.zip(user).map_or(Value::Null, |(table, id)| Value::Lookup { table, id })
    }

    /// Where the given columns stand, and their values as the columns keep them.
    fn cells(&self, table: &Table, id: Uuid, fields: Fields) -> Result<Vec<(usize, Value)>, StoreError> {
        let mut cells = Vec::with_capacity(fields.iter().len());
        for (name, value) in fields {
            let position = table.position(&name).ok_or_else(|| StoreError::UnknownColumn {
                table: table.logical_name.clone(),
                column: name.to_string(),
            })?;
            let Some(column) = table.columns().get(position) else {
                continue;
            };
            let value = coerce(&self.data.schema, &table.logical_name, column, value)?;
            if table.places.primary_id == Some(position) && value.guid() != Some(id) {
                return Err(StoreError::OutOfRange {
                    table: table.logical_name.clone(),
                    column: name.into_owned(),
                    problem: "the primary id cannot change".into(),
                });
            }
            cells.push((position, value));
        }
        Ok(cells)
    }

    /// Writes the columns that follow from the given ones. Answers the row's new version.
    fn settle(&mut self, table: &Table, id: Uuid, draft: &mut Draft, given: &[usize]) -> Result<i64, StoreError> {
        settle::state(table, draft, given)?;
        settle::money(self.data, table, draft, given);
        settle::differences(table, draft, given);
        settle::joins(table, draft, given);
        self.check_keys(table, id, draft.values())?;
        self.data.version += 1;
        let version = self.data.version;
        draft.put(table.places.modified_on, Value::DateTime(self.now));
        draft.put(table.places.modified_by, self.author());
        draft.put(table.places.modified_on_behalf, self.reference(self.on_behalf));
        draft.put(table.places.version, Value::BigInt(version));
        Ok(version)
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
        let history = if table.places.tracked.is_empty() {
            0
        } else {
            let stamp = Stamp {
                at: self.now,
                by: self.user,
                version: after.as_ref().or(before.as_ref()).map_or(0, |row| row.version),
            };
            let (from, to) = (before.as_deref(), after.as_deref());
            let (from, to) = (|position| value_at(from, position), |position| value_at(to, position));
            record(&mut slot.history, table, id, from, to, &stamp)
        };
        self.undo.push(Undo { table: table.id, id, before: Before::Row(before), history });
    }

    pub(super) fn roll_back(self) {
        for undo in self.undo.into_iter().rev() {
            let Some(slot) = self.data.tables.get_mut(undo.table.index()) else {
                continue;
            };
            let before = match undo.before {
                Before::Row(row) => row,
                Before::Values(was, version) => slot.rows.get(&undo.id.as_u128()).map(|row| {
                    let mut row = Row { version, ..Row::clone(row) };
                    restore(&mut row.values, was);
                    Arc::new(row)
                }),
            };
            drop(replace(slot, undo.id, before));
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

/// The value at a column's position; null where there is no row.
fn value_at(row: Option<&Row>, position: usize) -> &Value {
    row.map_or(&Value::Null, |row| row.at(position))
}

/// When a write was made, by whom, and the version that it gave.
struct Stamp {
    at: Timestamp,
    by: Uuid,
    version: i64,
}

/// Keeps the changes of tracked columns; answers how many changes of the row were kept before.
fn record<'a>(
    kept: &mut History,
    table: &Table,
    id: Uuid,
    from: impl Fn(usize) -> &'a Value,
    to: impl Fn(usize) -> &'a Value,
    stamp: &Stamp,
) -> usize {
    let tracked = || table.places.tracked.iter().copied().filter(|position| from(*position) != to(*position));
    let count = tracked().count();
    if count == 0 {
        return kept.get(&id).map_or(0, Vec::len);
    }
    // No more room than it takes: most rows change a few times and are kept for long.
    let history = kept.entry(id).or_default();
    let before = history.len();
    history.reserve_exact(count);
    history.extend(tracked().map(|position| Past {
        at: stamp.at,
        version: stamp.version,
        position,
        from: from(position).clone(),
        to: to(position).clone(),
        by: stamp.by,
    }));
    before
}

fn missing(table: &Table, id: Uuid) -> StoreError {
    StoreError::Missing { table: table.logical_name.clone(), id }
}
