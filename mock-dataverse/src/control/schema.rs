//! What tables there are, and which names are stand-ins.

use axum::extract::State;
use axum::response::Response;
use mock_core::control::answer;

use super::dto::{ColumnView, TableView};
use crate::dataverse::Dataverse;
use crate::odata::edm;

/// Every table with its columns and how many rows it has.
pub(super) async fn tables(State(dataverse): State<Dataverse>) -> Response {
    let views = dataverse.store().read(|data| {
        data.schema()
            .tables()
            .map(|table| TableView {
                logical_name: table.logical_name.clone(),
                entity_set: table.entity_set.clone(),
                rows: data.count(&table.logical_name),
                source: table.source.clone(),
                placeholder: table.placeholder.clone(),
                columns: table
                    .columns()
                    .iter()
                    .map(|column| ColumnView {
                        name: column.name.clone(),
                        kind: edm(column).to_owned(),
                        placeholder: column.placeholder.clone(),
                    })
                    .collect(),
            })
            .collect::<Vec<_>>()
    });
    answer(&views)
}
