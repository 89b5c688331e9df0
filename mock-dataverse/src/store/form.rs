//! Columns that are written together again and again: looked up once, and not at every write.

use std::sync::Arc;

use super::error::StoreError;
use super::value::{Value, coerce};
use crate::schema::{ColumnType, Schema, Table, TableId};

/// Columns of one table, to be written with values in the same order.
#[derive(Debug)]
pub(crate) struct Form<const N: usize> {
    pub(super) table: Arc<Table>,
    /// Where the columns stand.
    pub(super) places: [usize; N],
    /// Those of them that a row may change.
    pub(super) changing: Vec<usize>,
    fits: [Fit; N],
}

/// What a column takes as it is given.
#[derive(Clone, Copy, Debug)]
enum Fit {
    /// A bare id, as a reference to this table.
    Reference(TableId),
    Bool,
    Time,
    /// Anything else is looked at.
    Checked,
}

impl<const N: usize> Form<N> {
    /// A form for these columns, named once each.
    ///
    /// # Errors
    /// A table or a column that is not there.
    pub(crate) fn of(schema: &Schema, table: &str, columns: [&str; N]) -> Result<Self, StoreError> {
        let table = Arc::clone(schema.table(table).ok_or_else(|| StoreError::UnknownTable(table.to_owned()))?);
        let (mut places, mut fits) = ([0; N], [Fit::Checked; N]);
        for ((name, place), fit) in columns.into_iter().zip(&mut places).zip(&mut fits) {
            let unknown = || StoreError::UnknownColumn { table: table.logical_name.clone(), column: name.to_owned() };
            *place = table.position(name).ok_or_else(unknown)?;
            let column = table.columns().get(*place).ok_or_else(unknown)?;
            let target = column.single_target().and_then(|target| schema.table(target));
            *fit = match (&column.kind, target) {
                (_, Some(target)) => Fit::Reference(target.id),
                (ColumnType::Bool { .. }, _) => Fit::Bool,
                (ColumnType::DateTime, _) => Fit::Time,
                _ => Fit::Checked,
            };
        }
        let changing = places.iter().copied().filter(|place| !table.places.fixed.contains(place)).collect();
        Ok(Self { table, places, changing, fits })
    }

    /// The values as their columns keep them, each with its place.
    pub(super) fn cells(
        &self,
        schema: &Schema,
        values: [Value; N],
    ) -> impl Iterator<Item = Result<(usize, Value), StoreError>> {
        values.into_iter().zip(&self.places).zip(&self.fits).map(move |((value, place), fit)| {
            let value = match (fit, value) {
                (_, Value::Null) => Value::Null,
                (Fit::Reference(table), Value::Guid(id)) => Value::Lookup { table: *table, id },
                (Fit::Bool, value @ Value::Bool(_)) | (Fit::Time, value @ Value::DateTime(_)) => value,
                (_, value) => match self.table.columns().get(*place) {
                    Some(column) => coerce(schema, &self.table.logical_name, column, value)?,
                    None => value,
                },
            };
            Ok((*place, value))
        })
    }
}
