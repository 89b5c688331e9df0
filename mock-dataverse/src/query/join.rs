//! Questions about rows of several tables that belong together.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use thiserror::Error;

use super::ast::{Filter, Path, Query, Values};
use super::eval::{cell, hold, matches};
use super::order::order_all;
use super::run::{Position, run};
use crate::schema::{ColumnType, TableId};
use crate::store::{Data, OrderKey, Row, Value};

/// A join may look at this many rows, and bring so many together.
pub const MAX_JOINED: usize = 1_000_000;

/// What happens to a row for which a join finds none, or several.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keep {
    /// It is there once for each row found, and not at all without one.
    Matching,
    /// As before, and once without any.
    All,
    /// Once, with the first row found or without any.
    First,
}

/// Rows of another table that come to each row of a source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Join {
    /// The source whose rows they come to; sources are numbered as they stand, the table asked is 0 and the first join 1.
    pub parent: usize,
    /// The column of that source's rows …
    pub own: usize,
    /// … whose value the rows of this table …
    pub table: TableId,
    /// … have in this column. Nulls never match.
    pub theirs: usize,
    /// Which are kept.
    pub keep: Keep,
    /// What a row of the table must pass on its own to be found.
    pub filter: Option<Filter>,
}

/// A question about the rows of a table and those that are joined with them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Joined {
    /// The table asked. Its filter sees rows of that table alone; its order sees all sources. Its `page` and `top` count what the joins
    /// bring together, its `after` goes by the number of rows given.
    pub query: Query,
    /// The joins; each begins at a source before it.
    pub joins: Vec<Join>,
    /// What rows that belong together must pass.
    pub filter: Option<Filter>,
    /// Only one of those that are equal in these columns.
    pub distinct: Option<Vec<Path>>,
    /// How many are passed over before the first that is given.
    pub skip: usize,
}

/// Rows that belong together, by the number of their source.
pub type Tuple = Vec<Option<Arc<Row>>>;

/// One page of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tuples {
    /// What was found.
    pub tuples: Vec<Tuple>,
    /// How many there are in all, if that was asked.
    pub total: Option<usize>,
    /// Where to go on, if there is more.
    pub next: Option<Position>,
}

/// Joins that look at more rows than they may.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("the joins look at more than {MAX_JOINED} rows")]
pub struct TooManyJoined;

/// Answers a question.
///
/// # Errors
/// Its joins look at more than [`MAX_JOINED`] rows.
pub fn run_joined(data: &Data, question: &Joined) -> Result<Tuples, TooManyJoined> {
    let query = &question.query;
    if question.joins.is_empty() && question.filter.is_none() && question.distinct.is_none() {
        return Ok(plain(data, query, question.skip));
    }
    let mut found = combine(data, query, &question.joins, question.filter.as_ref())?;
    found.sort_by(|left, right| order_all(data, &refs(left), &refs(right), &query.order));
    if let Some(columns) = &question.distinct {
        let mut seen = BTreeSet::new();
        found.retain(|tuple| {
            let rows = refs(tuple);
            seen.insert(columns.iter().map(|path| OrderKey::of(cell(data, &rows, path))).collect::<Vec<_>>())
        });
    }
    let total = query.count.then_some(found.len());
    let given = query.after.map_or(0, |after| after.given);
    let allowed = query.top.map_or(usize::MAX, |top| top.saturating_sub(given)).min(query.page);
    let more_than_page = query.top.is_none_or(|top| top.saturating_sub(given) > query.page);
    let from = question.skip.saturating_add(given);
    let more = found.len() > from.saturating_add(allowed) && more_than_page;
    let tuples: Vec<Tuple> = found.into_iter().skip(from).take(allowed).collect();
    let last = tuples.last().and_then(|tuple| tuple.first()?.as_ref()).map(|row| row.id());
    let next = last.filter(|_| more).map(|last| Position { last, given: given + tuples.len() });
    Ok(Tuples { tuples, total, next })
}

/// Without joins: rows as a question about one table finds them.
fn plain(data: &Data, query: &Query, skip: usize) -> Tuples {
    // Those that are passed over are found and counted as well; a page that goes on behind another one has them behind it.
    let drop = if query.after.is_some() { 0 } else { skip };
    let top = query.top.map(|top| top.saturating_add(skip));
    let wider = Query { page: query.page.saturating_add(drop), top, ..query.clone() };
    let page = run(data, if skip == 0 { query } else { &wider });
    let tuples: Vec<Tuple> = page.rows.into_iter().skip(drop).map(|row| vec![Some(row)]).collect();
    // Behind the last page there is nothing to go on from.
    Tuples { next: page.next.filter(|_| !tuples.is_empty()), tuples, total: page.total }
}

