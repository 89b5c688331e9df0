//! Where the columns with a meaning of their own stand in a table: found once, when the schema is loaded, so that no write has to look
//! for them by name.

use super::column::{Column, ColumnType};

/// Positions of columns in [`super::Table::columns`]; `None` where the table has no such column.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Places {
    pub(crate) primary_id: Option<usize>,
    pub(crate) created_on: Option<usize>,
    pub(crate) overridden_created_on: Option<usize>,
    pub(crate) modified_on: Option<usize>,
    pub(crate) modified_by: Option<usize>,
    pub(crate) created_on_behalf: Option<usize>,
    pub(crate) modified_on_behalf: Option<usize>,
    pub(crate) version: Option<usize>,
    /// `createdby`, `ownerid` and `owninguser`: whoever creates the row.
    pub(crate) creators: Vec<usize>,
    pub(crate) state: Option<usize>,
    pub(crate) status: Option<usize>,
    pub(crate) currency: Option<usize>,
    pub(crate) rate: Option<usize>,
    /// Amounts, each with the column that holds it in the base currency.
    pub(crate) amounts: Vec<(usize, usize)>,
    pub(crate) differences: Vec<Difference>,
    /// Columns that join others, with those.
    pub(crate) joins: Vec<(usize, Vec<usize>)>,
    /// `owningbusinessunit`: that of whoever creates the row.
    pub(crate) business_unit: Option<usize>,
    pub(crate) tracked: Vec<usize>,
    pub(crate) indexed: Vec<usize>,
    pub(crate) ordered: Vec<usize>,
    pub(crate) fixed: Vec<usize>,
}

/// A column that is the difference of two others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Difference {
    pub(crate) column: usize,
    pub(crate) first: Option<usize>,
    pub(crate) second: Option<usize>,
}

impl Places {
    /// Looks through the columns of a table; `find` tells where a name stands.
    pub(super) fn of(columns: &[Column], primary_id: &str, find: impl Fn(&str) -> Option<usize>) -> Self {
        let marked = |mark: fn(&Column) -> bool| {
            columns.iter().enumerate().filter(|(_, column)| mark(column)).map(|(position, _)| position).collect()
        };
        let amounts = columns.iter().enumerate().filter_map(|(position, column)| match &column.kind {
            ColumnType::Money { base: Some(base), .. } => Some((position, find(base)?)),
            _ => None,
        });
        let differences = columns.iter().enumerate().filter_map(|(column, definition)| {
            let (first, second) = definition.difference.as_ref()?;
            Some(Difference { column, first: find(first), second: find(second) })
        });
        let joins = columns.iter().enumerate().filter(|(_, column)| !column.joined.is_empty());
        Self {
            joins: joins
                .map(|(at, column)| (at, column.joined.iter().filter_map(|name| find(name)).collect()))
                .collect(),
            business_unit: find("owningbusinessunit"),
            primary_id: find(primary_id),
            created_on: find("createdon"),
            overridden_created_on: find("overriddencreatedon"),
            modified_on: find("modifiedon"),
            modified_by: find("modifiedby"),
            created_on_behalf: find("createdonbehalfby"),
            modified_on_behalf: find("modifiedonbehalfby"),
            version: find("versionnumber"),
            creators: ["createdby", "ownerid", "owninguser"].into_iter().filter_map(&find).collect(),
            state: find("statecode"),
            status: find("statuscode"),
            currency: find("transactioncurrencyid"),
            rate: find("exchangerate"),
            amounts: amounts.collect(),
            differences: differences.collect(),
            tracked: marked(|column| column.tracked),
            indexed: marked(|column| column.indexed),
            ordered: marked(|column| column.ordered),
            fixed: marked(|column| column.fixed),
        }
    }
}
