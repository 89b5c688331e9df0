//! Sums and counts over the rows of a table, by groups.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::sync::Arc;

use rust_decimal::Decimal;
use thiserror::Error;

use super::ast::{Filter, Path};
use super::compare::compare;
use super::eval::{matches, value_at};
use crate::schema::TableId;
use crate::store::{Data, Row, Value};

/// An aggregation may look at this many rows (facts/dataverse.md 7).
pub const MAX_AGGREGATED: usize = 50_000;

/// How values become one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// The sum of numbers; null without any.
    Sum,
    /// The mean of numbers, with at most ten digits after the point; null without any.
    Average,
    /// The least value; null without any.
    Min,
    /// The greatest value; null without any.
    Max,
    /// How many different values.
    CountDistinct,
}

/// One number (or value) for each group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Measure {
    /// How many rows.
    Count,
    /// Something about the values of a column; nulls are passed over.
    Of(Method, Path),
}

/// A question for groups of rows of one table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Aggregation {
    /// The table.
    pub table: TableId,
    /// Which rows.
    pub filter: Option<Filter>,
    /// Columns, here or behind lookups, whose equal values make a group; none: all rows are one group.
    pub groups: Vec<Path>,
    /// What is asked of each group.
    pub measures: Vec<Measure>,
}

/// One group of the answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// A row of the group; `None` when there is no row at all.
    pub sample: Option<Arc<Row>>,
    /// Values of the columns of the group.
    pub keys: Vec<Value>,
    /// Answers to the measures.
    pub values: Vec<Value>,
}

/// More rows than an aggregation may look at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("the aggregation looks at more than {MAX_AGGREGATED} rows")]
pub struct TooManyRows;

/// The values of a group's columns in the one order of values, so that groups can be found and come in order.
#[derive(Debug)]
struct Keys(Vec<Value>);

impl Ord for Keys {
    fn cmp(&self, other: &Self) -> Ordering {
        let pairs = self.0.iter().zip(&other.0);
        pairs.map(|(left, right)| compare(left, right)).find(|order| order.is_ne()).unwrap_or(Ordering::Equal)
    }
}

impl PartialOrd for Keys {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Keys {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Keys {}

/// Answers the question; groups come in the order of their values.
///
/// # Errors
/// More rows pass the filter than an aggregation may look at.
pub fn aggregate(data: &Data, question: &Aggregation) -> Result<Vec<Group>, TooManyRows> {
    let Some(table) = data.schema().get(question.table) else { return Ok(Vec::new()) };
    let mut groups: BTreeMap<Keys, Vec<Arc<Row>>> = BTreeMap::new();
    let passing = data
        .rows(&table.logical_name)
        .filter(|row| question.filter.as_ref().is_none_or(|filter| matches(data, row, filter)));
    for (seen, row) in passing.enumerate() {
        if seen >= MAX_AGGREGATED {
            return Err(TooManyRows);
        }
        let keys = question.groups.iter().map(|path| value_at(data, row, path).clone()).collect();
        groups.entry(Keys(keys)).or_default().push(Arc::clone(row));
    }
    if groups.is_empty() && question.groups.is_empty() {
        groups.insert(Keys(Vec::new()), Vec::new());
    }
    let answer = |(keys, rows): (Keys, Vec<Arc<Row>>)| Group {
        values: question.measures.iter().map(|measure| measured(data, &rows, measure)).collect(),
        sample: rows.into_iter().next(),
        keys: keys.0,
    };
    Ok(groups.into_iter().map(answer).collect())
}

fn measured(data: &Data, rows: &[Arc<Row>], measure: &Measure) -> Value {
    let (method, path) = match measure {
        Measure::Count => return count(rows.len()),
        Measure::Of(method, path) => (method, path),
    };
    let values = rows.iter().map(|row| value_at(data, row, path)).filter(|value| !value.is_null());
    match method {
        Method::Min => values.min_by(|left, right| compare(left, right)).cloned().unwrap_or_default(),
        Method::Max => values.max_by(|left, right| compare(left, right)).cloned().unwrap_or_default(),
        Method::CountDistinct => {
            let mut values: Vec<&Value> = values.collect();
            values.sort_by(|left, right| compare(left, right));
            values.dedup_by(|left, right| compare(left, right).is_eq());
            count(values.len())
        }
        Method::Sum => sum(values).map_or(Value::Null, |(sum, _)| Value::Decimal(sum)),
        Method::Average => sum(values).map_or(Value::Null, |(sum, count)| {
            sum.checked_div(Decimal::from(count))
                .map_or(Value::Null, |mean| Value::Decimal(mean.round_dp(10).normalize()))
        }),
    }
}

fn count(number: usize) -> Value {
    i32::try_from(number).map_or(Value::Null, Value::Int)
}

/// The sum of numbers and how many there are; `None` without any. A sum that no decimal holds stays at the greatest.
fn sum<'a>(values: impl Iterator<Item = &'a Value>) -> Option<(Decimal, usize)> {
    values.filter_map(Value::number).fold(None, |sum, number| {
        let (sum, count) = sum.unwrap_or((Decimal::ZERO, 0));
        Some((sum.saturating_add(number), count + 1))
    })
}
