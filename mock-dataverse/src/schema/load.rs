//! From schema files to a [`Schema`]: parse, add the platform's columns, join relationships, refuse contradictions.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use indexmap::IndexSet;
use thiserror::Error;

use super::column::{Column, ColumnType};
use super::document::Document;
use super::names::ByEnd;
use super::places::Places;
use super::standard::STANDARD;
use super::system;
use super::table::{ByName, OneToMany, Table, TableId};
use crate::text::label;

/// Why a set of schema files cannot be used. Each message names the file.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("schema file {file}: {problem}")]
pub struct SchemaError {
    /// The file's name as given.
    pub file: String,
    /// What is wrong with it.
    pub problem: String,
}

/// All tables, found by logical name or by entity set.
#[derive(Debug, PartialEq, Eq)]
pub struct Schema {
    tables: Vec<Arc<Table>>,
    by_logical_name: ByName<TableId>,
    by_entity_set: ByName<TableId>,
}

impl Schema {
    /// The tables that come with the fake, parsed once per process.
    ///
    /// # Errors
    /// Only if an embedded file is wrong, which the tests of this crate exclude.
    pub fn standard() -> Result<Arc<Self>, SchemaError> {
        static PARSED: OnceLock<Result<Arc<Schema>, SchemaError>> = OnceLock::new();
        PARSED.get_or_init(|| Self::load(STANDARD.iter().copied()).map(Arc::new)).clone()
    }

    /// The embedded schema files as `(name, text)`, so that a caller can add its own to them.
    pub fn standard_files() -> &'static [(&'static str, &'static str)] {
        STANDARD
    }

    /// Builds a schema from `(file name, TOML text)` pairs.
    ///
    /// # Errors
    /// The first thing that is wrong: TOML, a type, a lookup to a table that is not there, a name used twice.
    pub fn load<'a>(files: impl IntoIterator<Item = (&'a str, &'a str)>) -> Result<Self, SchemaError> {
        let mut tables = Vec::new();
        let mut names = Vec::new();
        for (file, text) in files {
            let fail = |problem: String| SchemaError { file: file.to_owned(), problem };
            let document: Document = toml::from_str(text).map_err(|error| fail(error.to_string()))?;
            let id = u16::try_from(tables.len()).map_err(|_| fail("too many tables".into()))?;
            tables.push(build(TableId(id), document).map_err(fail)?);
            names.push(file.to_owned());
        }
        let mut by_logical_name = ByName::default();
        let mut by_entity_set = ByName::default();
        for (table, file) in tables.iter().zip(&names) {
            let twice = by_logical_name.insert(table.logical_name.clone(), table.id).is_some()
                || by_entity_set.insert(table.entity_set.clone(), table.id).is_some();
            if twice {
                let problem = format!("table {} or its entity set is defined twice", table.logical_name);
                return Err(SchemaError { file: file.clone(), problem });
            }
        }
        join(&mut tables, &names, &by_logical_name)?;
        Ok(Self { tables: tables.into_iter().map(Arc::new).collect(), by_logical_name, by_entity_set })
    }

    /// Every table, in the order of the files.
    pub fn tables(&self) -> impl Iterator<Item = &Arc<Table>> {
        self.tables.iter()
    }

    /// How many tables there are.
    pub fn len(&self) -> usize {
        self.tables.len()
    }

    /// True without tables.
    pub fn is_empty(&self) -> bool {
        self.tables.is_empty()
    }

    /// The table of that logical name.
    pub fn table(&self, logical_name: &str) -> Option<&Arc<Table>> {
        self.by_logical_name.get(logical_name).and_then(|id| self.get(*id))
    }

    /// The table of that entity set (case matters).
    pub fn entity_set(&self, name: &str) -> Option<&Arc<Table>> {
        self.by_entity_set.get(name).and_then(|id| self.get(*id))
    }

    /// The table at that position.
    pub fn get(&self, id: TableId) -> Option<&Arc<Table>> {
        self.tables.get(id.index())
    }
}

fn build(id: TableId, document: Document) -> Result<Table, String> {
    let ownership = document.ownership.into();
    let mut columns = BTreeMap::<String, Column>::new();
    for column in system::columns(ownership, document.stateless) {
        columns.insert(column.name.clone(), column);
    }
    if document.currency {
        for column in system::currency(&document.logical_name) {
            columns.insert(column.name.clone(), column);
        }
    }
    columns.insert(document.primary_id.clone(), system::primary_id(&document.primary_id));
    for (name, text) in document.columns {
        if name != name.to_ascii_lowercase() {
            return Err(format!("column {name}: logical names are lower case"));
        }
        let column =
            text.into_column(name.clone(), document.currency).map_err(|problem| format!("column {name}: {problem}"))?;
        if let ColumnType::Money { base: Some(base), .. } = &column.kind {
            columns.insert(base.clone(), system::base_amount(base));
        }
        columns.insert(name, column);
    }
    if let Some(name) = document.primary_name.as_ref().filter(|name| !columns.contains_key(*name)) {
        return Err(format!("primary name {name} is not a column"));
    }
    if let Some(missing) = document.keys.iter().flatten().find(|name| !columns.contains_key(*name)) {
        return Err(format!("key column {missing} is not a column"));
    }
    // Keys are looked for at each write.
    for first in document.keys.iter().filter_map(|key| key.first()) {
        if let Some(column) = columns.get_mut(first) {
            column.indexed = true;
        }
    }
    let columns: Vec<Column> = columns.into_values().collect();
    let names: IndexSet<String, ByEnd> = columns.iter().map(|column| column.name.clone()).collect();
    let labels = columns.iter().map(|column| label(&column.read_name())).collect();
    let places = Places::of(&columns, &document.primary_id, |name| names.get_index_of(name));
    let by_navigation = columns
        .iter()
        .enumerate()
        .filter_map(|(position, column)| column.navigation().map(|name| (name.to_owned(), position)))
        .collect();
    Ok(Table {
        id,
        logical_name: document.logical_name,
        entity_set: document.entity_set,
        primary_id: document.primary_id,
        primary_name: document.primary_name,
        display_name: document.display_name,
        ownership,
        source: document.source,
        placeholder: document.placeholder,
        keys: document.keys,
        columns,
        names,
        labels,
        places,
        by_navigation,
        collections: Vec::new(),
    })
}

/// Gives each target of a named relationship its collection.
fn join(tables: &mut [Table], files: &[String], by_name: &ByName<TableId>) -> Result<(), SchemaError> {
    let mut found = Vec::new();
    for (table, file) in tables.iter().zip(files) {
        for (position, column) in table.columns.iter().enumerate() {
            let ColumnType::Lookup { targets, relationship, .. } = &column.kind else {
                continue;
            };
            for target in targets {
                let Some(parent) = by_name.get(target) else {
                    let problem = format!("column {}: no table {target}", column.name);
                    return Err(SchemaError { file: file.clone(), problem });
                };
                if let Some(name) = relationship {
                    found.push((*parent, OneToMany { name: name.clone(), child: table.id, column: position }));
                }
            }
        }
    }
    for (parent, collection) in found {
        if let Some(table) = tables.get_mut(parent.index()) {
            table.collections.push(collection);
        }
    }
    Ok(())
}
