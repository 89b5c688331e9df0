//! `CreateMultiple`, `UpdateMultiple` and `UpsertMultiple`: one request for many rows of a table, all or none.

use std::sync::Arc;

use axum::body::Body;
use axum::response::Response;
use http::{Method, StatusCode};
use uuid::Uuid;

use super::answer;
use super::caller::Privilege;
use super::dispatch::Place;
use super::nested::insert;
use super::request::Request;
use crate::fault::{Code, Fault};
use crate::json::Json;
use crate::odata::{fields_from_json, linked};
use crate::operations::OperationError;
use crate::schema::Table;
use crate::store::{Fields, Tx, Value};

/// What is done with each row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Multiple {
    Create,
    Update,
    Upsert,
}

impl Multiple {
    /// The message of that name.
    pub(super) fn named(name: &str) -> Option<Self> {
        Some(match name {
            "CreateMultiple" => Self::Create,
            "UpdateMultiple" => Self::Update,
            "UpsertMultiple" => Self::Upsert,
            _ => return None,
        })
    }

    fn name(self) -> &'static str {
        match self {
            Self::Create => "CreateMultiple",
            Self::Update => "UpdateMultiple",
            Self::Upsert => "UpsertMultiple",
        }
    }
}

/// Carries out the message.
pub(super) fn multiple(
    request: &Request<'_>,
    place: &Place<'_>,
    table: &Arc<Table>,
    multiple: Multiple,
) -> Result<Response<Body>, Fault> {
    if request.method != Method::POST {
        return Err(request.no_resource());
    }
    let body = request.json(false)?;
    let targets = targets(&body, multiple)?;
    for target in targets {
        check_type(target, table)?;
    }
    let ids = request.write(|tx| {
        let one = |target| match multiple {
            Multiple::Create => create(request, tx, table, target),
            Multiple::Update => update(request, tx, table, target),
            Multiple::Upsert => upsert(request, tx, table, target),
        };
        targets.iter().map(one).collect::<Result<Vec<Uuid>, Fault>>()
    })?;
    for id in &ids {
        request.exchange.subject(*id);
    }
    if multiple != Multiple::Create {
        return Ok(answer::empty(request.dataverse, StatusCode::NO_CONTENT));
    }
    let context = format!("{}/$metadata#Microsoft.Dynamics.CRM.CreateMultipleResponse", place.root);
    let ids = ids.iter().map(|id| id.to_string().into()).collect();
    let mut body = vec![("@odata.context".to_owned(), context.into())];
    if place.detail.is_full() {
        body.push(("@odata.type".to_owned(), "#Microsoft.Dynamics.CRM.CreateMultipleResponse".into()));
        body.push(("Ids@odata.type".to_owned(), "#Collection(Guid)".into()));
    }
    body.push(("Ids".to_owned(), Json::Array(ids)));
    Ok(answer::document(request.dataverse, place, Json::Object(body), true))
}

fn targets(body: &Json, multiple: Multiple) -> Result<&[Json], Fault> {
    let Json::Object(members) = body else {
        let text = format!("An object was expected as the body of '{}', found {}.", multiple.name(), body.kind());
        return Err(Fault::bad(Code::BAD_PAYLOAD, text));
    };
    if let Some((name, _)) = members.iter().find(|(name, _)| name != "Targets" && !name.starts_with('@')) {
        let operation = multiple.name().to_owned();
        return Err(OperationError::UnknownParameter { operation, parameter: name.clone() }.into());
    }
    match members.iter().find(|(name, _)| name == "Targets") {
        Some((_, Json::Array(targets))) => Ok(targets),
        Some((_, other)) => {
            let text = format!("A list was expected as the value of 'Targets', found {}.", other.kind());
            Err(Fault::bad(Code::BAD_PAYLOAD, text))
        }
        None => Err(OperationError::MissingParameter("Targets".to_owned()).into()),
    }
}

fn member<'a>(target: &'a Json, name: &str) -> Option<&'a str> {
    let Json::Object(members) = target else { return None };
    members.iter().find(|(member, _)| member == name).and_then(|(_, value)| match value {
        Json::Text(text) => Some(text.as_str()),
        _ => None,
    })
}

/// Each row says its type, and it must be the table's.
fn check_type(target: &Json, table: &Table) -> Result<(), Fault> {
    let given = member(target, "@odata.type").map(|kind| kind.trim_start_matches('#'));
    if given.and_then(|kind| kind.strip_prefix("Microsoft.Dynamics.CRM.")) == Some(table.logical_name.as_str()) {
        return Ok(());
    }
    Err(Fault::bad(
        Code::BAD_PAYLOAD,
        format!("Each of 'Targets' must have the '@odata.type' 'Microsoft.Dynamics.CRM.{}'.", table.logical_name),
    ))
}

fn create(request: &Request<'_>, tx: &mut Tx<'_>, table: &Arc<Table>, target: &Json) -> Result<Uuid, Fault> {
    request.caller.require(Privilege::Create, &table.logical_name)?;
    insert(request, tx, table, target, Fields::new()).map(|row| row.id())
}

fn update(request: &Request<'_>, tx: &mut Tx<'_>, table: &Arc<Table>, target: &Json) -> Result<Uuid, Fault> {
    request.caller.require(Privilege::Write, &table.logical_name)?;
    let mut fields = fields_from_json(tx, table, target)?;
    let id = fields.take(&table.primary_id).as_ref().and_then(Value::guid);
    let id = id.ok_or_else(|| OperationError::MissingParameter(table.primary_id.clone()))?;
    tx.update(&table.logical_name, id, fields)?;
    Ok(id)
}

/// The row is named by `@odata.id` (by id or alternate key) or by its primary id.
fn upsert(request: &Request<'_>, tx: &mut Tx<'_>, table: &Arc<Table>, target: &Json) -> Result<Uuid, Fault> {
    let (named, keys) = match member(target, "@odata.id") {
        Some(link) => linked(tx, table, link)?,
        None => (None, Fields::new()),
    };
    let mut fields = fields_from_json(tx, table, target)?;
    let id = fields.take(&table.primary_id).as_ref().and_then(Value::guid).or(named);
    if let Some(id) = id.filter(|id| tx.get_by(table.id, *id).is_some()) {
        request.caller.require(Privilege::Write, &table.logical_name)?;
        tx.update(&table.logical_name, id, fields)?;
        return Ok(id);
    }
    request.caller.require(Privilege::Create, &table.logical_name)?;
    let mut own = keys;
    if let Some(id) = id {
        own.put(table.primary_id.clone(), id);
    }
    insert(request, tx, table, target, own).map(|row| row.id())
}
