//! Bodies of requests: members of a row into fields, members of a call into arguments.

use jiff::Timestamp;
use rust_decimal::Decimal;
use url::Url;
use uuid::Uuid;

use super::syntax::Literal;
use super::url::{Key, free_value, parse_path};
use crate::fault::{Code, Fault};
use crate::json::Json;
use crate::operations::ParameterType;
use crate::schema::{Column, ColumnType, Schema, Table};
use crate::store::{Data, Fields, Value};

fn payload(table: &Table, inner: &str) -> Fault {
    Fault::bad(
        Code::BAD_PAYLOAD,
        format!(
            "Error identified in Payload provided by the user for Entity :'{}', For more information on this error please follow this help link https://go.microsoft.com/fwlink/?linkid=2195293  ---->  InnerException : {inner}",
            table.entity_set
        ),
    )
}

/// The columns that a body names. System columns that callers may not write are passed over, as the service does.
pub(crate) fn fields_from_json(data: &Data, table: &Table, body: &Json) -> Result<Fields, Fault> {
    let Json::Object(members) = body else {
        return Err(payload(
            table,
            &format!("Microsoft.OData.ODataException: an object was expected, found {}.", body.kind()),
        ));
    };
    let mut fields = Fields::new();
    for (name, value) in members {
        if let Some((navigation, annotation)) = name.split_once('@') {
            if annotation == "odata.bind" {
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
            if matches!(value, Json::Object(_) | Json::Array(_)) {
                return Err(Fault::unsupported(format!("deep insert of '{name}'")));
            }
            return Err(payload(
                table,
                &format!(
                    "Microsoft.OData.ODataException: An undeclared property '{name}' which only has property annotations in the payload but no property value was found in the payload."
                ),
            ));
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
    Ok(fields)
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

fn whole(json: &Json) -> Option<i32> {
    match json {
        Json::Number(number) => number.parse().ok(),
        _ => None,
    }
}

fn decimal(json: &Json) -> Option<Decimal> {
    match json {
        Json::Number(number) if number.contains(['e', 'E']) => Decimal::from_scientific(number).ok(),
        Json::Number(number) => number.parse().ok(),
        _ => None,
    }
}

/// A GUID with or without braces is not the same on the wire: only the plain form is one.
fn guid(text: &str) -> Option<Uuid> {
    if text.len() == 36 { Uuid::try_parse(text).ok() } else { None }
}

/// `Nav@odata.bind`: an absolute URL, `/set(id)` or `set(id)`; null takes the reference away.
fn bind(data: &Data, table: &Table, navigation: &str, value: &Json) -> Result<(String, Value), Fault> {
    let column = table.navigation(navigation).ok_or_else(|| {
        payload(
            table,
            &format!("Microsoft.OData.ODataException: An undeclared property '{navigation}' which only has property annotations in the payload but no property value was found in the payload."),
        )
    })?;
    let target = match value {
        Json::Null => return Ok((column.name.clone(), Value::Null)),
        Json::Text(text) => text,
        Json::Array(_) => return Err(Fault::unsupported(format!("'{navigation}@odata.bind' with a list"))),
        _ => return Err(payload(table, &format!("System.FormatException: '{navigation}@odata.bind' is not a text."))),
    };
    if target.starts_with('$') {
        return Err(Fault::unsupported("a reference to a Content-ID outside of a change set"));
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

/// The row that a URL names.
fn reference<'a>(data: &'a Data, url: &str) -> Result<(&'a Table, Uuid), Fault> {
    let bad = || Fault::bad(Code::BAD_PAYLOAD, format!("The entity reference '{url}' cannot be parsed."));
    let path = match Url::parse(url) {
        Ok(url) => url.path().to_owned(),
        Err(_) => url.to_owned(),
    };
    let last = path.rsplit('/').next().unwrap_or_default();
    let segments = parse_path(last).map_err(|_| bad())?;
    let [segment] = segments.as_slice() else { return Err(bad()) };
    let table = data.schema().entity_set(&segment.name).ok_or_else(bad)?;
    match Key::parse(table, segment.parentheses.as_deref().unwrap_or_default())? {
        Key::Id(id) => Ok((table, id)),
        Key::Columns(columns) => find_by_key(data, table, &columns).map(|id| (table.as_ref(), id)),
    }
}

/// The row that an alternate key names.
pub(crate) fn find_by_key(data: &Data, table: &Table, columns: &[(usize, Value)]) -> Result<Uuid, Fault> {
    let missing = || {
        Fault::new(
            http::StatusCode::NOT_FOUND,
            Code::MISSING_KEY_ROW,
            format!("A record with the specified key values does not exist in {} entity", table.logical_name),
        )
    };
    let Some(((first, value), rest)) = columns.split_first() else { return Err(missing()) };
    let same = |row: &crate::store::Row, position: usize, value: &Value| {
        crate::query::compare(row.at(position), value).is_eq()
    };
    data.find_at(table.id, *first, value.clone())
        .find(|row| rest.iter().all(|(position, value)| same(row, *position, value)))
        .map(|row| row.id())
        .ok_or_else(missing)
}

/// An argument of an action from JSON; `None` when it is of another type.
pub(crate) fn argument_from_json(kind: ParameterType, json: &Json) -> Option<Value> {
    match (kind, json) {
        (_, Json::Null) => Some(Value::Null),
        (ParameterType::Boolean, Json::Bool(value)) => Some(Value::Bool(*value)),
        (ParameterType::DateTime, Json::Text(text)) => text.parse::<Timestamp>().ok().map(Value::DateTime),
        (ParameterType::Decimal, json) => decimal(json).map(Value::Decimal),
        (ParameterType::Money, json) => decimal(json).map(Value::Money),
        (ParameterType::Guid, Json::Text(text)) => guid(text).map(Value::Guid),
        (ParameterType::Integer, json) => whole(json).map(Value::Int),
        (ParameterType::Picklist, json) => whole(json).map(Value::Choice),
        (ParameterType::String | ParameterType::Enumeration, Json::Text(text)) => Some(Value::from(text.as_str())),
        _ => None,
    }
}

/// An argument of a function from a literal of the URL; `None` when it is of another type.
pub(crate) fn argument_from_literal(kind: ParameterType, literal: &Literal) -> Option<Value> {
    let value = free_value(literal);
    match (kind, value) {
        (_, Value::Null) => Some(Value::Null),
        (ParameterType::Boolean, value @ Value::Bool(_))
        | (ParameterType::DateTime, value @ Value::DateTime(_))
        | (ParameterType::Decimal, value @ Value::Decimal(_))
        | (ParameterType::Guid, value @ Value::Guid(_))
        | (ParameterType::String | ParameterType::Enumeration, value @ Value::Text(_)) => Some(value),
        (ParameterType::Money, Value::Decimal(number)) => Some(Value::Money(number)),
        (ParameterType::Integer, Value::Decimal(number)) => whole(&Json::Number(number.to_string())).map(Value::Int),
        (ParameterType::Picklist, Value::Decimal(number)) => {
            whole(&Json::Number(number.to_string())).map(Value::Choice)
        }
        _ => None,
    }
}

/// Every entity set by name, for the service document.
pub(crate) fn entity_sets(schema: &Schema) -> Vec<&str> {
    let mut sets: Vec<&str> = schema.tables().map(|table| table.entity_set.as_str()).collect();
    sets.sort_unstable();
    sets
}
