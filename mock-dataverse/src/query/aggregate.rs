//! Sums and counts over the rows of a table, by groups.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::sync::Arc;

use rust_decimal::Decimal;
use thiserror::Error;
use uuid::Uuid;

use super::ast::{Filter, Path, Query};
use super::compare::compare;
use super::eval::{matches, value_at};
use super::join::{Join, Tuple, combine};
use super::moment::day;
use crate::schema::TableId;
use crate::store::{Data, Value};

/// An aggregation may look at this many rows (facts/dataverse.md 7).
pub const MAX_AGGREGATED: usize = 50_000;

/// How values become one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// The sum of numbers; null without any.
    Sum,
    /// The mean of numbers, with at most ten digits after the point; null without any.
    Average,
    /// The mean of whole numbers, cut to a whole number as SQL has it; null without any.
    WholeAverage,
    /// The least value; null without any.
    Min,
    /// The greatest value; null without any.
    Max,
    /// How many values.
    Count,
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

/// A part of a date, in UTC; weeks begin on Sunday, years in January.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DatePart {
    /// Day of the month.
    Day,
    /// Week of the year; the first is the one of the first of January.
    Week,
    /// Month of the year.
    Month,
    /// Quarter of the year.
    Quarter,
    /// The year.
    Year,
}

impl DatePart {
    fn of(self, value: &Value) -> Value {
        let date = match value {
            Value::Date(date) => *date,
            Value::DateTime(moment) => day(*moment),
            _ => return Value::Null,
        };
        Value::Int(match self {
            Self::Day => i32::from(date.day()),
            Self::Month => i32::from(date.month()),
            Self::Quarter => (i32::from(date.month()) - 1) / 3 + 1,
            Self::Year => i32::from(date.year()),
            Self::Week => {
                let into_week = i32::from(date.first_of_year().weekday().to_sunday_zero_offset());
                (i32::from(date.day_of_year()) - 1 + into_week) / 7 + 1
            }
        })
    }
}

/// What rows of a group have in common.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    /// The column, here, behind lookups or in a joined row.
    pub path: Path,
    /// The part of its date, if not the whole value.
    pub part: Option<DatePart>,
}

impl From<Path> for Key {
    fn from(path: Path) -> Self {
        Self { path, part: None }
    }
}

/// A question for groups of rows of one table, and of rows that are joined with them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Aggregation {
    /// The table.
    pub table: TableId,
    /// Only rows whose lookup column holds this id.
    pub within: Option<(usize, Uuid)>,
    /// Which rows.
    pub filter: Option<Filter>,
    /// Rows of other tables that come to them.
    pub joins: Vec<Join>,
    /// What rows that belong together must pass.
    pub joined: Option<Filter>,
    /// Columns whose equal values make a group; none: all rows are one group.
    pub groups: Vec<Key>,
    /// What is asked of each group.
    pub measures: Vec<Measure>,
    /// How many rows it may look at, at most [`MAX_AGGREGATED`].
    pub limit: usize,
}

impl Aggregation {
    /// A question about all rows of a table that asks for nothing yet.
    pub fn of(table: TableId) -> Self {
        Self {
            table,
            within: None,
            filter: None,
            joins: Vec::new(),
            joined: None,
            groups: Vec::new(),
            measures: Vec::new(),
            limit: MAX_AGGREGATED,
        }
    }
}

/// One group of the answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// A row of the group with those that are joined with it; `None` when there is no row at all.
    pub sample: Option<Tuple>,
    /// Values of the columns of the group.
    pub keys: Vec<Value>,
    /// Answers to the measures.
    pub values: Vec<Value>,
}

/// More rows than an aggregation may look at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("the aggregation looks at more rows than it may")]
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
    let limit = question.limit.min(MAX_AGGREGATED);
    let mut groups: BTreeMap<Keys, Vec<Tuple>> = BTreeMap::new();
    for (seen, tuple) in tuples(data, question)?.into_iter().enumerate() {
        if seen >= limit {
            return Err(TooManyRows);
        }
        let keys = question.groups.iter().map(|key| {
            let value = value_in(data, &tuple, &key.path);
            key.part.map_or_else(|| value.clone(), |part| part.of(value))
        });
        groups.entry(Keys(keys.collect())).or_default().push(tuple);
    }
    if groups.is_empty() && question.groups.is_empty() {
        groups.insert(Keys(Vec::new()), Vec::new());
    }
    let answer = |(keys, rows): (Keys, Vec<Tuple>)| Group {
        values: question.measures.iter().map(|measure| measured(data, &rows, measure)).collect(),
        sample: rows.into_iter().next(),
        keys: keys.0,
    };
    Ok(groups.into_iter().map(answer).collect())
}

/// The rows that are asked about; of a single table not many more than the limit are looked for.
fn tuples(data: &Data, question: &Aggregation) -> Result<Vec<Tuple>, TooManyRows> {
    let limit = question.limit.min(MAX_AGGREGATED);
    if question.joins.is_empty() && question.within.is_none() {
        let passes = |filter: &Option<Filter>, row| filter.as_ref().is_none_or(|filter| matches(data, row, filter));
        let rows = data.rows_after(question.table, None);
        let passing = rows.filter(|row| passes(&question.filter, row) && passes(&question.joined, row));
        return Ok(passing.take(limit.saturating_add(1)).map(|row| vec![Some(Arc::clone(row))]).collect());
    }
    let query = Query {
        table: question.table,
        within: question.within,
        filter: question.filter.clone(),
        order: Vec::new(),
        top: None,
        page: usize::MAX,
        count: false,
        after: None,
    };
    combine(data, &query, &question.joins, question.joined.as_ref()).map_err(|_| TooManyRows)
}

fn value_in<'a>(data: &'a Data, tuple: &'a Tuple, path: &Path) -> &'a Value {
    static NULL: Value = Value::Null;
    tuple.get(path.source).and_then(Option::as_deref).map_or(&NULL, |row| value_at(data, row, path))
}

fn measured(data: &Data, rows: &[Tuple], measure: &Measure) -> Value {
    let (method, path) = match measure {
        Measure::Count => return count(rows.len()),
        Measure::Of(method, path) => (method, path),
    };
    let values = rows.iter().map(|row| value_in(data, row, path)).filter(|value| !value.is_null());
    match method {
        Method::Min => values.min_by(|left, right| compare(left, right)).cloned().unwrap_or_default(),
        Method::Max => values.max_by(|left, right| compare(left, right)).cloned().unwrap_or_default(),
        Method::Count => count(values.count()),
        Method::CountDistinct => {
            let mut values: Vec<&Value> = values.collect();
            values.sort_by(|left, right| compare(left, right));
            values.dedup_by(|left, right| compare(left, right).is_eq());
            count(values.len())
        }
        Method::Sum => sum(values).map_or(Value::Null, |(sum, _)| Value::Decimal(sum)),
        Method::Average | Method::WholeAverage => {
            let mean = sum(values).and_then(|(sum, count)| sum.checked_div(Decimal::from(count)));
            mean.map_or(Value::Null, |mean| {
                let whole = *method == Method::WholeAverage;
                Value::Decimal(if whole { mean.trunc() } else { mean.round_dp(10).normalize() })
            })
        }
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
