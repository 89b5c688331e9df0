//! The columns that an answer shows.

use super::ast::{Aggregate, Attribute};
use super::parse::checked_alias;
use super::question::{Cell, Shown};
use super::source::{Sources, column};
use super::xml::clipped;
use crate::fault::{Code, Fault};
use crate::query::{Key, Measure, Method, Path};
use crate::schema::{Column, ColumnType};

/// Columns of rows.
pub(super) struct Columns {
    pub(super) shown: Vec<Shown>,
    /// Columns of the table asked under their own names; `None`: all.
    pub(super) selected: Option<Vec<usize>>,
}

/// Keys and measures of groups, with how they are shown.
pub(super) struct Groups {
    pub(super) shown: Vec<Shown>,
    pub(super) keys: Vec<Key>,
    pub(super) measures: Vec<Measure>,
}

/// Every name stands once.
fn push(shown: &mut Vec<Shown>, one: Shown) -> Result<(), Fault> {
    if shown.iter().any(|known| known.name == one.name) {
        let text = format!("The name '{}' stands for more than one column of the answer.", clipped(&one.name));
        return Err(Fault::bad(Code::INVALID_ALIAS, text));
    }
    shown.push(one);
    Ok(())
}

impl Sources<'_> {
    /// What is shown of rows. `dot` stands between the alias of a link and its column.
    pub(super) fn columns(&self, dot: &str) -> Result<Columns, Fault> {
        let mut columns = Columns { shown: Vec::new(), selected: Some(Vec::new()) };
        for (place, source) in self.list.iter().enumerate() {
            let node = source.node;
            let all = node.all || (place == 0 && node.attributes.is_empty() && !node.none);
            if all {
                for (position, definition) in source.table.columns().iter().enumerate() {
                    let (name, cell) = match &source.alias {
                        None => (definition.read_name(), Cell::Own),
                        Some(alias) => (format!("{alias}{dot}{}", definition.name), Cell::Named),
                    };
                    push(&mut columns.shown, Shown { name, path: Path::at(place, position), cell })?;
                }
                if place == 0 {
                    columns.selected = None;
                }
            }
            for attribute in &node.attributes {
                let (position, definition) = column(source.table, &attribute.name)?;
                if attribute.aggregate.is_some() || attribute.group {
                    let text = format!(
                        "The attribute '{}' is aggregated or grouped by, but the query is not marked as an aggregate query.",
                        attribute.name
                    );
                    return Err(Fault::bad(Code::INVALID_AGGREGATE, text));
                }
                let path = Path::at(place, position);
                let (name, cell) = match (&attribute.alias, &source.alias) {
                    (Some(alias), _) => (alias.clone(), Cell::Named),
                    (None, Some(alias)) => (format!("{alias}{dot}{}", definition.name), Cell::Named),
                    (None, None) => (definition.read_name(), Cell::Own),
                };
                // A column that is asked for again is there already.
                let again = |shown: &Shown| shown.path == path && shown.name == name;
                if columns.shown.iter().any(again) {
                    continue;
                }
                if let (Cell::Own, Some(selected)) = (cell, &mut columns.selected) {
                    selected.push(position);
                }
                push(&mut columns.shown, Shown { name, path, cell })?;
            }
        }
        Ok(columns)
    }

    /// What is shown of groups.
    pub(super) fn groups(&self) -> Result<Groups, Fault> {
        let mut groups = Groups { shown: Vec::new(), keys: Vec::new(), measures: Vec::new() };
        for (place, source) in self.list.iter().enumerate() {
            if source.node.all {
                return Err(neither("all-attributes"));
            }
            for attribute in &source.node.attributes {
                let (position, definition) = column(source.table, &attribute.name)?;
                let path = Path::at(place, position);
                let name = attribute.alias.clone().ok_or_else(|| {
                    let text = format!("The attribute '{}' of an aggregate query must have an alias.", attribute.name);
                    Fault::bad(Code::NO_ALIAS, text)
                })?;
                let name = checked_alias(name)?;
                let cell = groups.cell(attribute, definition, &path)?;
                push(&mut groups.shown, Shown { name, path, cell })?;
            }
        }
        if groups.shown.is_empty() {
            let text = "An aggregate query must have an attribute with an aggregate, or one that is grouped by.";
            return Err(Fault::bad(Code::INVALID_AGGREGATE, text));
        }
        Ok(groups)
    }
}

fn neither(name: &str) -> Fault {
    let text = format!(
        "An attribute can not be requested when an aggregate operation has been specified and its neither groupby not aggregate. Name = {}",
        clipped(name)
    );
    Fault::bad(Code::ATTRIBUTE_WITH_AGGREGATE, text)
}

impl Groups {
    /// Where the value of an attribute comes from.
    fn cell(&mut self, attribute: &Attribute, column: &Column, path: &Path) -> Result<Cell, Fault> {
        match (attribute.group, attribute.aggregate) {
            (true, None) => {
                let date = matches!(column.kind, ColumnType::DateTime | ColumnType::DateOnly);
                if attribute.part.is_some() != date {
                    let text = format!(
                        "The attribute '{}' is grouped by: a dategrouping belongs to dates, and to them alone.",
                        attribute.name
                    );
                    return Err(Fault::bad(Code::INVALID_AGGREGATE, text));
                }
                self.keys.push(Key { path: path.clone(), part: attribute.part });
                let place = self.keys.len() - 1;
                Ok(if attribute.part.is_some() { Cell::Part(place) } else { Cell::Key(place) })
            }
            (false, Some(aggregate)) => {
                let measure = measure(aggregate, attribute, column, path)?;
                self.measures.push(measure);
                let place = self.measures.len() - 1;
                Ok(match aggregate {
                    Aggregate::Count | Aggregate::CountColumn => Cell::Count(place),
                    Aggregate::Sum => Cell::Sum(place),
                    Aggregate::Avg | Aggregate::Min | Aggregate::Max => Cell::Measure(place),
                })
            }
            _ => Err(neither(&attribute.name)),
        }
    }
}

fn measure(aggregate: Aggregate, attribute: &Attribute, column: &Column, path: &Path) -> Result<Measure, Fault> {
    let whole = matches!(column.kind, ColumnType::Int { .. } | ColumnType::BigInt);
    let number = whole || matches!(column.kind, ColumnType::Decimal { .. } | ColumnType::Money { .. });
    let ordered = number || matches!(column.kind, ColumnType::DateTime | ColumnType::DateOnly);
    let (method, fits) = match aggregate {
        Aggregate::Count => return Ok(Measure::Count),
        Aggregate::CountColumn if attribute.distinct => (Method::CountDistinct, true),
        Aggregate::CountColumn => (Method::Count, true),
        Aggregate::Sum => (Method::Sum, number),
        Aggregate::Avg if whole => (Method::WholeAverage, true),
        Aggregate::Avg => (Method::Average, number),
        Aggregate::Min => (Method::Min, ordered),
        Aggregate::Max => (Method::Max, ordered),
    };
    if fits {
        return Ok(Measure::Of(method, path.clone()));
    }
    let text = format!("The aggregate of the attribute '{}' does not go with its type.", attribute.name);
    Err(Fault::bad(Code::INVALID_AGGREGATE, text))
}
