//! The order of rows: by values, or by what people see of them.

use std::borrow::Cow;
use std::cmp::Ordering;

use super::ast::{Order, Path};
use super::compare::compare;
use super::eval::{Rows, cell};
use crate::store::{Data, Row, Value};

/// Compares two rows; equal ones come in the order of their primary ids.
pub(super) fn order(data: &Data, left: &Row, right: &Row, keys: &[Order]) -> Ordering {
    order_all(data, &[Some(left)], &[Some(right)], keys)
}

/// The same for rows that belong together: equal ones come in the order of all their primary ids, those without a row first.
pub(super) fn order_all(data: &Data, left: &Rows<'_>, right: &Rows<'_>, keys: &[Order]) -> Ordering {
    for key in keys {
        let ordering = if key.shown {
            compare(&seen(data, left, &key.path), &seen(data, right, &key.path))
        } else {
            compare(cell(data, left, &key.path), cell(data, right, &key.path))
        };
        let ordering = if key.descending { ordering.reverse() } else { ordering };
        if ordering != Ordering::Equal {
            return ordering;
        }
    }
    let id = |row: Option<&Row>| row.map(Row::id);
    left.iter().copied().map(id).cmp(right.iter().copied().map(id))
}

/// The label of a choice, the name of the row behind a lookup; other values as they are.
fn seen<'a>(data: &'a Data, rows: &Rows<'a>, path: &Path) -> Cow<'a, Value> {
    let value = cell(data, rows, path);
    match value {
        Value::Lookup { table, id } => {
            let name = data.get_by(*table, *id).and_then(|row| row.name());
            Cow::Owned(name.map_or(Value::Null, Value::from))
        }
        Value::Choice(number) if path.via.is_empty() => {
            let row = rows.get(path.source).copied().flatten();
            let column = row.and_then(|row| row.table().columns().get(path.column));
            let option = column.and_then(|column| column.options().iter().find(|option| option.value == *number));
            option.map_or(Cow::Borrowed(value), |option| Cow::Owned(Value::from(option.label.as_str())))
        }
        _ => Cow::Borrowed(value),
    }
}
