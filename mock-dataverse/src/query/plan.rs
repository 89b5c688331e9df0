//! Which rows have to be looked at: one by its id, some by an index, a stretch of an order, or all.

use std::sync::Arc;

use super::ast::{Comparison, Filter, Operand, Query};
use crate::schema::TableId;
use crate::store::{Data, OrderKey, Row, Span, Value};

/// The rows that may match.
pub(super) enum Plan {
    /// None.
    None,
    /// The one of that primary id.
    One(TableId, uuid::Uuid),
    /// Those whose column has that value.
    Equal(TableId, usize, Value),
    /// All of the table.
    All(TableId),
}

impl Plan {
    /// Those rows, in the order of their primary ids.
    pub(super) fn rows<'a>(&self, data: &'a Data) -> Box<dyn Iterator<Item = &'a Arc<Row>> + 'a> {
        match self {
            Self::None => Box::new(std::iter::empty()),
            Self::One(table, id) => Box::new(data.get_by(*table, *id).into_iter()),
            Self::Equal(table, column, value) => data.find_at(*table, *column, value.clone()),
            Self::All(table) => Box::new(data.rows_after(*table, None)),
        }
    }
}

/// By primary id or index when the filter asks for one value of such a column, else all.
pub(super) fn plan(data: &Data, query: &Query) -> Plan {
    let Some(table) = data.schema().get(query.table) else { return Plan::None };
    if let Some((column, id)) = query.within {
        let target = table
            .columns()
            .get(column)
            .and_then(|column| column.single_target())
            .and_then(|name| data.schema().table(name));
        return target
            .map_or(Plan::None, |target| Plan::Equal(table.id, column, Value::Lookup { table: target.id, id }));
    }
    let mut needed = Vec::new();
    if let Some(filter) = &query.filter {
        comparisons(filter, &mut needed);
    }
    for (column, _, value) in needed.iter().filter(|(_, comparison, _)| *comparison == Comparison::Eq) {
        let Some(definition) = table.columns().get(*column) else { continue };
        if definition.name == table.primary_id {
            return value.guid().map_or(Plan::None, |id| Plan::One(table.id, id));
        }
        if definition.indexed {
            return Plan::Equal(table.id, *column, (*value).clone());
        }
    }
    Plan::All(table.id)
}

/// The first column of the question's order, if it keeps the rows in its order.
pub(super) fn ordered_by(data: &Data, query: &Query) -> Option<usize> {
    let first = query.order.first().filter(|key| key.path.source == 0 && key.path.via.is_empty() && !key.shown)?;
    let column = data.schema().get(query.table)?.columns().get(first.path.column)?;
    column.ordered.then_some(first.path.column)
}

/// The stretch of a column's values beyond which the filter holds for no row.
pub(super) fn span_of(filter: &Filter, column: usize) -> Span {
    let (mut needed, mut span) = (Vec::new(), Span::default());
    comparisons(filter, &mut needed);
    for (_, comparison, value) in needed.into_iter().filter(|(position, ..)| *position == column) {
        let key = OrderKey::of(value);
        match comparison {
            Comparison::Eq => {
                span.raise(key.clone());
                span.lower(key);
            }
            Comparison::Gt | Comparison::Ge => span.raise(key),
            Comparison::Lt | Comparison::Le => span.lower(key),
            Comparison::Ne => {}
        }
    }
    span
}

/// Comparisons of a column of the table with a value that is not null, all of which must hold for the filter to hold.
fn comparisons<'a>(filter: &'a Filter, found: &mut Vec<(usize, Comparison, &'a Value)>) {
    match filter {
        Filter::And(left, right) => {
            comparisons(left, found);
            comparisons(right, found);
        }
        Filter::Compare(Operand::Column(path), comparison, Operand::Literal(value))
            if path.source == 0 && path.via.is_empty() && !value.is_null() =>
        {
            found.push((path.column, *comparison, value));
        }
        Filter::Compare(Operand::Literal(value), comparison, Operand::Column(path))
            if path.source == 0 && path.via.is_empty() && !value.is_null() =>
        {
            let turned = match comparison {
                Comparison::Gt => Comparison::Lt,
                Comparison::Ge => Comparison::Le,
                Comparison::Lt => Comparison::Gt,
                Comparison::Le => Comparison::Ge,
                same => *same,
            };
            found.push((path.column, turned, value));
        }
        _ => {}
    }
}
