//! Filters that several languages ask for: lists as flat trees, days and stretches of time as comparisons.

use jiff::civil::Date;

use super::ast::{Comparison, Filter, Operand, Path};
use super::moment::{Stretch, Until, day, midnight};
use crate::schema::ColumnType;
use crate::store::Value;

/// A column against a value.
pub(crate) fn compared(path: &Path, comparison: Comparison, value: Value) -> Filter {
    Filter::Compare(Operand::Column(path.clone()), comparison, Operand::Literal(value))
}

/// The opposite.
pub(crate) fn not(filter: Filter) -> Filter {
    Filter::Not(Box::new(filter))
}

/// Any of them; `None` when there are none.
pub(crate) fn any_of(filters: Vec<Filter>) -> Option<Filter> {
    joined(filters, Filter::Or)
}

/// All of them; `None` when there are none.
pub(crate) fn all_of(filters: Vec<Filter>) -> Option<Filter> {
    joined(filters, Filter::And)
}

/// A tree as flat as it can be, however many there are.
fn joined(mut layer: Vec<Filter>, join: fn(Box<Filter>, Box<Filter>) -> Filter) -> Option<Filter> {
    while layer.len() > 1 {
        let mut next = Vec::with_capacity(layer.len().div_ceil(2));
        let mut parts = layer.into_iter();
        while let Some(left) = parts.next() {
            next.push(match parts.next() {
                Some(right) => join(Box::new(left), Box::new(right)),
                None => left,
            });
        }
        layer = next;
    }
    layer.pop()
}

/// The days from a day on, up to a day, or both (then that day alone); `None` where the calendar ends or the column has no dates.
pub(crate) fn on_days(path: &Path, kind: &ColumnType, value: &Value, from: bool, until: bool) -> Option<Filter> {
    let date = match value {
        Value::Date(date) => *date,
        Value::DateTime(moment) => day(*moment),
        _ => return None,
    };
    let start = beginning(kind, date)?;
    let end = beginning(kind, date.tomorrow().ok()?)?;
    bounds(path, from.then_some(start), until.then_some((Comparison::Lt, end)))
}

/// A stretch of time; `None` when the column has no dates.
pub(crate) fn within(path: &Path, kind: &ColumnType, stretch: Stretch) -> Option<Filter> {
    let value = |moment| match kind {
        ColumnType::DateOnly => Some(Value::Date(day(moment))),
        ColumnType::DateTime => Some(Value::DateTime(moment)),
        _ => None,
    };
    let (comparison, end) = match stretch.until {
        Until::Before(end) => (Comparison::Lt, end),
        Until::At(end) => (Comparison::Le, end),
    };
    let from = match stretch.from {
        Some(from) => Some(value(from)?),
        None => None,
    };
    bounds(path, from, Some((comparison, value(end)?)))
}

fn bounds(path: &Path, from: Option<Value>, until: Option<(Comparison, Value)>) -> Option<Filter> {
    let from = from.map(|from| compared(path, Comparison::Ge, from));
    let until = until.map(|(comparison, end)| compared(path, comparison, end));
    all_of(from.into_iter().chain(until).collect())
}

/// The beginning of a day as a value of the column.
fn beginning(kind: &ColumnType, day: Date) -> Option<Value> {
    match kind {
        ColumnType::DateOnly => Some(Value::Date(day)),
        ColumnType::DateTime => midnight(day).map(Value::DateTime),
        _ => None,
    }
}
