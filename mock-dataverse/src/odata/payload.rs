//! Bodies of rows: members into fields, and rows inside them.

use rust_decimal::Decimal;
use uuid::Uuid;

use super::reference::reference;
use crate::fault::{Code, Fault};
use crate::json::Json;
use crate::schema::{Column, ColumnType, OneToMany, Table};
use crate::store::{Data, Fields, Value, choices};

pub(super) fn payload(table: &Table, inner: &str) -> Fault {
    Fault::bad(
        Code::BAD_PAYLOAD,
        format!(
            "Error identified in Payload provided by the user for Entity :'{}', For more information on this error please follow this help link https://go.microsoft.com/fwlink/?linkid=2195293  ---->  InnerException : {inner}",
            table.entity_set
        ),
    )
}

/// What a body says about a row.
#[derive(Debug)]
pub(crate) struct RowBody<'a> {
    /// Columns of the row itself.
    pub(crate) fields: Fields,
    /// Rows that are to be made or joined with it.
    pub(crate) nested: Vec<Nested<'a>>,
}

/// Other rows in the body of a row.
#[derive(Debug)]
pub(crate) enum Nested<'a> {
    /// A row to be made that this lookup column then holds.
    One(&'a Column, &'a Json),
    /// Rows to be made that then point here.
    Many(&'a OneToMany, &'a [Json]),
    /// Rows that are there already and then point here.
    Bound(&'a OneToMany, Vec<Uuid>),
}

/// The columns that a body names, where rows inside it are not taken.
pub(crate) fn fields_from_json(data: &Data, table: &Table, body: &Json) -> Result<Fields, Fault> {
    let row = row_from_json(data, table, body)?;
    match row.nested.first() {
        None => Ok(row.fields),
        Some(_) => Err(Fault::bad(Code::BAD_QUERY, "Deep update of navigation properties is not allowed.")),
    }
}

/// The columns and rows that a body names. System columns that callers may not write are passed over, as the service does.
pub(crate) fn row_from_json<'a>(data: &Data, table: &'a Table, body: &'a Json) -> Result<RowBody<'a>, Fault> {
    let Json::Object(members) = body else {
        return Err(payload(
            table,
            &format!("Microsoft.OData.ODataException: an object was expected, found {}.", body.kind()),
        ));
    };
    let mut fields = Fields::new();
    let mut nested = Vec::new();
    for (name, value) in members {
        if let Some((navigation, annotation)) = name.split_once('@') {
            if annotation != "odata.bind" {
                continue;
            }
            if let Some((collection, Json::Array(links))) = table.collection(navigation).map(|found| (found, value)) {
                nested.push(Nested::Bound(collection, bound(data, table, collection, links)?));
            } else {
                let (column, reference) = bind(data, table, navigation, value)?;
                fields.put(column, reference);
            }
            continue;
        }
        if let Some((_, column)) = table.readable(name).filter(|(_, column)| !column.is_lookup()) {
            if !column.read_only {
                fields.put(name.clone(), column_value(table, column, value)?);
            }
        } else if table.readable(name).is_some() {
            return Err(Fault::bad(
                Code::BAD_PAYLOAD,
                "CRM do not support direct update of Entity Reference properties, Use Navigation properties instead.",
            ));
        } else if table.navigation(name).is_some() || table.collection(name).is_some() {
            match (table.navigation(name), table.collection(name), value) {
                (Some(column), _, Json::Object(_)) => nested.push(Nested::One(column, value)),
                (_, Some(collection), Json::Array(rows)) => nested.push(Nested::Many(collection, rows)),
                _ => return Err(undeclared(table, name)),
            }
        } else {
            return Err(payload(
                table,
                &format!(
                    "Microsoft.Crm.CrmException: Invalid property '{name}' was found in entity 'Microsoft.Dynamics.CRM.{}'.",
                    table.logical_name
                ),
            ));
        }
    }
    Ok(RowBody { fields, nested })
}

