//! Whether a row passes a filter.

use std::cmp::Ordering;
use std::sync::Arc;

use super::ast::{Comparison, Filter, Link, Operand, Path, TextTest};
use super::compare::compare_present;
use super::like::like;
use crate::store::{Data, Row, Value};

static NULL: Value = Value::Null;

/// Rows that belong together, by the number of their source; `None` where a join found none.
pub(super) type Rows<'a> = [Option<&'a Row>];

/// The value of a column of one of the rows; null where there is no row.
pub(super) fn cell<'a>(data: &'a Data, rows: &Rows<'a>, path: &Path) -> &'a Value {
    rows.get(path.source).copied().flatten().map_or(&NULL, |row| value_at(data, row, path))
}

/// The value of a column reached from a row, whatever source its path begins at; null when a lookup on the way is empty or its row is gone.
pub fn value_at<'a>(data: &'a Data, row: &'a Row, path: &Path) -> &'a Value {
    let mut row = row;
    for column in &path.via {
        let Value::Lookup { table, id } = row.at(*column) else { return &NULL };
        let Some(next) = data.get_by(*table, *id) else { return &NULL };
        row = next;
    }
    row.at(path.column)
}

/// True when the row passes.
pub fn matches(data: &Data, row: &Row, filter: &Filter) -> bool {
    hold(data, &[Some(row)], filter)
}

/// True when rows that belong together pass. Lambdas begin at the first of them.
pub(super) fn hold(data: &Data, rows: &Rows<'_>, filter: &Filter) -> bool {
    let linked = |link: Link| rows.first().copied().flatten().into_iter().flat_map(move |row| follow(data, row, link));
    match filter {
        Filter::Always(answer) => *answer,
        Filter::Compare(left, comparison, right) => {
            holds(operand(data, rows, left), *comparison, operand(data, rows, right))
        }
        Filter::Text(test, left, right) => text_holds(*test, operand(data, rows, left), operand(data, rows, right)),
        Filter::And(left, right) => hold(data, rows, left) && hold(data, rows, right),
        Filter::Or(left, right) => hold(data, rows, left) || hold(data, rows, right),
        Filter::Not(inner) => !hold(data, rows, inner),
        Filter::Among(path, values) => values.has(cell(data, rows, path)),
        Filter::Any { link, filter } => linked(*link).any(|row| matches(data, row, filter)),
        Filter::All { link, filter } => linked(*link).all(|row| matches(data, row, filter)),
    }
}

/// The rows that a link leads to.
pub(super) fn follow<'a>(data: &'a Data, row: &Row, link: Link) -> Box<dyn Iterator<Item = &'a Arc<Row>> + 'a> {
    match link {
        Link::One { column } => match row.at(column) {
            Value::Lookup { table, id } => Box::new(data.get_by(*table, *id).into_iter()),
            _ => Box::new(std::iter::empty()),
        },
        Link::Many { child, column } => {
            let reference = Value::Lookup { table: row.table().id, id: row.id() };
            data.find_at(child, column, reference)
        }
    }
}

fn operand<'a>(data: &'a Data, rows: &Rows<'a>, operand: &'a Operand) -> &'a Value {
    match operand {
        Operand::Column(path) => cell(data, rows, path),
        Operand::Literal(value) => value,
    }
}

/// Null equals only null; `ne` with a null on one side is true, as the platform's SQL has it; all other comparisons
/// with a null are false.
fn holds(left: &Value, comparison: Comparison, right: &Value) -> bool {
    if left.is_null() || right.is_null() {
        let both = left.is_null() && right.is_null();
        return match comparison {
            Comparison::Eq => both,
            Comparison::Ne => !both,
            _ => false,
        };
    }
    let Some(order) = compare_present(left, right) else { return comparison == Comparison::Ne };
    match comparison {
        Comparison::Eq => order == Ordering::Equal,
        Comparison::Ne => order != Ordering::Equal,
        Comparison::Gt => order == Ordering::Greater,
        Comparison::Ge => order != Ordering::Less,
        Comparison::Lt => order == Ordering::Less,
        Comparison::Le => order != Ordering::Greater,
    }
}

fn text_holds(test: TextTest, left: &Value, right: &Value) -> bool {
    let (Value::Text(left), Value::Text(right)) = (left, right) else { return false };
    let (left, right) = (left.to_lowercase(), right.to_lowercase());
    match test {
        TextTest::Contains => left.contains(&right),
        TextTest::StartsWith => left.starts_with(&right),
        TextTest::EndsWith => left.ends_with(&right),
        TextTest::HasItem => left.split(',').any(|item| item == right),
        TextTest::Like => like(&left, &right),
    }
}
