//! Links between rows: `set(id)/nav/$ref`, single- and collection-valued.

use std::sync::Arc;

use axum::body::Body;
use axum::response::Response;
use http::{Method, StatusCode};
use uuid::Uuid;

use super::answer;
use super::caller::Privilege;
use super::dispatch::{Place, unknown_segment};
use super::nested::end;
use super::records::check_conditions;
use super::request::Request;
use super::target::{Target, missing};
use crate::fault::{Code, Fault};
use crate::json::{Json, object};
use crate::odata::{Key, Segment, find_by_key, reference};
use crate::schema::{Column, OneToMany, Table};
use crate::store::{Data, Fields, Row, Tx, Value};

/// What a navigation property links to.
enum Way<'a> {
    One(&'a Column),
    Many(&'a OneToMany),
}

/// A request for links of a row.
pub(super) fn on_links(
    request: &Request<'_>,
    place: &Place<'_>,
    target: &Target,
    segment: &Segment,
) -> Result<Response<Body>, Fault> {
    let table = &target.table;
    let way = match (table.navigation(&segment.name), table.collection(&segment.name)) {
        (Some(column), _) => Way::One(column),
        (None, Some(collection)) => Way::Many(collection),
        (None, None) => return Err(unknown_segment(request, segment)),
    };
    match (&request.method, way, &segment.parentheses) {
        (&Method::GET, way, None) => read(request, place, target, &way),
        (&Method::PUT, Way::One(column), None) => {
            let link = link(request)?;
            change(request, target, |tx, row| {
                let (to, id) = there(tx, &link)?;
                set(tx, row, column, Value::Lookup { table: to, id })
            })
        }
        (&Method::DELETE, Way::One(column), None) => {
            change(request, target, |tx, row| set(tx, row, column, Value::Null))
        }
        (&Method::POST, Way::Many(collection), None) => {
            let link = link(request)?;
            change(request, target, |tx, row| {
                let (to, id) = there(tx, &link)?;
                if to != collection.child {
                    return Err(not_of(tx, to, &collection.name));
                }
                join(request, tx, collection, id, Value::Lookup { table: row.table().id, id: row.id() })
            })
        }
        (&Method::DELETE, Way::Many(collection), key) => {
            let id = &place.options.id;
            change(request, target, |tx, row| {
                let child = which(tx, collection, key.as_deref(), id.as_deref())?;
                let (table, column) = end(tx, collection)?;
                let linked = tx.get_by(table.id, child).is_some_and(|child| child.lookup(&column) == Some(row.id()));
                if !linked {
                    return Err(missing(&table, child));
                }
                join(request, tx, collection, child, Value::Null)
            })
        }
        _ => Err(request.wrong_verb()),
    }
}

/// The link in a body: `{"@odata.id": "…"}`.
fn link(request: &Request<'_>) -> Result<String, Fault> {
    let body = request.json(false)?;
    let link = match &body {
        Json::Object(members) => members.iter().find(|(name, _)| name == "@odata.id").map(|(_, value)| value),
        _ => None,
    };
    match link {
        Some(Json::Text(link)) => Ok(link.clone()),
        _ => Err(Fault::bad(Code::BAD_PAYLOAD, "The body must be an object with the member '@odata.id'.")),
    }
}

/// Changes links of the row that is there, under the conditions of the request.
fn change(
    request: &Request<'_>,
    target: &Target,
    change: impl FnOnce(&mut Tx<'_>, &Row) -> Result<(), Fault>,
) -> Result<Response<Body>, Fault> {
    let table = &target.table;
    request.caller.require(Privilege::Write, &table.logical_name)?;
    let row = request.write(|tx| {
        let row = Arc::clone(target.row(tx)?);
        check_conditions(request, table, row.id(), Some(&row))?;
        change(tx, &row)?;
        Ok(row)
    })?;
    request.exchange.subject(row.id());
    Ok(answer::empty(request.dataverse, StatusCode::NO_CONTENT))
}

/// The row that a link leads to.
fn there(data: &Data, link: &str) -> Result<(crate::schema::TableId, Uuid), Fault> {
    let (table, id) = reference(data, link)?;
    data.get_by(table.id, id).map(|_| (table.id, id)).ok_or_else(|| missing(table, id))
}

fn not_of(data: &Data, table: crate::schema::TableId, name: &str) -> Fault {
    let table = data.schema().get(table).map_or("", |table| table.logical_name.as_str());
    Fault::bad(Code::BAD_PAYLOAD, format!("A row of '{table}' cannot be linked by '{name}'."))
}

fn set(tx: &mut Tx<'_>, row: &Row, column: &Column, value: Value) -> Result<(), Fault> {
    if column.read_only {
        return Err(Fault::bad(Code::INVALID_ARGUMENT, format!("The property '{}' cannot be written.", column.name)));
    }
    if let Value::Lookup { table, .. } = value
        && let Some(target) = tx.schema().get(table)
        && column.single_target() != Some(target.logical_name.as_str())
    {
        return Err(not_of(tx, table, column.navigation().unwrap_or_default()));
    }
    tx.update(&row.table().logical_name, row.id(), Fields::new().set(column.name.clone(), value))?;
    Ok(())
}

/// Points a row of the collection's table somewhere else, or nowhere.
fn join(
    request: &Request<'_>,
    tx: &mut Tx<'_>,
    collection: &OneToMany,
    child: Uuid,
    value: Value,
) -> Result<(), Fault> {
    let (table, column) = end(tx, collection)?;
    request.caller.require(Privilege::Write, &table.logical_name)?;
    tx.update(&table.logical_name, child, Fields::new().set(column, value))?;
    Ok(())
}

/// Which row a link to be taken away leads to: by key behind the collection, or by `$id`.
fn which(data: &Data, collection: &OneToMany, key: Option<&str>, id: Option<&str>) -> Result<Uuid, Fault> {
    let (table, _) = end(data, collection)?;
    match (key, id) {
        (Some(key), _) => match Key::parse(&table, key)? {
            Key::Id(id) => Ok(id),
            Key::Columns(columns) => find_by_key(data, &table, &columns),
        },
        (None, Some(link)) => {
            let (to, id) = there(data, link)?;
            if to == table.id { Ok(id) } else { Err(not_of(data, to, &collection.name)) }
        }
        (None, None) => Err(Fault::bad(
            Code::BAD_QUERY,
            format!("Which link of '{}' is to be taken away must be said: by its key or by $id.", collection.name),
        )),
    }
}

/// The addresses behind a navigation property.
fn read(request: &Request<'_>, place: &Place<'_>, target: &Target, way: &Way<'_>) -> Result<Response<Body>, Fault> {
    request.caller.require(Privilege::Read, &target.table.logical_name)?;
    let address = |table: &Table, id: Uuid| Json::from(format!("{}/{}({id})", place.root, table.entity_set));
    request.read(|data| {
        let row = target.row(data)?;
        let body = match way {
            Way::One(column) => {
                let Value::Lookup { table, id } = row.get(&column.name) else {
                    return Ok(answer::empty(request.dataverse, StatusCode::NO_CONTENT));
                };
                let Some(table) = data.schema().get(*table) else { return Err(request.no_resource()) };
                let context = format!("{}/$metadata#$ref", place.root);
                object([("@odata.context", context.into()), ("@odata.id", address(table, *id))])
            }
            Way::Many(collection) => {
                let (child, _) = end(data, collection)?;
                let here = Value::Lookup { table: row.table().id, id: row.id() };
                let links = data
                    .find_at(child.id, collection.column, here)
                    .map(|row| object([("@odata.id", address(&child, row.id()))]))
                    .collect();
                let context = format!("{}/$metadata#Collection($ref)", place.root);
                object([("@odata.context", context.into()), ("value", Json::Array(links))])
            }
        };
        Ok(answer::document(request.dataverse, place, body, true))
    })
}
