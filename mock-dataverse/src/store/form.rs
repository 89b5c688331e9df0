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

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use uuid::Uuid;

    use super::{Form, StoreError, Value};
    use crate::schema::Schema;
    use crate::store::{Fields, Store};

    const TABLE: &str = "msevtmgt_eventpurchasepass";
    const COLUMNS: [&str; 3] = ["msevtmgt_passid", "msevtmgt_name", "statecode"];

    fn store() -> Store {
        Store::new(Schema::standard().unwrap(), Uuid::from_u128(9))
    }

    fn values(name: Value) -> [Value; 3] {
        [Uuid::from_u128(5).into(), name, 1.into()]
    }

    #[test]
    fn a_form_writes_what_fields_write() {
        let (one, other) = (store(), store());
        let form = Form::of(one.schema(), TABLE, COLUMNS).unwrap();
        let id = Uuid::from_u128(1);
        one.write(Timestamp::UNIX_EPOCH, |tx| {
            tx.create_by(&form, id, values("a".into()))?;
            tx.update_by(&form, id, |row| Some(values(format!("{} b", row.name().unwrap_or_default()).into())))
        })
        .unwrap();
        let fields = |name: &str| {
            COLUMNS
                .into_iter()
                .zip(values(name.into()))
                .fold(Fields::new(), |fields, (column, value)| fields.set(column, value))
        };
        other
            .write(Timestamp::UNIX_EPOCH, |tx| {
                tx.create(TABLE, id, fields("a"))?;
                tx.update(TABLE, id, fields("a b"))
            })
            .unwrap();
        assert_eq!(one.get(TABLE, id).unwrap(), other.get(TABLE, id).unwrap());
    }

    #[test]
    fn what_does_not_fit_changes_nothing() {
        let store = store();
        let form = Form::of(store.schema(), TABLE, COLUMNS).unwrap();
        let id = Uuid::from_u128(1);
        store.write(Timestamp::UNIX_EPOCH, |tx| tx.create_by(&form, id, values("a".into()))).unwrap();
        let before = store.get(TABLE, id).unwrap().as_ref().clone();
        let wrong = store.write(Timestamp::UNIX_EPOCH, |tx| {
            // The first change is taken back with the second, which fails after its first column.
            tx.update_by(&form, id, |_| Some(values("b".into())))?;
            tx.update_by(&form, id, |_| Some([Uuid::from_u128(6).into(), true.into(), 0.into()]))
        });
        assert!(matches!(wrong, Err(StoreError::WrongType { .. })), "{wrong:?}");
        assert_eq!(*store.get(TABLE, id).unwrap(), before);
        let twice = store.write(Timestamp::UNIX_EPOCH, |tx| tx.create_by(&form, id, values("c".into())));
        assert!(matches!(twice, Err(StoreError::Duplicate { .. })), "{twice:?}");
        assert_eq!(*store.get(TABLE, id).unwrap(), before);
    }

    #[test]
    fn a_row_that_is_gone_and_a_change_without_values_are_passed_over() {
        let store = store();
        let form = Form::of(store.schema(), TABLE, COLUMNS).unwrap();
        let id = Uuid::from_u128(1);
        let there = |id| store.write(Timestamp::UNIX_EPOCH, |tx| tx.update_by(&form, id, |_| None));
        assert_eq!(there(id), Ok(false));
        store.write(Timestamp::UNIX_EPOCH, |tx| tx.create_by(&form, id, values("a".into()))).unwrap();
        let version = store.get(TABLE, id).unwrap().version();
        assert_eq!((there(id), store.get(TABLE, id).unwrap().version()), (Ok(true), version));
    }

    #[test]
    fn a_form_names_what_there_is() {
        let schema = Schema::standard().unwrap();
        assert!(matches!(Form::of(&schema, "nothing", []), Err(StoreError::UnknownTable(_))));
        assert!(matches!(Form::of(&schema, TABLE, ["nothing"]), Err(StoreError::UnknownColumn { .. })));
    }
}
