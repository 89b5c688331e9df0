//! Answers a question: candidates by index where one helps, then filter, order, page.
//!
//! A page costs what it takes to find its rows: where a column keeps the rows in its order, reading stops when the page is full.

use std::cmp::Ordering;
use std::sync::Arc;

use uuid::Uuid;

use super::ast::{Expansion, Query};
use super::eval::{follow, matches};
use super::order::order;
use super::plan::{Plan, ordered_by, plan, span_of};
use crate::store::{Data, OrderKey, Row};

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
    /// How many rows were looked at.
    pub examined: usize,
}

/// Answers a question.
pub fn run(data: &Data, query: &Query) -> Page {
    let given = query.after.map_or(0, |after| after.given);
    let allowed = query.top.map_or(usize::MAX, |top| top.saturating_sub(given)).min(query.page);
    let more_than_page = query.top.is_none_or(|top| top.saturating_sub(given) > query.page);
    let plan = plan(data, query);
    // One row more tells whether there is a next page.
    let mut search = Search { data, query, examined: 0, wanted: allowed.saturating_add(1) };
    let (mut rows, total) = match (&plan, ordered_by(data, query)) {
        (Plan::All(_), Some(column)) => (search.in_order(column), query.count.then(|| search.count(&plan))),
        _ if !query.order.is_empty() => search.sorted(&plan),
        (Plan::All(_), None) if !query.count => (search.behind(), None),
        _ => search.by_id(&plan),
    };
    let more = rows.len() > allowed && more_than_page;
    rows.truncate(allowed);
    let next = rows.last().filter(|_| more).map(|row| Position { last: row.id(), given: given + rows.len() });
    Page { rows, total: total.filter(|_| query.count), next, examined: search.examined }
}

/// Looking for the rows of one page.
struct Search<'a> {
    data: &'a Data,
    query: &'a Query,
    examined: usize,
    wanted: usize,
}

impl<'a> Search<'a> {
    fn passes(&mut self, row: &Row) -> bool {
        self.examined += 1;
        self.query.filter.as_ref().is_none_or(|filter| matches(self.data, row, filter))
    }

    fn passing(&mut self, plan: &Plan) -> Vec<&'a Arc<Row>> {
        plan.rows(self.data).filter(|row| self.passes(row)).collect()
    }

    /// How many rows match. Without a filter nobody has to look at them.
    fn count(&mut self, plan: &Plan) -> usize {
        match (plan, &self.query.filter) {
            (Plan::All(table), None) => self.data.count_of(*table),
            _ => self.passing(plan).len(),
        }
    }

    /// Without an order: in that of the primary ids.
    fn by_id(&mut self, plan: &Plan) -> (Vec<Arc<Row>>, Option<usize>) {
        if self.query.top == Some(0) {
            // Only the number was asked for.
            return (Vec::new(), Some(self.count(plan)));
        }
        let all = self.passing(plan);
        let (total, after) = (all.len(), self.query.after.map(|after| after.last));
        let rows = all.into_iter().filter(|row| after.is_none_or(|last| row.id() > last));
        (rows.take(self.wanted).cloned().collect(), Some(total))
    }

    /// The same without counting: from where the last page ended, until this one is full.
    fn behind(&mut self) -> Vec<Arc<Row>> {
        let (data, wanted) = (self.data, self.wanted);
        let rows = data.rows_after(self.query.table, self.query.after.map(|after| after.last));
        rows.filter(|row| self.passes(row)).take(wanted).cloned().collect()
    }

    /// All that match, put in order.
    fn sorted(&mut self, plan: &Plan) -> (Vec<Arc<Row>>, Option<usize>) {
        let mut all = self.passing(plan);
        let total = all.len();
        all.sort_by(|left, right| order(self.data, left, right, &self.query.order));
        let from = self.query.after.map_or(0, |after| {
            // The last row may be gone by now; then the number of rows given says where to go on.
            all.iter().position(|row| row.id() == after.last).map_or(after.given, |position| position + 1)
        });
        (all.into_iter().skip(from).take(self.wanted).cloned().collect(), Some(total))
    }

    /// By a column that keeps the rows in its order: group by group of equal values, until the page is full.
    fn in_order(&mut self, column: usize) -> Vec<Arc<Row>> {
        let (data, query) = (self.data, self.query);
        let descending = query.order.first().is_some_and(|key| key.descending);
        let mut span = query.filter.as_ref().map(|filter| span_of(filter, column)).unwrap_or_default();
        // As when all are sorted: behind the last row, or behind as many as were given where it is gone.
        let last = query.after.and_then(|after| data.get_by(query.table, after.last)).filter(|row| self.passes(row));
        let mut skip = if last.is_some() { 0 } else { query.after.map_or(0, |after| after.given) };
        if let Some(last) = last {
            let key = OrderKey::of(last.at(column));
            if descending { span.lower(key) } else { span.raise(key) }
        }
        let mut found = Vec::new();
        for group in data.in_order(query.table, column, descending, &span) {
            let mut group: Box<dyn Iterator<Item = &Arc<Row>>> = Box::new(group);
            if query.order.len() > 1 {
                let mut rows: Vec<_> = group.filter(|row| self.passes(row)).collect();
                rows.sort_by(|left, right| order(data, left, right, &query.order));
                group = Box::new(rows.into_iter());
            }
            let filtered = query.order.len() > 1;
            for row in group {
                let before = last.is_some_and(|last| order(data, row, last, &query.order) != Ordering::Greater);
                if before || !(filtered || self.passes(row)) {
                    continue;
                }
                if skip > 0 {
                    skip -= 1;
                    continue;
                }
                found.push(Arc::clone(row));
                if found.len() >= self.wanted {
                    return found;
                }
            }
        }
        found
    }
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
