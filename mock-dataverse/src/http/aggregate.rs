//! `$apply` over an entity set.

use std::sync::Arc;

use axum::body::Body;
use axum::response::Response;
use http::StatusCode;

use super::answer;
use super::dispatch::Place;
use super::request::Request;
use crate::fault::{Code, Fault};
use crate::json::{Json, object};
use crate::odata::{Apply, Binder, FORMATTED, formatted, value_json};
use crate::query::{Aggregation, Group, Measure, Method, aggregate, compare};
use crate::schema::{Column, ColumnType, Table};
use crate::store::{Data, Value};

/// Answers `set?$apply=…`.
pub(super) fn groups(
    request: &Request<'_>,
    place: &Place<'_>,
    table: &Arc<Table>,
    apply: &Apply,
) -> Result<Response<Body>, Fault> {
    refuse_others(place)?;
    request.read(|data| {
        let binder = Binder::new(data.schema(), table, request.terms(), place.options);
        let groups = apply.groups.iter().map(|name| column(&binder, table, name).map(|(position, _)| position));
        let measures = apply.aggregates.iter().map(|aggregate| match &aggregate.of {
            None => Ok(Measure::Count),
            Some((name, method)) => measure(&binder, table, name, method),
        });
        let question = Aggregation {
            table: table.id,
            filter: apply.filter.as_ref().map(|filter| binder.filter(filter)).transpose()?,
            groups: groups.collect::<Result<_, _>>()?,
            measures: measures.collect::<Result<_, _>>()?,
        };
        let mut groups = aggregate(data, &question).map_err(|_| {
            Fault::bad(Code::AGGREGATE_LIMIT, "AggregateQueryRecordLimit exceeded. Cannot perform this operation.")
        })?;
        order(&mut groups, place, apply)?;
        groups.truncate(place.options.top.unwrap_or(usize::MAX));
        let rows = groups.iter().map(|group| shown(request, data, table, apply, group)).collect();
        let context = format!("{}/$metadata#{}", place.root, table.entity_set);
        let body = object([("@odata.context", context.into()), ("value", Json::Array(rows))]);
        let response = answer::json(request.dataverse, StatusCode::OK, &body);
        Ok(answer::with(response, "preference-applied", request.prefer.applied(false, false)))
    })
}

/// What does not go with groups here.
fn refuse_others(place: &Place<'_>) -> Result<(), Fault> {
    let options = place.options;
    let others = [
        ("$select", options.select.is_some()),
        ("$expand", !options.expand.is_empty()),
        ("$filter", options.filter.is_some()),
        ("$count", options.count),
        ("$skiptoken", options.skip_token.is_some()),
    ];
    match others.into_iter().find(|(_, given)| *given) {
        Some((name, _)) => Err(Fault::unsupported(format!("{name} beside $apply"))),
        None => Ok(()),
    }
}

fn column<'a>(binder: &Binder<'_>, table: &'a Table, name: &str) -> Result<(usize, &'a Column), Fault> {
    table.readable(name).ok_or_else(|| binder.no_property(table, name))
}

fn measure(binder: &Binder<'_>, table: &Table, name: &str, method: &str) -> Result<Measure, Fault> {
    let (position, column) = column(binder, table, name)?;
    let number = matches!(
        column.kind,
        ColumnType::Int { .. } | ColumnType::BigInt | ColumnType::Decimal { .. } | ColumnType::Money { .. }
    );
    let ordered = number || matches!(column.kind, ColumnType::DateTime | ColumnType::DateOnly);
    let (method, fits) = match method {
        "sum" => (Method::Sum, number),
        "average" => (Method::Average, number),
        "min" => (Method::Min, ordered),
        "max" => (Method::Max, ordered),
        _ => (Method::CountDistinct, true),
    };
    if fits {
        return Ok(Measure::Of(method, position));
    }
    Err(Fault::bad(
        Code::BAD_QUERY,
        format!(
            "The aggregation method for the property '{name}' does not go with its type '{}'.",
            crate::odata::edm(column)
        ),
    ))
}

/// By columns of the groups or names of aggregates, where that was asked; groups of equal values stay in their own order.
fn order(groups: &mut [Group], place: &Place<'_>, apply: &Apply) -> Result<(), Fault> {
    for key in place.options.order.iter().rev() {
        let name = key.path.join("/");
        let value: Box<dyn Fn(&Group) -> Value> = if let Some(at) = apply.groups.iter().position(|group| *group == name)
        {
            Box::new(move |group| group.keys.get(at).cloned().unwrap_or_default())
        } else if let Some(at) = apply.aggregates.iter().position(|aggregate| aggregate.alias == name) {
            Box::new(move |group| group.values.get(at).cloned().unwrap_or_default())
        } else {
            return Err(Fault::bad(Code::BAD_QUERY, format!("'{name}' in $orderby is no part of $apply.")));
        };
        groups.sort_by(|left, right| {
            let order = compare(&value(left), &value(right));
            if key.descending { order.reverse() } else { order }
        });
    }
    Ok(())
}

fn shown(request: &Request<'_>, data: &Data, table: &Table, apply: &Apply, group: &Group) -> Json {
    let mut members = Vec::new();
    for (name, value) in apply.groups.iter().zip(&group.keys) {
        let text = group
            .sample
            .as_ref()
            .filter(|_| request.prefer.annotations.wants(FORMATTED))
            .zip(table.readable(name))
            .and_then(|(row, (position, _))| formatted(data, row, position));
        if let Some(text) = text {
            members.push((format!("{name}@{FORMATTED}"), text.into()));
        }
        members.push((name.clone(), value_json(value)));
    }
    let values = apply.aggregates.iter().zip(&group.values);
    members.extend(values.map(|(aggregate, value)| (aggregate.alias.clone(), value_json(value))));
    Json::Object(members)
}
