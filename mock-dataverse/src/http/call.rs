//! Calls of actions and functions: arguments from body or URL, the answer as JSON.

use axum::body::Body;
use axum::response::Response;
use http::{Method, StatusCode};
use uuid::Uuid;

use super::answer;
use super::dispatch::Place;
use super::request::Request;
use crate::fault::{Code, Fault};
use crate::json::Json;
use crate::odata::{
    Segment, argument_from_json, argument_from_literal, named_values, output_json, parse_literal, type_of,
};
use crate::operations::{Arguments, Kind, Operation, OperationContext, OperationError, Output, Parameter, Registry};

/// Calls an operation. A verb that it does not take is as if it were not there.
pub(super) fn call(
    request: &Request<'_>,
    place: &Place<'_>,
    operation: &Operation,
    segment: &Segment,
    target: Option<Uuid>,
) -> Result<Response<Body>, Fault> {
    let arguments = match (operation.kind, &request.method) {
        (Kind::Action, &Method::POST) if segment.parentheses.is_none() => from_body(request, operation)?,
        (Kind::Function, &Method::GET) => from_url(place, operation, segment)?,
        _ => return Err(request.no_resource()),
    };
    if operation.kind == Kind::Action && !request.caller.has_role {
        return Err(OperationError::Privilege(format!(
            "Principal user (Id={}, type=8, roleCount=0, privilegeCount=0) is missing the privilege to execute {}.",
            request.caller.user, operation.name
        ))
        .into());
    }
    if request.change_set.is_some() {
        return Err(Fault::unsupported("an action in a change set with other requests"));
    }
    let context = OperationContext {
        world: request.dataverse.world().clone(),
        store: request.dataverse.store().clone(),
        dataverse: request.dataverse.clone(),
        user: request.caller.user,
        scope: request.exchange.scope(),
        target,
    };
    let outputs = Registry::call(operation, &context, &arguments)?;
    if outputs.is_empty() {
        return Ok(answer::empty(request.dataverse, StatusCode::NO_CONTENT));
    }
    let context = format!("{}/$metadata#Microsoft.Dynamics.CRM.{}Response", place.root, operation.name);
    let mut members = vec![("@odata.context".to_owned(), Json::from(context))];
    if place.detail.is_full() {
        let kind = format!("#Microsoft.Dynamics.CRM.{}Response", operation.name);
        members.push(("@odata.type".to_owned(), kind.into()));
    }
    for (name, output) in &outputs {
        if let (true, Output::Value(value)) = (place.detail.is_full(), output)
            && let Some(kind) = type_of(value)
        {
            members.push((format!("{name}@odata.type"), kind.into()));
        }
        members.push((name.clone(), output_json(output)));
    }
    Ok(answer::document(request.dataverse, place, Json::Object(members), true))
}

fn parameter<'a>(operation: &'a Operation, name: &str) -> Result<&'a Parameter, Fault> {
    operation.parameter(name).ok_or_else(|| {
        OperationError::UnknownParameter { operation: operation.name.clone(), parameter: name.to_owned() }.into()
    })
}

fn wrong_type(parameter: &Parameter, given: &str) -> Fault {
    let given: String = given.chars().take(60).collect();
    Fault::bad(
        Code::BAD_PAYLOAD,
        format!(
            "Cannot convert the literal '{given}' of the parameter '{}' to the expected type '{}'.",
            parameter.name,
            parameter.kind.edm()
        ),
    )
}

fn from_body(request: &Request<'_>, operation: &Operation) -> Result<Arguments, Fault> {
    let body = request.json(true)?;
    let Json::Object(members) = body else {
        return Err(Fault::bad(
            Code::BAD_PAYLOAD,
            format!("An object was expected as the body of '{}', found {}.", operation.name, body.kind()),
        ));
    };
    let mut arguments = Arguments::new();
    for (name, json) in members {
        if name.starts_with('@') {
            continue;
        }
        let parameter = parameter(operation, &name)?;
        let refused = || match &json {
            Json::Text(text) | Json::Number(text) => wrong_type(parameter, text),
            other => wrong_type(parameter, &other.to_text()),
        };
        let value = argument_from_json(parameter.kind, &json).ok_or_else(refused)?;
        arguments.insert(name, value);
    }
    Ok(arguments)
}

fn from_url(place: &Place<'_>, operation: &Operation, segment: &Segment) -> Result<Arguments, Fault> {
    let inner = segment.parentheses.as_deref().unwrap_or_default();
    let unreadable =
        || Fault::bad(Code::BAD_QUERY, format!("The parameters of '{}' cannot be parsed.", segment.text()));
    let mut arguments = Arguments::new();
    for (name, text) in named_values(inner).ok_or_else(unreadable)? {
        let parameter = parameter(operation, name)?;
        let literal = match text.strip_prefix('@') {
            Some(alias) => place.options.aliases.get(alias).cloned(),
            None => Some(parse_literal(text).ok_or_else(|| wrong_type(parameter, text))?),
        };
        // An alias without a value stands for null.
        let Some(literal) = literal else { continue };
        let value = argument_from_literal(parameter.kind, &literal).ok_or_else(|| wrong_type(parameter, text))?;
        arguments.insert(name.to_owned(), value);
    }
    Ok(arguments)
}
