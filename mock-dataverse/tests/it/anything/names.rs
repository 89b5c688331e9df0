//! What a request can name: the tables, their columns and ways to each other, the operations, the rows that there are.

use mock_dataverse::schema::{Column, ColumnType, Schema};

use crate::support::{Org, guid};

/// What may stand in a column.
pub(super) enum Kind {
    Text,
    Number,
    Bool,
    Moment,
    Date,
    Id,
    Choice(Vec<i32>),
    Lookup { navigation: String, target: String },
}

/// One table.
pub(super) struct Named {
    pub(super) set: String,
    pub(super) logical: String,
    pub(super) primary: String,
    /// As a query names them.
    pub(super) columns: Vec<(String, Kind)>,
    /// Lists of rows that point here.
    pub(super) collections: Vec<String>,
    /// Ids of its rows.
    pub(super) rows: Vec<String>,
    /// Alternate keys.
    pub(super) keys: Vec<Vec<String>>,
}

/// Everything.
pub(super) struct Names {
    pub(super) tables: Vec<Named>,
    pub(super) operations: Vec<String>,
    /// Ids of rows, and one of none.
    pub(super) ids: Vec<String>,
}

fn kind(schema: &Schema, column: &Column) -> Kind {
    match &column.kind {
        ColumnType::Text { .. } | ColumnType::MultiChoice { .. } => Kind::Text,
        ColumnType::Int { .. } | ColumnType::BigInt | ColumnType::Decimal { .. } | ColumnType::Money { .. } => {
            Kind::Number
        }
        ColumnType::Bool { .. } => Kind::Bool,
        ColumnType::DateTime => Kind::Moment,
        ColumnType::DateOnly => Kind::Date,
        ColumnType::Guid => Kind::Id,
        ColumnType::Choice { options, .. } | ColumnType::State { options } | ColumnType::Status { options } => {
            Kind::Choice(options.iter().map(|option| option.value).collect())
        }
        ColumnType::Lookup { targets, navigation, .. } => {
            let target = targets.first().and_then(|name| schema.table(name)).map_or("", |table| &table.entity_set);
            Kind::Lookup { navigation: navigation.clone(), target: target.to_owned() }
        }
    }
}

impl Names {
    pub(super) fn of(org: &Org) -> Self {
        let schema = org.dataverse.store().schema();
        let tables = schema.tables().map(|table| Named {
            set: table.entity_set.clone(),
            logical: table.logical_name.clone(),
            primary: table.primary_id.clone(),
            columns: table.columns().iter().map(|column| (column.read_name(), kind(schema, column))).collect(),
            collections: table.collections().iter().map(|collection| collection.name.clone()).collect(),
            rows: org
                .dataverse
                .store()
                .read(|data| data.rows(&table.logical_name).map(|row| row.id().to_string()).collect()),
            keys: table.keys.clone(),
        });
        let tables: Vec<_> = tables.collect();
        let mut ids: Vec<String> = tables.iter().flat_map(|table| table.rows.clone()).collect();
        ids.push(guid(0xdead).to_string());
        let mut operations: Vec<_> =
            org.dataverse.operations().iter().map(|operation| operation.name.clone()).collect();
        operations.extend(["CreateMultiple", "UpdateMultiple", "UpsertMultiple", "Merge"].map(str::to_owned));
        Self { tables, operations, ids }
    }
}
