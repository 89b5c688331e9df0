//! Whether a row passes a filter.

use std::cmp::Ordering;
use std::sync::Arc;

use super::ast::{Comparison, Filter, Link, Operand, Path, TextTest};
use super::compare::compare_present;
use crate::store::{Data, Row, Value};

static NULL: Value = Value::Null;

/// The value of a column reached from a row; null when a lookup on the way is empty or its row is gone.
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
    match filter {
        Filter::Always(answer) => *answer,
        Filter::Compare(left, comparison, right) => {
            holds(operand(data, row, left), *comparison, operand(data, row, right))
        }
        Filter::Text(test, left, right) => text_holds(*test, operand(data, row, left), operand(data, row, right)),
        Filter::And(left, right) => matches(data, row, left) && matches(data, row, right),
        Filter::Or(left, right) => matches(data, row, left) || matches(data, row, right),
        Filter::Not(inner) => !matches(data, row, inner),
        Filter::Any { link, filter } => follow(data, row, *link).any(|row| matches(data, row, filter)),
        Filter::All { link, filter } => follow(data, row, *link).all(|row| matches(data, row, filter)),
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

fn operand<'a>(data: &'a Data, row: &'a Row, operand: &'a Operand) -> &'a Value {
    match operand {
        Operand::Column(path) => value_at(data, row, path),
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
    }
}
