//! Answers a question: candidates by index where one helps, then filter, order, page.

use std::cmp::Ordering;
use std::sync::Arc;

use uuid::Uuid;

use super::ast::{Comparison, Expansion, Filter, Operand, Order, Query};
use super::compare::compare;
use super::eval::{follow, matches, value_at};
use crate::store::{Data, Row, Value};

/// Where a page ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Position {
    /// Primary id of the last row that was given.
    pub last: Uuid,
    /// How many rows were given so far.
    pub given: usize,
}

/// One page of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// The rows.
    pub rows: Vec<Arc<Row>>,
    /// How many rows match in all, if that was asked.
    pub total: Option<usize>,
    /// Where to go on, if there is more.
    pub next: Option<Position>,
}

/// Answers a question.
pub fn run(data: &Data, query: &Query) -> Page {
    let given = query.after.map_or(0, |after| after.given);
    let allowed = query.top.map_or(usize::MAX, |top| top.saturating_sub(given)).min(query.page);
    let more_than_page = query.top.is_none_or(|top| top.saturating_sub(given) > query.page);
    let passing =
        candidates(data, query).filter(|row| query.filter.as_ref().is_none_or(|filter| matches(data, row, filter)));
    let mut total = None;
    let mut rows: Vec<Arc<Row>> = if query.order.is_empty() {
        let after = query.after.map(|after| after.last);
        if query.count {
            let all: Vec<&Arc<Row>> = passing.collect();
            total = Some(all.len());
            all.into_iter()
                .filter(|row| after.is_none_or(|last| row.id() > last))
                .take(allowed.saturating_add(1))
                .cloned()
                .collect()
        } else {
            passing
                .filter(|row| after.is_none_or(|last| row.id() > last))
                .take(allowed.saturating_add(1))
                .cloned()
                .collect()
        }
    } else {
        let mut all: Vec<&Arc<Row>> = passing.collect();
        total = query.count.then_some(all.len());
        all.sort_by(|left, right| order(data, left, right, &query.order));
        let from = query.after.map_or(0, |after| {
            // The last row may be gone by now; then the number of rows given says where to go on.
            all.iter().position(|row| row.id() == after.last).map_or(after.given, |position| position + 1)
        });
        all.into_iter().skip(from).take(allowed.saturating_add(1)).cloned().collect()
    };
    let more = rows.len() > allowed && more_than_page;
    rows.truncate(allowed);
    let next = rows.last().filter(|_| more).map(|row| Position { last: row.id(), given: given + rows.len() });
    Page { rows, total, next }
}

/// The rows that an expansion of a row shows.
pub fn related(data: &Data, row: &Row, expansion: &Expansion) -> Vec<Arc<Row>> {
    let mut rows: Vec<Arc<Row>> = follow(data, row, expansion.link)
        .filter(|row| expansion.filter.as_ref().is_none_or(|filter| matches(data, row, filter)))
        .cloned()
        .collect();
    if !expansion.order.is_empty() {
        rows.sort_by(|left, right| order(data, left, right, &expansion.order));
    }
    rows.truncate(expansion.top.unwrap_or(usize::MAX));
    rows
}

fn order(data: &Data, left: &Row, right: &Row, keys: &[Order]) -> Ordering {
    for key in keys {
        let ordering = compare(value_at(data, left, &key.path), value_at(data, right, &key.path));
        let ordering = if key.descending { ordering.reverse() } else { ordering };
        if ordering != Ordering::Equal {
            return ordering;
        }
    }
    left.id().cmp(&right.id())
}

/// Rows that may match, in id order: by primary id or index when the filter asks for one value of such a column.
fn candidates<'a>(data: &'a Data, query: &Query) -> Box<dyn Iterator<Item = &'a Arc<Row>> + 'a> {
    let Some(table) = data.schema().get(query.table) else { return Box::new(std::iter::empty()) };
    if let Some((column, id)) = query.within {
        let target = table
            .columns()
            .get(column)
            .and_then(|column| column.single_target())
            .and_then(|name| data.schema().table(name));
        let Some(target) = target else { return Box::new(std::iter::empty()) };
        return data.find_at(table.id, column, Value::Lookup { table: target.id, id });
    }
    let mut equal = Vec::new();
    if let Some(filter) = &query.filter {
        equalities(filter, &mut equal);
    }
    for (column, value) in &equal {
        let Some(definition) = table.columns().get(*column) else { continue };
        if definition.name == table.primary_id {
            let row = value.guid().and_then(|id| data.get_by(table.id, id));
            return Box::new(row.into_iter());
        }
        if definition.indexed && !value.is_null() {
            return data.find_at(table.id, *column, (*value).clone());
        }
    }
    Box::new(data.rows(&table.logical_name))
}

/// Columns that must equal a value for the filter to hold.
fn equalities<'a>(filter: &'a Filter, found: &mut Vec<(usize, &'a Value)>) {
    match filter {
        Filter::And(left, right) => {
            equalities(left, found);
            equalities(right, found);
        }
        Filter::Compare(Operand::Column(path), Comparison::Eq, Operand::Literal(value))
        | Filter::Compare(Operand::Literal(value), Comparison::Eq, Operand::Column(path))
            if path.via.is_empty() && !value.is_null() =>
        {
            found.push((path.column, value));
        }
        _ => {}
    }
}
