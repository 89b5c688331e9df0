//! Columns that are written together again and again: looked up once, and not at every write.

use std::sync::Arc;

use super::error::StoreError;
use super::value::{Value, coerce};
use crate::schema::{Schema, Table, TableId};

/// Columns of one table, to be written with values in the same order.
#[derive(Debug)]
pub(crate) struct Form<const N: usize> {
    pub(super) table: Arc<Table>,
    /// Where the columns stand.
    pub(super) places: [usize; N],
    /// Those of them that a row may change.
    pub(super) changing: Vec<usize>,
    /// What a bare id refers to, by column.
    targets: [Option<TableId>; N],
}

impl<const N: usize> Form<N> {
    /// A form for these columns, named once each.
    ///
    /// # Errors
    /// A table or a column that is not there.
    pub(crate) fn of(schema: &Schema, table: &str, columns: [&str; N]) -> Result<Self, StoreError> {
        let table = Arc::clone(schema.table(table).ok_or_else(|| StoreError::UnknownTable(table.to_owned()))?);
        let (mut places, mut targets) = ([0; N], [None; N]);
        for ((name, place), target) in columns.into_iter().zip(&mut places).zip(&mut targets) {
            let unknown = || StoreError::UnknownColumn { table: table.logical_name.clone(), column: name.to_owned() };
            *place = table.position(name).ok_or_else(unknown)?;
            let column = table.columns().get(*place).ok_or_else(unknown)?;
            *target = column.single_target().and_then(|target| schema.table(target)).map(|target| target.id);
        }
        let changing = places.iter().copied().filter(|place| !table.places.fixed.contains(place)).collect();
        Ok(Self { table, places, changing, targets })
    }

    /// The values as their columns keep them, each with its place.
    pub(super) fn cells(&self, schema: &Schema, values: [Value; N]) -> Result<[(usize, Value); N], StoreError> {
        let mut cells = [const { (0, Value::Null) }; N];
        let given = values.into_iter().zip(self.places).zip(self.targets);
        for (cell, ((value, place), target)) in cells.iter_mut().zip(given) {
            let value = match (value, target) {
                (Value::Guid(id), Some(table)) => Value::Lookup { table, id },
                (value, _) => match self.table.columns().get(place) {
                    Some(column) => coerce(schema, &self.table.logical_name, column, value)?,
                    None => value,
                },
            };
            *cell = (place, value);
        }
        Ok(cells)
    }
}