/// All that the joins bring together and the filter passes, in no order.
pub(super) fn combine(
    data: &Data,
    query: &Query,
    joins: &[Join],
    filter: Option<&Filter>,
) -> Result<Vec<Tuple>, TooManyJoined> {
    let all = Query { order: Vec::new(), top: None, page: usize::MAX, count: false, after: None, ..query.clone() };
    let mut found: Vec<Tuple> = run(data, &all).rows.into_iter().map(|row| vec![Some(row)]).collect();
    let mut looked = 0;
    for join in joins {
        let finder = Finder::of(data, join);
        let mut next = Vec::new();
        for tuple in found {
            let value = tuple.get(join.parent).and_then(Option::as_deref).map_or(&Value::Null, |row| row.at(join.own));
            let mut none = true;
            for row in finder.rows(data, join, value) {
                looked += 1;
                if looked > MAX_JOINED {
                    return Err(TooManyJoined);
                }
                if !join.filter.as_ref().is_none_or(|filter| matches(data, row, filter)) {
                    continue;
                }
                none = false;
                next.push(extended(&tuple, Some(Arc::clone(row))));
                if join.keep == Keep::First {
                    break;
                }
            }
            if none && join.keep != Keep::Matching {
                next.push(extended(&tuple, None));
            }
        }
        found = next;
    }
    if let Some(filter) = filter {
        found.retain(|tuple| hold(data, &refs(tuple), filter));
    }
    Ok(found)
}

fn refs(tuple: &Tuple) -> Vec<Option<&Row>> {
    tuple.iter().map(Option::as_deref).collect()
}

fn extended(tuple: &Tuple, row: Option<Arc<Row>>) -> Tuple {
    let mut longer = Vec::with_capacity(tuple.len() + 1);
    longer.extend_from_slice(tuple);
    longer.push(row);
    longer
}

/// How the rows of a join are found.
enum Finder<'a> {
    /// The value is the id of the row.
    Id,
    /// The column has an index.
    Index,
    /// They are gathered by value once for all.
    Gathered(BTreeMap<OrderKey, Vec<&'a Arc<Row>>>),
}

impl<'a> Finder<'a> {
    fn of(data: &'a Data, join: &Join) -> Self {
        let Some(table) = data.schema().get(join.table) else { return Self::Id };
        if table.places.primary_id == Some(join.theirs) {
            return Self::Id;
        }
        let found =
            |kind: &ColumnType| !matches!(kind, ColumnType::Bool { .. } | ColumnType::DateTime | ColumnType::DateOnly);
        if table.columns().get(join.theirs).is_some_and(|column| column.indexed && found(&column.kind)) {
            return Self::Index;
        }
        let mut gathered: BTreeMap<OrderKey, Vec<&Arc<Row>>> = BTreeMap::new();
        for row in data.rows_after(join.table, None).filter(|row| !row.at(join.theirs).is_null()) {
            gathered.entry(OrderKey::of(row.at(join.theirs))).or_default().push(row);
        }
        Self::Gathered(gathered)
    }

    fn rows<'b>(&'b self, data: &'a Data, join: &Join, value: &Value) -> Box<dyn Iterator<Item = &'a Arc<Row>> + 'b> {
        if value.is_null() {
            return Box::new(std::iter::empty());
        }
        match self {
            Self::Id => Box::new(value.guid().and_then(|id| data.get_by(join.table, id)).into_iter()),
            // Of these kinds nothing is found by an index.
            Self::Index if matches!(value, Value::Bool(_) | Value::DateTime(_) | Value::Date(_)) => {
                Box::new(std::iter::empty())
            }
            Self::Index => data.find_at(join.table, join.theirs, value.clone()),
            Self::Gathered(rows) => Box::new(rows.get(&OrderKey::of(value)).into_iter().flatten().copied()),
        }
    }
}

/// The values that rows of a table have in a column, of those that pass a filter: whether a row is linked with one of them is then one look.
pub fn values_of(data: &Data, table: TableId, column: usize, filter: Option<&Filter>) -> Values {
    let passing = data.rows_after(table, None).filter(|row| filter.is_none_or(|filter| matches(data, row, filter)));
    passing.map(|row| row.at(column)).collect()
}
