//! Rows: read, list, count, create, change, delete.

use std::sync::Arc;

use axum::body::Body;
use axum::response::Response;
use http::StatusCode;
use uuid::Uuid;

use super::caller::Privilege;
use super::dispatch::Place;
use super::nested::insert;
use super::paging::{next_link, read_token};
use super::purchase_reads::PurchaseRead;
use super::request::Request;
use super::target::{Target, missing};
use super::{aggregate, answer, questions};
use crate::fault::{Code, Fault};
use crate::odata::{Binder, Key, MAX_PAGE, Renderer, fields_from_json};
use crate::query::{self, Query, Selection};
use crate::schema::Table;
use crate::store::{Data, Fields, Row, Value};

/// GET of one row.
pub(super) fn retrieve(request: &Request<'_>, place: &Place<'_>, target: &Target) -> Result<Response<Body>, Fault> {
    request.caller.require(Privilege::Read, &target.table.logical_name)?;
    let dataverse = request.dataverse;
    let id = target.id(request)?;
    let switched = PurchaseRead::of(dataverse, &target.table, id);
    if switched.hides() {
        return Err(missing(&target.table, id));
    }
    request.read(|data| {
        let row = target.row(data).map_err(|fault| switched.missing(fault))?;
        request.exchange.subject(row.id());
        let selection = switched.shown(row, selection(request, place, &target.table, data)?);
        let plain = selection.expand.is_empty() && request.prefer.annotations.is_empty();
        if plain && request.header("if-none-match").is_some_and(|tag| tag == row.etag()) {
            return Ok(answer::empty(dataverse, StatusCode::NOT_MODIFIED));
        }
        Ok(one(request, place, data, row, &selection, StatusCode::OK))
    })
}

pub(super) fn one(
    request: &Request<'_>,
    place: &Place<'_>,
    data: &Data,
    row: &Row,
    selection: &Selection,
    status: StatusCode,
) -> Response<Body> {
    let renderer = Renderer { data, base: &place.root, annotations: &request.prefer.annotations, detail: place.detail };
    let response = answer::written(request.dataverse, status, place.detail, renderer.entity(row, selection));
    let response = answer::with(response, "etag", Some(row.etag()));
    answer::with(
        response,
        "preference-applied",
        request.prefer.applied(status != StatusCode::OK || request.method != http::Method::GET, false),
    )
}

pub(super) fn selection(
    request: &Request<'_>,
    place: &Place<'_>,
    table: &Arc<Table>,
    data: &Data,
) -> Result<Arc<Selection>, Fault> {
    only_lists(place)?;
    place.query.selection(data.schema(), table, request.terms())
}

/// Questions in other languages are about lists.
fn only_lists(place: &Place<'_>) -> Result<(), Fault> {
    match &place.options.other {
        Some(other) => Err(Fault::unsupported(format!("the query option {} here", other.name()))),
        None => Ok(()),
    }
}

/// GET of a collection, or of the rows that point at a row.
pub(super) fn list(
    request: &Request<'_>,
    place: &Place<'_>,
    table: &Arc<Table>,
    within: Option<(usize, Uuid)>,
) -> Result<Response<Body>, Fault> {
    request.caller.require(Privilege::Read, &table.logical_name)?;
    if let Some(what) = request.prefer.unsupported.first() {
        return Err(Fault::unsupported(*what));
    }
    if let Some(other) = &place.options.other {
        return questions::answer(request, place, table, within, other);
    }
    if let Some(apply) = &place.options.apply {
        if within.is_some() {
            return Err(Fault::unsupported("$apply over the rows that point at a row"));
        }
        return aggregate::groups(request, place, table, apply);
    }
    let after = place.options.skip_token.as_deref().map(read_token).transpose()?;
    request.read(|data| {
        let binder = Binder::new(data.schema(), table, request.terms(), place.options);
        let query = Query {
            table: table.id,
            within,
            filter: place.options.filter.as_ref().map(|filter| binder.filter(filter)).transpose()?,
            order: binder.order(&place.options.order)?,
            // With a page size the service gives pages and leaves `$top` aside.
            top: place.options.top.filter(|_| request.prefer.page_size.is_none()),
            page: request.prefer.page_size.unwrap_or(MAX_PAGE),
            count: place.options.count,
            after: after.as_ref().map(|(position, _)| *position),
        };
        let selection = selection(request, place, table, data)?;
        let page = query::run(data, &query);
        let number = after.as_ref().map_or(1, |(_, number)| *number);
        let next = page.next.map(|position| next_link(request, place, position, number.saturating_add(1)));
        let renderer =
            Renderer { data, base: &place.root, annotations: &request.prefer.annotations, detail: place.detail };
        let body = renderer.collection(table, &selection, &page.rows, page.total, next.as_deref());
        let response = answer::written(request.dataverse, StatusCode::OK, place.detail, body);
        Ok(answer::with(response, "preference-applied", request.prefer.applied(false, true)))
    })
}

/// `/$count`: a plain number behind a byte-order mark.
pub(super) fn count(
    request: &Request<'_>,
    place: &Place<'_>,
    table: &Arc<Table>,
    within: Option<(usize, Uuid)>,
) -> Result<Response<Body>, Fault> {
    request.caller.require(Privilege::Read, &table.logical_name)?;
    only_lists(place)?;
    request.read(|data| {
        let binder = Binder::new(data.schema(), table, request.terms(), place.options);
        let filter = place.options.filter.as_ref().map(|filter| binder.filter(filter)).transpose()?;
        let query = Query {
            table: table.id,
            within,
            filter,
            order: Vec::new(),
            top: Some(0),
            page: MAX_PAGE,
            count: true,
            after: None,
        };
        let total = query::run(data, &query).total.unwrap_or_default().min(MAX_PAGE);
        Ok(answer::text(request.dataverse, format!("\u{feff}{total}")))
    })
}

