//! The views that an organization has from the start, as rows of `savedquery`.

use serde::Deserialize;
use uuid::Uuid;

use crate::config::ConfigError;
use crate::store::{Fields, StoreError, Tx};

const TEXT: &str = include_str!("../../fixtures/dataverse/views.toml");

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    view: Vec<View>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct View {
    id: Uuid,
    name: String,
    table: String,
    fetchxml: String,
}

/// The fields of each view by its id.
pub(crate) fn standard() -> Result<Vec<(Uuid, Fields)>, ConfigError> {
    let document: Document = toml::from_str(TEXT).map_err(|error| ConfigError::Views(error.to_string()))?;
    let mut tables: Vec<String> = Vec::new();
    let mut views = Vec::new();
    for view in document.view {
        let first = !tables.contains(&view.table);
        let fields = Fields::new()
            .set("name", view.name)
            .set("returnedtypecode", view.table.as_str())
            .set("fetchxml", view.fetchxml.trim())
            .set("querytype", 0)
            .set("isdefault", first);
        tables.push(view.table);
        views.push((view.id, fields));
    }
    Ok(views)
}

/// Writes them.
pub(crate) fn write(tx: &mut Tx<'_>, organization: Uuid, views: Vec<(Uuid, Fields)>) -> Result<(), StoreError> {
    for (id, fields) in views {
        tx.create("savedquery", id, fields.set("organizationid", organization))?;
    }
    Ok(())
}
