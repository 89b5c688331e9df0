//! `BulkDelete`: rows that a query names are deleted by a job. Here the job is done when the call is answered.

use uuid::Uuid;

use super::definition::{Arguments, Operation, OperationContext, Output, Parameter, ParameterType};
use super::error::OperationError;
use super::registry::Registry;
use crate::fault::Fault;
use crate::json::Json;
use crate::store::{Data, Value};

/// Adds the action.
pub(crate) fn register(registry: &mut Registry) {
    let parameters = vec![
        Parameter::required("QuerySet", ParameterType::EntityCollection),
        Parameter::required("JobName", ParameterType::String),
        Parameter::optional("SendEmailNotification", ParameterType::Boolean),
        Parameter::optional("ToRecipients", ParameterType::EntityCollection),
        Parameter::optional("CCRecipients", ParameterType::EntityCollection),
        Parameter::optional("RecurrencePattern", ParameterType::String),
        Parameter::optional("StartDateTime", ParameterType::DateTime),
        Parameter::optional("SourceImportId", ParameterType::Guid),
        Parameter::optional("RunNow", ParameterType::Boolean),
    ];
    let action = Operation::action("BulkDelete", parameters, |context, arguments| {
        delete(context, arguments)?;
        let job = context.world.ids().uuid("dataverse.job", &context.scope);
        Ok(Some(vec![("JobId".to_owned(), Output::from(job))]))
    });
    registry.register(action.answering(&[("JobId", "Edm.Guid")]));
}

fn unreadable(what: &str) -> OperationError {
    OperationError::Payload(format!("The QuerySet cannot be read: {what}."))
}

/// Rows that are gone by the time the job comes to them are passed over, and so are those that others need: a job goes on.
fn delete(context: &OperationContext, arguments: &Arguments) -> Result<(), OperationError> {
    let Some(Value::Text(text)) = arguments.get("QuerySet") else { return Err(unreadable("it is empty")) };
    let queries = Json::parse(text.as_bytes()).map_err(|error| unreadable(&error))?;
    let Json::Array(queries) = &queries else { return Err(unreadable("it is no list")) };
    let recurs = |value: &Value| matches!(value, Value::Text(pattern) if !pattern.is_empty());
    if arguments.get("RecurrencePattern").is_some_and(recurs) {
        return Err(Fault::unsupported("jobs that recur").into());
    }
    let mut found: Vec<(String, Uuid)> = Vec::new();
    for query in queries {
        found.extend(context.store.read(|data| rows(data, query))?);
    }
    for (table, id) in found {
        drop(context.dataverse.write_rows(context.user, None, |tx| tx.delete(&table, id).map(drop)));
    }
    Ok(())
}

fn member<'a>(json: &'a Json, name: &str) -> Option<&'a Json> {
    let Json::Object(members) = json else { return None };
    members.iter().find(|(member, _)| member == name).map(|(_, value)| value)
}

fn text<'a>(json: &'a Json, name: &str) -> Option<&'a str> {
    match member(json, name) {
        Some(Json::Text(text)) => Some(text),
        _ => None,
    }
}

/// The rows of a query expression: all of a table, or those whose column is one of some ids.
fn rows(data: &Data, query: &Json) -> Result<Vec<(String, Uuid)>, OperationError> {
    if text(query, "@odata.type").is_none_or(|kind| !kind.ends_with("QueryExpression")) {
        return Err(Fault::unsupported("queries of BulkDelete that are no QueryExpression").into());
    }
    let name = text(query, "EntityName").ok_or_else(|| unreadable("EntityName is missing"))?;
    let table = data.schema().table(name).ok_or_else(|| unreadable(&format!("there is no table {name}")))?;
    let criteria = member(query, "Criteria");
    let nested = criteria
        .and_then(|criteria| member(criteria, "Filters"))
        .is_some_and(|filters| *filters != Json::Array(Vec::new()));
    let conditions = match criteria.and_then(|criteria| member(criteria, "Conditions")) {
        Some(Json::Array(conditions)) => conditions.as_slice(),
        _ => &[],
    };
    let (column, wanted) = match conditions {
        _ if nested => return Err(Fault::unsupported("filters inside the criteria of BulkDelete").into()),
        [] => return Ok(data.rows(name).map(|row| (name.to_owned(), row.id())).collect()),
        [one] => condition(one)?,
        _ => return Err(Fault::unsupported("several conditions in the criteria of BulkDelete").into()),
    };
    if table.column(column).is_none() {
        return Err(unreadable(&format!("there is no column {column} in {name}")));
    }
    let hit = |id: &Uuid| data.find(name, column, *id).map(|row| (name.to_owned(), row.id())).collect::<Vec<_>>();
    Ok(wanted.iter().flat_map(hit).collect())
}

/// A column that equals an id, or is in a list of ids.
fn condition(condition: &Json) -> Result<(&str, Vec<Uuid>), OperationError> {
    let column = text(condition, "AttributeName").ok_or_else(|| unreadable("AttributeName is missing"))?;
    let operator = text(condition, "Operator").unwrap_or("Equal");
    if !["In", "Equal"].contains(&operator) {
        return Err(Fault::unsupported(format!("the operator {operator} in BulkDelete")).into());
    }
    let Some(Json::Array(values)) = member(condition, "Values") else { return Err(unreadable("Values is missing")) };
    let id = |value: &Json| {
        let text = match value {
            Json::Text(text) => Some(text.as_str()),
            value => text(value, "Value"),
        };
        text.and_then(|text| Uuid::try_parse(text).ok()).ok_or_else(|| unreadable("a value is no id"))
    };
    Ok((column, values.iter().map(id).collect::<Result<_, _>>()?))
}
