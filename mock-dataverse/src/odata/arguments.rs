//! Arguments of actions and functions, from bodies and from URLs.

use jiff::Timestamp;

use super::payload::{decimal, guid, whole};
use super::syntax::Literal;
use super::url::free_value;
use crate::json::Json;
use crate::operations::ParameterType;
use crate::schema::Schema;
use crate::store::Value;

/// An argument of an action from JSON; `None` when it is of another type.
pub(crate) fn argument_from_json(kind: ParameterType, json: &Json) -> Option<Value> {
    match (kind, json) {
        (_, Json::Null) => Some(Value::Null),
        (ParameterType::Boolean, Json::Bool(value)) => Some(Value::Bool(*value)),
        (ParameterType::DateTime, Json::Text(text)) => text.parse::<Timestamp>().ok().map(Value::DateTime),
        (ParameterType::Decimal | ParameterType::Float, json) => decimal(json).map(Value::Decimal),
        (ParameterType::Money, json) => decimal(json).map(Value::Money),
        (ParameterType::Guid, Json::Text(text)) => guid(text).map(Value::Guid),
        (ParameterType::Integer, json) => whole(json).map(Value::Int),
        (ParameterType::Picklist, json) => whole(json).map(Value::Choice),
        (ParameterType::String | ParameterType::Enumeration, Json::Text(text)) => Some(Value::from(text.as_str())),
        (ParameterType::StringArray, Json::Array(items)) => {
            items.iter().all(|item| matches!(item, Json::Text(_))).then(|| Value::from(json.to_text()))
        }
        (ParameterType::Entity | ParameterType::EntityReference, json) => {
            is_row(json).then(|| Value::from(json.to_text()))
        }
        (ParameterType::EntityCollection, Json::Array(items)) => {
            items.iter().all(is_row).then(|| Value::from(json.to_text()))
        }
        _ => None,
    }
}

/// A row inside an argument says its type.
fn is_row(json: &Json) -> bool {
    let Json::Object(members) = json else { return false };
    members.iter().any(|(name, value)| {
        let known = |text: &str| text.trim_start_matches('#').starts_with("Microsoft.Dynamics.CRM.");
        name == "@odata.type" && matches!(value, Json::Text(text) if known(text))
    })
}

/// An argument of a function from a literal of the URL; `None` when it is of another type.
pub(crate) fn argument_from_literal(kind: ParameterType, literal: &Literal) -> Option<Value> {
    if let Literal::List(items) = literal {
        let text = |item: &Literal| match item {
            Literal::Text(text) => Some(Json::from(text.as_str())),
            _ => None,
        };
        let items = items.iter().map(text).collect::<Option<Vec<Json>>>()?;
        return (kind == ParameterType::StringArray).then(|| Value::from(Json::Array(items).to_text()));
    }
    let value = free_value(literal);
    match (kind, value) {
        (_, Value::Null) => Some(Value::Null),
        (ParameterType::Boolean, value @ Value::Bool(_))
        | (ParameterType::DateTime, value @ Value::DateTime(_))
        | (ParameterType::Decimal | ParameterType::Float, value @ Value::Decimal(_))
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
