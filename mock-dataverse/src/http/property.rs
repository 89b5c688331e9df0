//! One property of a row, and what its navigation properties lead to.

use axum::body::Body;
use axum::response::Response;
use http::{Method, StatusCode};

use super::answer;
use super::caller::Privilege;
use super::dispatch::Place;
use super::records;
use super::request::Request;
use super::target::Target;
use crate::fault::{Code, Fault};
use crate::json::Json;
use crate::odata::{Binder, column_value, type_of, value_json};
use crate::schema::Column;
use crate::store::Value;

/// `set(id)/name`: a column, a row behind a lookup, or a list.
pub(super) fn on_property(
    request: &Request<'_>,
    place: &Place<'_>,
    target: &Target,
    name: &str,
) -> Result<Response<Body>, Fault> {
    let table = &target.table;
    if let Some((_, column)) = table.readable(name) {
        return match request.method {
            Method::GET => read(request, place, target, column),
            Method::PUT => write(request, target, column),
            Method::DELETE => {
                writable(column)?;
                records::put_column(request, target, &column.name, Value::Null)
            }
            _ => Err(request.wrong_verb()),
        };
    }
    if request.method != Method::GET {
        return Err(request.wrong_verb());
    }
    if let Some(lookup) = table.navigation(name) {
        return follow(request, place, target, lookup);
    }
    if let Some(collection) = table.collection(name) {
        let id = request.read(|data| target.row(data).map(|row| row.id()))?;
        let schema = request.schema();
        let child = schema.get(collection.child).ok_or_else(|| request.no_resource())?;
        return records::list(request, place, child, Some((collection.column, id)));
    }
    Err(no_segment(request, name))
}

fn no_segment(request: &Request<'_>, name: &str) -> Fault {
    let code = match request.codes() {
        crate::config::ErrorCodes::Newer => Code::BAD_QUERY,
        crate::config::ErrorCodes::Older => Code::UNKNOWN_SEGMENT,
    };
    Fault::new(StatusCode::NOT_FOUND, code, format!("Resource not found for the segment '{name}'."))
}

fn read(request: &Request<'_>, place: &Place<'_>, target: &Target, column: &Column) -> Result<Response<Body>, Fault> {
    request.caller.require(Privilege::Read, &target.table.logical_name)?;
    request.read(|data| {
        let row = target.row(data)?;
        let value = row.get(&column.name);
        if value.is_null() {
            return Ok(answer::empty(request.dataverse, StatusCode::NO_CONTENT));
        }
        let context =
            format!("{}/$metadata#{}({})/{}", place.root, target.table.entity_set, row.id(), column.read_name());
        let mut body = vec![("@odata.context".to_owned(), Json::from(context))];
        if let Some(kind) = type_of(value).filter(|_| place.detail.is_full()) {
            body.push(("@odata.type".to_owned(), kind.into()));
        }
        body.push(("value".to_owned(), value_json(value)));
        Ok(answer::document(request.dataverse, place, Json::Object(body), true))
    })
}

fn writable(column: &Column) -> Result<(), Fault> {
    if column.is_lookup() {
        return Err(Fault::unsupported("writing a lookup as a property"));
    }
    if column.read_only {
        return Err(Fault::bad(Code::INVALID_ARGUMENT, format!("The property '{}' cannot be written.", column.name)));
    }
    Ok(())
}

fn write(request: &Request<'_>, target: &Target, column: &Column) -> Result<Response<Body>, Fault> {
    writable(column)?;
    let body = request.json(false)?;
    let value = match &body {
        Json::Object(members) => members.iter().find(|(name, _)| name == "value").map(|(_, value)| value),
        _ => None,
    };
    let value =
        value.ok_or_else(|| Fault::bad(Code::BAD_PAYLOAD, "The body must be an object with the member 'value'."))?;
    let value = column_value(&target.table, column, value)?;
    records::put_column(request, target, &column.name, value)
}

/// `set(id)/nav`: the row behind a lookup; 204 when there is none.
fn follow(request: &Request<'_>, place: &Place<'_>, target: &Target, lookup: &Column) -> Result<Response<Body>, Fault> {
    request.caller.require(Privilege::Read, &target.table.logical_name)?;
    request.read(|data| {
        let row = target.row(data)?;
        let Value::Lookup { table, id } = row.get(&lookup.name) else {
            return Ok(answer::empty(request.dataverse, StatusCode::NO_CONTENT));
        };
        let (Some(row), Some(table)) = (data.get_by(*table, *id), data.schema().get(*table)) else {
            return Ok(answer::empty(request.dataverse, StatusCode::NO_CONTENT));
        };
        request.caller.require(Privilege::Read, &table.logical_name)?;
        let selection = records::selection(request, place, table, data)?;
        Ok(records::one(request, place, data, row, &selection, StatusCode::OK))
    })
}

/// `set(id)/col/$value`: the bare value.
pub(super) fn raw_value(request: &Request<'_>, target: &Target, name: &str) -> Result<Response<Body>, Fault> {
    if request.method != Method::GET {
        return Err(request.wrong_verb());
    }
    request.caller.require(Privilege::Read, &target.table.logical_name)?;
    let (position, _) = target.table.readable(name).ok_or_else(|| no_segment(request, name))?;
    request.read(|data| {
        let row = target.row(data)?;
        Ok(match value_json(row.at(position)) {
            Json::Null => answer::empty(request.dataverse, StatusCode::NO_CONTENT),
            Json::Text(text) => answer::text(request.dataverse, text),
            other => answer::text(request.dataverse, other.to_text()),
        })
    })
}

/// `set(id)/nav/$count`.
pub(super) fn count(
    request: &Request<'_>,
    place: &Place<'_>,
    target: &Target,
    name: &str,
) -> Result<Response<Body>, Fault> {
    if request.method != Method::GET {
        return Err(request.wrong_verb());
    }
    let schema = request.schema();
    let collection = target.table.collection(name).ok_or_else(|| {
        Binder::new(schema, &target.table, request.terms(), place.options).no_property(&target.table, name)
    })?;
    let id = request.read(|data| target.row(data).map(|row| row.id()))?;
    let child = schema.get(collection.child).ok_or_else(|| request.no_resource())?;
    records::count(request, place, child, Some((collection.column, id)))
}