/// POST to a collection.
pub(super) fn create(request: &Request<'_>, place: &Place<'_>, table: &Arc<Table>) -> Result<Response<Body>, Fault> {
    request.caller.require(Privilege::Create, &table.logical_name)?;
    let body = request.json(false)?;
    let row = request.write(|tx| {
        selection(request, place, table, tx)?;
        insert(request, tx, table, &body, Fields::new())
    })?;
    written(request, place, table, &row, StatusCode::CREATED)
}

/// An id that no row has yet, drawn for the request's subject.
pub(super) fn free_id(request: &Request<'_>, data: &Data, table: &Table) -> Uuid {
    let ids = request.dataverse.world().ids();
    let scope = request.exchange.scope();
    loop {
        let id = ids.uuid(table.logical_name.as_str(), &scope);
        if data.get_by(table.id, id).is_none() {
            return id;
        }
    }
}

/// The answer to a write: the row if it was asked for, else 204 with its address.
fn written(
    request: &Request<'_>,
    place: &Place<'_>,
    table: &Arc<Table>,
    row: &Row,
    status: StatusCode,
) -> Result<Response<Body>, Fault> {
    request.exchange.subject(row.id());
    if request.prefer.representation {
        return request.read(|data| {
            let mut selection = selection(request, place, table, data)?;
            // A change shows no related rows, whatever was asked for (facts/dataverse.md 8.2).
            if request.method == http::Method::PATCH && !selection.expand.is_empty() {
                Arc::make_mut(&mut selection).expand.clear();
            }
            Ok(one(request, place, data, row, &selection, status))
        });
    }
    let address = format!("{}/{}({})", place.root, table.entity_set, row.id());
    let response = answer::empty(request.dataverse, StatusCode::NO_CONTENT);
    Ok(answer::with(answer::with(response, "odata-entityid", Some(address.clone())), "location", Some(address)))
}

/// PATCH: changes a row, or creates it when it is not there.
pub(super) fn update(request: &Request<'_>, place: &Place<'_>, target: &Target) -> Result<Response<Body>, Fault> {
    let table = &target.table;
    request.caller.require(Privilege::Write, &table.logical_name)?;
    let body = request.json(false)?;
    let (row, created) = request.write(|tx| {
        selection(request, place, table, tx)?;
        let mut fields = fields_from_json(tx, table, &body)?;
        fields.take(&table.primary_id);
        let id = match target.id_in(tx) {
            Ok(id) => id,
            Err(fault) if request.header("if-match").is_some() => return Err(fault),
            Err(_) => free_id(request, tx, table),
        };
        let current = tx.get_by(table.id, id).cloned();
        check_conditions(request, table, id, current.as_deref())?;
        if current.is_some() {
            return Ok((tx.update(&table.logical_name, id, fields)?, false));
        }
        request.caller.require(Privilege::Create, &table.logical_name)?;
        if let Key::Columns(columns) = &target.key {
            for (position, value) in columns {
                if let Some(column) = table.columns().get(*position) {
                    fields.put(column.name.clone(), value.clone());
                }
            }
        }
        Ok((tx.create(&table.logical_name, id, fields)?, true))
    })?;
    written(request, place, table, &row, if created { StatusCode::CREATED } else { StatusCode::OK })
}

/// DELETE of a row.
pub(super) fn delete(request: &Request<'_>, target: &Target) -> Result<Response<Body>, Fault> {
    let table = &target.table;
    request.caller.require(Privilege::Delete, &table.logical_name)?;
    request.write(|tx| {
        let row = Arc::clone(target.row(tx)?);
        check_conditions(request, table, row.id(), Some(&row))?;
        tx.delete(&table.logical_name, row.id()).map(drop).map_err(Fault::from)
    })?;
    Ok(answer::empty(request.dataverse, StatusCode::NO_CONTENT))
}

/// `If-Match` and `If-None-Match` of a write (facts/dataverse.md 8.4).
pub(super) fn check_conditions(request: &Request<'_>, table: &Table, id: Uuid, row: Option<&Row>) -> Result<(), Fault> {
    if let Some(tag) = request.header("if-match") {
        let row = row.ok_or_else(|| missing(table, id))?;
        if tag != "*" && tag != row.etag() {
            return Err(Fault::new(
                StatusCode::PRECONDITION_FAILED,
                Code::VERSION_MISMATCH,
                "The version of the existing record doesn't match the RowVersion property provided.",
            ));
        }
    }
    if request.header("if-none-match") == Some("*") && row.is_some() {
        return Err(Fault::new(
            StatusCode::PRECONDITION_FAILED,
            Code::DUPLICATE,
            "A record with matching key values already exists.",
        ));
    }
    Ok(())
}

/// Writes one column of a row.
pub(super) fn put_column(
    request: &Request<'_>,
    target: &Target,
    column: &str,
    value: Value,
) -> Result<Response<Body>, Fault> {
    let table = &target.table;
    request.caller.require(Privilege::Write, &table.logical_name)?;
    let row = request.write(|tx| {
        let row = Arc::clone(target.row(tx)?);
        check_conditions(request, table, row.id(), Some(&row))?;
        tx.update(&table.logical_name, row.id(), Fields::new().set(column.to_owned(), value)).map_err(Fault::from)
    })?;
    request.exchange.subject(row.id());
    Ok(answer::empty(request.dataverse, StatusCode::NO_CONTENT))
}