/// The value of a column from JSON.
pub(crate) fn column_value(table: &Table, column: &Column, json: &Json) -> Result<Value, Fault> {
    let wrong = || {
        let given = match json {
            Json::Text(text) => format!("'{}'", text.chars().take(60).collect::<String>()),
            Json::Number(number) => format!("'{number}'"),
            other => format!("of kind {}", other.kind()),
        };
        payload(
            table,
            &format!(
                "System.FormatException: Cannot convert the value {given} of '{}' to the expected type '{}'.",
                column.name,
                super::url::edm(column)
            ),
        )
    };
    if matches!(json, Json::Null) {
        return Ok(Value::Null);
    }
    match &column.kind {
        ColumnType::Text { .. } => text(json).map(Value::from),
        ColumnType::MultiChoice { .. } => text(json).filter(|text| choices(text).is_some()).map(Value::from),
        ColumnType::Bool { .. } => match json {
            Json::Bool(value) => Some(Value::Bool(*value)),
            _ => None,
        },
        ColumnType::Int { .. } | ColumnType::Choice { .. } | ColumnType::State { .. } | ColumnType::Status { .. } => {
            whole(json).map(Value::Int)
        }
        ColumnType::BigInt => match json {
            Json::Number(number) => number.parse().ok().map(Value::BigInt),
            _ => None,
        },
        ColumnType::Decimal { .. } | ColumnType::Money { .. } => decimal(json).map(Value::Decimal),
        ColumnType::DateTime => text(json).and_then(|text| text.parse().ok()).map(Value::DateTime),
        ColumnType::DateOnly => text(json).and_then(|text| text.parse().ok()).map(Value::Date),
        ColumnType::Guid | ColumnType::Lookup { .. } => text(json).and_then(guid).map(Value::Guid),
    }
    .ok_or_else(wrong)
}

fn text(json: &Json) -> Option<&str> {
    match json {
        Json::Text(text) => Some(text),
        _ => None,
    }
}

pub(super) fn whole(json: &Json) -> Option<i32> {
    match json {
        Json::Number(number) => number.parse().ok(),
        _ => None,
    }
}

pub(super) fn decimal(json: &Json) -> Option<Decimal> {
    match json {
        Json::Number(number) if number.contains(['e', 'E']) => Decimal::from_scientific(number).ok(),
        Json::Number(number) => number.parse().ok(),
        _ => None,
    }
}

/// A GUID with or without braces is not the same on the wire: only the plain form is one.
pub(super) fn guid(text: &str) -> Option<Uuid> {
    if text.len() == 36 { Uuid::try_parse(text).ok() } else { None }
}

/// `Nav@odata.bind`: an absolute URL, `/set(id)` or `set(id)`; null takes the reference away.
fn bind(data: &Data, table: &Table, navigation: &str, value: &Json) -> Result<(String, Value), Fault> {
    let column = table.navigation(navigation).ok_or_else(|| undeclared(table, navigation))?;
    let target = match value {
        Json::Null => return Ok((column.name.clone(), Value::Null)),
        Json::Text(text) => text,
        _ => return Err(payload(table, &format!("System.FormatException: '{navigation}@odata.bind' is not a text."))),
    };
    if target.starts_with('$') {
        return Err(Fault::bad(
            Code::BAD_PAYLOAD,
            format!("Content-ID Reference: '{target}' does not exist in the batch context."),
        ));
    }
    let (target_table, id) = reference(data, target)?;
    let targets_it =
        matches!(&column.kind, ColumnType::Lookup { targets, .. } if targets.contains(&target_table.logical_name));
    if !targets_it {
        return Err(payload(
            table,
            &format!(
                "Microsoft.OData.ODataException: A row of '{}' cannot be bound to '{navigation}'.",
                target_table.logical_name
            ),
        ));
    }
    if data.get_by(target_table.id, id).is_none() {
        return Err(Fault::new(
            http::StatusCode::NOT_FOUND,
            Code::MISSING_ROW,
            format!("{} With Id = {id} Does Not Exist", target_table.logical_name),
        ));
    }
    Ok((column.name.clone(), Value::Lookup { table: target_table.id, id }))
}

/// The rows that a list of links names; all of them must be there.
fn bound(data: &Data, table: &Table, collection: &OneToMany, links: &[Json]) -> Result<Vec<Uuid>, Fault> {
    links
        .iter()
        .map(|link| {
            let Some(link) = text(link) else {
                let name = &collection.name;
                return Err(payload(
                    table,
                    &format!("System.FormatException: '{name}@odata.bind' holds more than texts."),
                ));
            };
            let (child, id) = reference(data, link)?;
            if child.id != collection.child {
                let (child, name) = (&child.logical_name, &collection.name);
                let problem =
                    format!("Microsoft.OData.ODataException: A row of '{child}' cannot be bound to '{name}'.");
                return Err(payload(table, &problem));
            }
            match data.get_by(child.id, id) {
                Some(_) => Ok(id),
                None => Err(Fault::new(
                    http::StatusCode::NOT_FOUND,
                    Code::MISSING_ROW,
                    format!("{} With Id = {id} Does Not Exist", child.logical_name),
                )),
            }
        })
        .collect()
}

fn undeclared(table: &Table, name: &str) -> Fault {
    payload(
        table,
        &format!(
            "Microsoft.OData.ODataException: An undeclared property '{name}' which only has property annotations in the payload but no property value was found in the payload."
        ),
    )
}
