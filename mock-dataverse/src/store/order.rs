//! Reads rows in the order of a column's values without sorting them.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::mem::discriminant;
use std::ops::Bound;

use foldhash::fast::RandomState;
use indexmap::IndexMap;
use jiff::Timestamp;
use jiff::civil::Date;
use rust_decimal::Decimal;
use uuid::Uuid;

use super::draft::Was;
use super::ids::Ids;
use super::row::Row;
use super::value::Value;

/// A value as rows are ordered by it: null first, text without case, numbers by size. The values of one column are of one kind.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum OrderKey {
    Null,
    Id(Uuid),
    Text(Box<str>),
    Number(Decimal),
    Bool(bool),
    Time(Timestamp),
    Date(Date),
}

impl OrderKey {
    pub(crate) fn of(value: &Value) -> Self {
        match value {
            Value::Null => Self::Null,
            Value::Text(text) => Self::Text(text.to_lowercase().into_boxed_str()),
            Value::Int(number) | Value::Choice(number) => Self::Number(Decimal::from(*number)),
            Value::BigInt(number) => Self::Number(Decimal::from(*number)),
            Value::Decimal(number) | Value::Money(number) => Self::Number(*number),
            Value::Bool(flag) => Self::Bool(*flag),
            Value::DateTime(time) => Self::Time(*time),
            Value::Date(date) => Self::Date(*date),
            Value::Guid(id) | Value::Lookup { id, .. } => Self::Id(*id),
        }
    }
}

/// A stretch of values, both ends among them; no end reaches as far as there are values.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Span {
    pub(crate) from: Option<OrderKey>,
    pub(crate) to: Option<OrderKey>,
}

impl Span {
    /// Without the values below one.
    pub(crate) fn raise(&mut self, key: OrderKey) {
        if self.from.as_ref().is_none_or(|from| *from < key) {
            self.from = Some(key);
        }
    }

    /// Without the values above one.
    pub(crate) fn lower(&mut self, key: OrderKey) {
        if self.to.as_ref().is_none_or(|to| *to > key) {
            self.to = Some(key);
        }
    }
}

/// The rows of one table in the orders of its marked columns.
#[derive(Debug, Clone, Default)]
pub(super) struct Orders(IndexMap<usize, BTreeMap<OrderKey, Ids>, RandomState>);

impl Orders {
    /// A row took the place of another one of the same id and table. Only what changed is touched.
    pub(super) fn swap(&mut self, before: Option<&Row>, after: Option<&Row>) {
        let Some(row) = after.or(before) else { return };
        for position in row.table.places.ordered.iter().copied() {
            let (from, to) = (before.map(|row| row.at(position)), after.map(|row| row.at(position)));
            if from == to {
                continue;
            }
            self.turn(position, row.id, from.map(OrderKey::of), to.map(OrderKey::of));
        }
    }

    /// A row has other values than these now.
    pub(super) fn change(&mut self, row: &Row, was: &[Was]) {
        for (position, from) in was {
            let to = row.at(*position);
            if from != to && row.table.places.ordered.contains(position) {
                self.turn(*position, row.id, Some(OrderKey::of(from)), Some(OrderKey::of(to)));
            }
        }
    }

    fn turn(&mut self, position: usize, id: Uuid, from: Option<OrderKey>, to: Option<OrderKey>) {
        let order = self.0.entry(position).or_default();
        if let Some(key) = from
            && order.get_mut(&key).is_some_and(|ids| ids.remove(id))
        {
            order.remove(&key);
        }
        if let Some(key) = to {
            order.entry(key).and_modify(|ids| ids.add(id)).or_insert(Ids::One(id));
        }
    }

    /// The ids of a stretch of a column's values, from its least value or its greatest; those of one value in the order of the ids.
    pub(super) fn groups(&self, position: usize, descending: bool, span: &Span) -> Box<dyn Iterator<Item = &Ids> + '_> {
        let Some(order) = self.0.get(&position) else { return Box::new(std::iter::empty()) };
        // An end of another kind than the column's compares with none of its values, and is left to the filter.
        let kind = order.last_key_value().map(|(key, _)| discriminant(key));
        let fits = |key: &&OrderKey| **key == OrderKey::Null || Some(discriminant(*key)) == kind;
        let (from, to) = (span.from.as_ref().filter(fits), span.to.as_ref().filter(fits));
        if let (Some(from), Some(to)) = (from, to)
            && from.cmp(to) == Ordering::Greater
        {
            return Box::new(std::iter::empty());
        }
        let bound = |key: Option<&OrderKey>| key.map_or(Bound::Unbounded, |key| Bound::Included(key.clone()));
        let range = order.range((bound(from), bound(to))).map(|(_, ids)| ids);
        if descending { Box::new(range.rev()) } else { Box::new(range) }
    }
}
