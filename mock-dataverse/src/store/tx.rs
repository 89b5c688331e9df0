//! A write in progress: sees its own changes, and can take all of them back.

use std::ops::Deref;
use std::sync::Arc;

use jiff::Timestamp;
use uuid::Uuid;

use super::data::{Data, TableData};
use super::draft::{Draft, restore};
use super::error::StoreError;
use super::fields::Fields;
use super::form::Form;
use super::row::Row;
use super::settle;
use super::trace::{Stamp, notice, record};
use super::undo::{Before, Undo};
use super::value::{Value, coerce};
use crate::schema::{Table, TableId};

/// A write in progress. Reads through it (it derefs to [`Data`]) see what it has changed so far.
pub struct Tx<'a> {
    pub(super) data: &'a mut Data,
    pub(super) now: Timestamp,
    pub(super) user: Uuid,
    /// Who acts for the user.
    on_behalf: Option<Uuid>,
    pub(super) undo: Vec<Undo>,
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
        Self { data, now, user, on_behalf, undo: Vec::with_capacity(8) }
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
        self.insert(&table, id, cells.into_iter().map(Ok), &given)
    }

    /// As [`Tx::create`], with the columns of a form. A form for new rows does not name the primary id.
    pub(crate) fn create_by<const N: usize>(
        &mut self,
        form: &Form<N>,
        id: Uuid,
        values: [Value; N],
    ) -> Result<(), StoreError> {
        let schema = Arc::clone(&self.data.schema);
        self.insert(&form.table, id, form.cells(&schema, values), &form.places).map(drop)
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
        self.change(&table, id, |_| Some(cells.into_iter().map(Ok)), &given)?;
        self.data.get_by(table.id, id).map(Arc::clone).ok_or_else(|| missing(&table, id))
    }

    /// As [`Tx::update`], with the columns of a form, and values that may follow from the row as it is. Nothing happens without values,
    /// nor where there is no such row: it may have been deleted meanwhile. Answers whether there is.
    pub(crate) fn update_by<const N: usize>(
        &mut self,
        form: &Form<N>,
        id: Uuid,
        values: impl FnOnce(&Row) -> Option<[Value; N]>,
    ) -> Result<bool, StoreError> {
        let schema = Arc::clone(&self.data.schema);
        let fixed = |cell: &Result<(usize, Value), StoreError>| {
            cell.as_ref().is_ok_and(|(position, _)| form.table.places.fixed.contains(position))
        };
        let cells = |row: &Row| values(row).map(|values| form.cells(&schema, values).filter(move |cell| !fixed(cell)));
        match self.change(&form.table, id, cells, &form.changing) {
            Ok(()) => Ok(true),
            Err(StoreError::Missing { .. }) => Ok(false),
            Err(other) => Err(other),
        }
    }

    /// Makes a row of its defaults, what stands in every new row, and the given cells.
    fn insert(
        &mut self,
        table: &Arc<Table>,
        id: Uuid,
        cells: impl Iterator<Item = Result<(usize, Value), StoreError>>,
        given: &[usize],
    ) -> Result<Arc<Row>, StoreError> {
        let blank = self.data.tables.get(table.id.index()).map(|slot| slot.blank.clone()).unwrap_or_default();
        let mut draft = Draft::new(blank);
        draft.put(table.places.primary_id, Value::Guid(id));
        self.stamp_new(table, &mut draft);
        for cell in cells {
            let (position, value) = cell?;
            if table.places.overridden_created_on == Some(position) && !value.is_null() {
                draft.put(table.places.created_on, value.clone());
            }
            draft.put(Some(position), value);
        }
        let rates = self.data.currencies.filter(|currencies| *currencies != table.id);
        let rates = rates.and_then(|currencies| self.data.tables.get(currencies.index()));
        settle::settle(rates, table, &mut draft, given)?;
        self.check_keys(table, id, draft.values())?;
        let version = self.data.version + 1;
        for (position, value) in self.stamps(table, version) {
            draft.put(position, value);
        }
        let (values, _) = draft.finish();
        let row = Arc::new(Row { table: Arc::clone(table), id, version, values });
        let slot = self.data.tables.get_mut(table.id.index());
        let slot = slot.ok_or_else(|| StoreError::UnknownTable(table.logical_name.clone()))?;
        if !slot.rows.add(id.as_u128(), &row) {
            return Err(StoreError::Duplicate { table: table.logical_name.clone(), id });
        }
        slot.index.swap(None, Some(&row));
        slot.orders.swap(None, Some(&row));
        let history = if table.places.tracked.is_empty() {
            0
        } else {
            let stamp = Stamp { at: self.now, by: self.user, version };
            record(&mut slot.history, table, id, |_| &Value::Null, |position| row.at(position), &stamp)
        };
        self.data.version = version;
        self.undo.push(Undo { table: table.id, id, before: Before::Row(None), history });
        Ok(row)
    }

    /// Changes cells of a row that is there; without cells it stays as it is.
    fn change<C>(
        &mut self,
        table: &Arc<Table>,
        id: Uuid,
        cells: impl FnOnce(&Row) -> Option<C>,
        given: &[usize],
    ) -> Result<(), StoreError>
    where
        C: Iterator<Item = Result<(usize, Value), StoreError>>,
    {
        let version = self.data.version + 1;
        let stamps = self.stamps(table, version);
        let stamp = Stamp { at: self.now, by: self.user, version };
        let Data { tables, currencies, .. } = &mut *self.data;
        let (slot, rates) = with_rates(tables, table.id, *currencies).ok_or_else(|| missing(table, id))?;
        let shared = slot.rows.get_mut(id.as_u128()).ok_or_else(|| missing(table, id))?;
        let Some(cells) = cells(shared) else { return Ok(()) };
        // The values are taken out of the row while they are changed; only a row that somebody else looks at is copied.
        let row = Arc::make_mut(shared);
        let mut draft = Draft::of(std::mem::take(&mut row.values));
        if let Err(problem) = write(&mut draft, cells).and_then(|()| settle::settle(rates, table, &mut draft, given)) {
            row.values = draft.give_up();
            return Err(problem);
        }
        for (position, value) in stamps {
            draft.put(position, value);
        }
        let was;
        (row.values, was) = draft.finish();
        let version_then = std::mem::replace(&mut row.version, version);
        let history = if table.keys.is_empty() {
            notice(table, shared, &was, &mut slot.index, &mut slot.orders, &mut slot.history, &stamp)
        } else {
            // Keys are looked for among all rows, with this one as it is now.
            let row = Arc::clone(shared);
            if let Err(problem) = self.check_keys(table, id, &row.values) {
                drop(row);
                if let Some(row) = self.data.row_mut(table.id, id) {
                    restore(&mut row.values, was);
                    row.version = version_then;
                }
                return Err(problem);
            }
            let slot = self.data.tables.get_mut(table.id.index()).ok_or_else(|| missing(table, id))?;
            notice(table, &row, &was, &mut slot.index, &mut slot.orders, &mut slot.history, &stamp)
        };
        self.data.version = version;
        self.undo.push(Undo { table: table.id, id, before: Before::Values(was, version_then), history });
        Ok(())
    }

    /// The rows that this write has touched so far, those that went along with others included; a row may come several times.
    pub fn touched(&self) -> impl Iterator<Item = (TableId, Uuid)> {
        self.undo.iter().map(|undo| (undo.table, undo.id))
    }

    pub(super) fn find_table(&self, table: &str) -> Result<Arc<Table>, StoreError> {
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

    /// What every write leaves in a row.
    fn stamps(&self, table: &Table, version: i64) -> [(Option<usize>, Value); 4] {
        [
            (table.places.modified_on, Value::DateTime(self.now)),
            (table.places.modified_by, self.author()),
            (table.places.modified_on_behalf, self.reference(self.on_behalf)),
            (table.places.version, Value::BigInt(version)),
        ]
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

    /// What was replaced by a write that stays, to be taken apart when nobody waits for the rows any more.
    pub(super) fn replaced(self) -> Vec<Undo> {
        self.undo
    }

    /// Takes everything back, the last first.
    pub(super) fn roll_back(self) {
        self.undo.into_iter().rev().for_each(|undo| undo.take_back(self.data));
    }
}

/// The rows of a table to be changed, and those of the currencies, unless they are the same.
fn with_rates(
    tables: &mut [TableData],
    table: TableId,
    currencies: Option<TableId>,
) -> Option<(&mut TableData, Option<&TableData>)> {
    match currencies.filter(|currencies| *currencies != table) {
        Some(currencies) => {
            let [slot, rates] = tables.get_disjoint_mut([table.index(), currencies.index()]).ok()?;
            Some((slot, Some(rates)))
        }
        None => tables.get_mut(table.index()).map(|slot| (slot, None)),
    }
}

fn write(draft: &mut Draft, cells: impl Iterator<Item = Result<(usize, Value), StoreError>>) -> Result<(), StoreError> {
    for cell in cells {
        let (position, value) = cell?;
        draft.put(Some(position), value);
    }
    Ok(())
}

/// There is no such row.
pub(super) fn missing(table: &Table, id: Uuid) -> StoreError {
    StoreError::Missing { table: table.logical_name.clone(), id }
}
