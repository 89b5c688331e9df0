//! Rows as they are, past every rule of the app: for set-up and for looking.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Response};
use bytes::Bytes;
use http::StatusCode;
use mock_core::control::{Problem, answer, body_of};
use serde_json::Value as Json;
use uuid::Uuid;

use super::dto::{ChangeView, NewRow, RowChange, RowView};
use crate::dataverse::Dataverse;
use crate::odata::value_json;
use crate::schema::{Column, ColumnType, Table};
use crate::store::{Data, Fields, Row, StoreError, Value};

/// At most this many rows in one list.
const MOST: usize = 1000;

pub(super) async fn list(State(dataverse): State<Dataverse>, Path(table): Path<String>) -> Result<Response, Problem> {
    let table = find_table(&dataverse, &table)?;
    let views = dataverse
        .store()
        .read(|data| data.rows(&table.logical_name).take(MOST).map(|row| view(data, row)).collect::<Vec<_>>());
    Ok(answer(&views))
}

pub(super) async fn show(
    State(dataverse): State<Dataverse>,
    Path((table, id)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let (table, id) = find(&dataverse, &table, &id)?;
    let shown = dataverse.store().read(|data| data.get(&table.logical_name, id).map(|row| view(data, row)));
    shown.map(|view| answer(&view)).ok_or_else(|| no_row(&table, id))
}

pub(super) async fn create(
    State(dataverse): State<Dataverse>,
    Path(table): Path<String>,
    body: Bytes,
) -> Result<Response, Problem> {
    let table = find_table(&dataverse, &table)?;
    let new: NewRow = body_of(&body)?;
    let fields = fields(&table, new.values)?;
    let id = new.id.unwrap_or_else(|| dataverse.world().ids().uuid(table.logical_name.as_str(), "control"));
    let author = dataverse.store().system_user();
    let view = dataverse
        .write_rows(author, None, |tx| tx.create(&table.logical_name, id, fields).map(|row| view(tx, &row)))
        .map_err(|error| problem(&error))?;
    Ok(answer(&view))
}

pub(super) async fn change(
    State(dataverse): State<Dataverse>,
    Path((table, id)): Path<(String, String)>,
    body: Bytes,
) -> Result<Response, Problem> {
    let (table, id) = find(&dataverse, &table, &id)?;
    let change: RowChange = body_of(&body)?;
    let fields = fields(&table, change.values)?;
    let author = dataverse.store().system_user();
    let view = dataverse
        .write_rows(author, None, |tx| tx.update(&table.logical_name, id, fields).map(|row| view(tx, &row)))
        .map_err(|error| problem(&error))?;
    Ok(answer(&view))
}

pub(super) async fn delete(
    State(dataverse): State<Dataverse>,
    Path((table, id)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let (table, id) = find(&dataverse, &table, &id)?;
    let author = dataverse.store().system_user();
    dataverse
        .write_rows(author, None, |tx| tx.delete(&table.logical_name, id).map(drop))
        .map_err(|error| problem(&error))?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

fn find_table(dataverse: &Dataverse, name: &str) -> Result<Arc<Table>, Problem> {
    dataverse.store().schema().table(name).cloned().ok_or_else(|| {
        Problem::missing(format!("there is no table {name:?}"), "GET /v1/dataverse/tables lists the logical names")
    })
}

fn find(dataverse: &Dataverse, table: &str, id: &str) -> Result<(Arc<Table>, Uuid), Problem> {
    let table = find_table(dataverse, table)?;
    let id = Uuid::try_parse(id).map_err(|_| Problem::bad(format!("{id:?} is not a row id"), "send a GUID"))?;
    Ok((table, id))
}

fn no_row(table: &Table, id: Uuid) -> Problem {
    Problem::missing(format!("there is no row {id} in {}", table.logical_name), "rows are found by their primary id")
}

fn problem(error: &StoreError) -> Problem {
    let message = error.to_string();
    match error {
        StoreError::UnknownTable(_) | StoreError::Missing { .. } => {
            Problem::missing(message, "rows are found by their primary id")
        }
        StoreError::Duplicate { .. } => {
            Problem::new(StatusCode::CONFLICT, message, "leave the id out to have a new one drawn")
        }
        StoreError::DuplicateKey { .. } => {
            Problem::new(StatusCode::CONFLICT, message, "give the columns of the key other values")
        }
        StoreError::Referenced { .. } => {
            Problem::new(StatusCode::CONFLICT, message, "delete the rows that point at it first")
        }
        StoreError::UnknownColumn { .. } => Problem::bad(message, "GET /v1/dataverse/tables lists the columns"),
        StoreError::WrongType { .. }
        | StoreError::OutOfRange { .. }
        | StoreError::TooLong { .. }
        | StoreError::UnknownOption { .. }
        | StoreError::StateMismatch { .. } => Problem::bad(message, "send a value that fits the column"),
    }
}

fn view(data: &Data, row: &Row) -> RowView {
    let table = row.table();
    let values =
        table.columns().iter().enumerate().map(|(position, column)| (column.name.clone(), plain(row.at(position))));
    let history = data
        .history(&table.logical_name, row.id())
        .iter()
        .map(|change| ChangeView {
            at: change.at,
            version: change.version,
            column: change.column.clone(),
            from: plain(&change.from),
            to: plain(&change.to),
            by: change.by,
        })
        .collect();
    RowView {
        table: table.logical_name.clone(),
        id: row.id(),
        version: row.version(),
        values: values.collect(),
        history,
    }
}

/// A value for the control API: exact numbers as text.
fn plain(value: &Value) -> Json {
    match value {
        Value::Null => Json::Null,
        Value::Bool(value) => Json::Bool(*value),
        Value::Int(number) | Value::Choice(number) => Json::from(*number),
        Value::BigInt(number) => Json::from(*number),
        other => match value_json(other) {
            crate::json::Json::Text(text) | crate::json::Json::Number(text) => Json::String(text),
            _ => Json::Null,
        },
    }
}

fn fields(table: &Table, values: BTreeMap<String, Json>) -> Result<Fields, Problem> {
    let mut fields = Fields::new();
    for (name, json) in values {
        let column = table.column(&name).ok_or_else(|| {
            Problem::bad(
                format!("table {} has no column {name:?}", table.logical_name),
                "GET /v1/dataverse/tables lists the columns",
            )
        })?;
        let value = parse(column, &json).ok_or_else(|| {
            Problem::bad(
                format!("column {name} does not take {json}"),
                format!("it is of type {}", crate::odata::edm(column)),
            )
        })?;
        fields.put(name, value);
    }
    Ok(fields)
}

fn parse(column: &Column, json: &Json) -> Option<Value> {
    let text = json.as_str();
    Some(match (&column.kind, json) {
        (_, Json::Null) => Value::Null,
        (ColumnType::Text { .. }, Json::String(text)) => Value::from(text.as_str()),
        (ColumnType::Bool { .. }, Json::Bool(value)) => Value::Bool(*value),
        (ColumnType::Decimal { .. } | ColumnType::Money { .. }, Json::String(text)) => {
            Value::Decimal(text.parse().ok()?)
        }
        (ColumnType::Decimal { .. } | ColumnType::Money { .. }, Json::Number(number)) => {
            Value::Decimal(number.to_string().parse().ok()?)
        }
        (
            ColumnType::Int { .. }
            | ColumnType::BigInt
            | ColumnType::Choice { .. }
            | ColumnType::State { .. }
            | ColumnType::Status { .. },
            Json::Number(number),
        ) => Value::BigInt(number.as_i64()?),
        (ColumnType::DateTime, _) => Value::DateTime(text?.parse().ok()?),
        (ColumnType::DateOnly, _) => Value::Date(text?.parse().ok()?),
        (ColumnType::Guid | ColumnType::Lookup { .. }, _) => Value::Guid(Uuid::try_parse(text?).ok()?),
        _ => return None,
    })
}
