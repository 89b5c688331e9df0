//! `$apply` over an entity set.

use std::sync::Arc;

use axum::body::Body;
use axum::response::Response;

use super::answer;
use super::dispatch::Place;
use super::request::Request;
use crate::fault::{Code, Fault};
use crate::json::{Json, object};
use crate::odata::{Apply, Binder, FORMATTED, formatted_as, value_json};
use crate::query::{Aggregation, Group, Measure, Method, Path, aggregate, compare};
use crate::schema::{Column, ColumnType, Table};
use crate::store::{Data, Row, Value};

/// A column that groups or measures are about, and the name under which a group shows it.
struct Named<'a> {
    path: Path,
    column: &'a Column,
    name: String,
}

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
        let columns = keys(&binder, apply)?;
        let measured = apply.aggregates.iter().map(|aggregate| match &aggregate.of {
            None => Ok((Measure::Count, None)),
            Some((name, method)) => measure(&binder, name, method).map(|(measure, column)| (measure, Some(column))),
        });
        let (measures, of): (Vec<_>, Vec<_>) = measured.collect::<Result<Vec<_>, Fault>>()?.into_iter().unzip();
        let question = Aggregation {
            filter: apply.filter.as_ref().map(|filter| binder.filter(filter)).transpose()?,
            groups: columns.iter().map(|key| key.path.clone().into()).collect(),
            measures,
            ..Aggregation::of(table.id)
        };
        let mut groups = aggregate(data, &question).map_err(|_| {
            Fault::bad(Code::AGGREGATE_LIMIT, "AggregateQueryRecordLimit exceeded. Cannot perform this operation.")
        })?;
        order(&mut groups, place, apply)?;
        groups.truncate(place.options.top.unwrap_or(usize::MAX));
        let show =
            Show { data, labels: request.prefer.annotations.wants(FORMATTED), apply, columns: &columns, of: &of };
        let rows = groups.iter().map(|group| show.group(group)).collect();
        let context = format!("{}/$metadata#{}", place.root, table.entity_set);
        let body = object([("@odata.context", context.into()), ("value", Json::Array(rows))]);
        let response = answer::document(request.dataverse, place, body, false);
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

fn segments(path: &str) -> Vec<String> {
    path.split('/').map(str::to_owned).collect()
}

/// The columns of the groups. One behind a lookup is shown under the name of its table and its own, as the documentation has it.
fn keys<'a>(binder: &Binder<'a>, apply: &Apply) -> Result<Vec<Named<'a>>, Fault> {
    let mut keys: Vec<Named<'a>> = Vec::new();
    for text in &apply.groups {
        let (path, column, table) = binder.column_of(&segments(text))?;
        if matches!(column.kind, ColumnType::DateTime) {
            let text = format!("Grouping by '{text}' is not supported: it is a date and time.");
            return Err(Fault::bad(Code::BAD_QUERY, text));
        }
        let own = column.read_name();
        let name = if path.via.is_empty() { own } else { format!("{}_{own}", table.logical_name) };
        if keys.iter().any(|key| key.name == name) {
            return Err(Fault::bad(Code::BAD_QUERY, format!("Two columns of the groups have the name '{name}'.")));
        }
        keys.push(Named { path, column, name });
    }
    Ok(keys)
}

fn measure<'a>(binder: &Binder<'a>, name: &str, method: &str) -> Result<(Measure, Named<'a>), Fault> {
    let (path, column, _) = binder.column_of(&segments(name))?;
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
        let named = Named { path: path.clone(), column, name: name.to_owned() };
        return Ok((Measure::Of(method, path), named));
    }
    Err(Fault::bad(
        Code::BAD_QUERY,
        format!(
            "The aggregation method for the property '{name}' does not go with its type '{}'.",
            crate::odata::edm(column)
        ),
    ))
}

/// By columns of the groups, where that was asked; groups of equal values stay in their own order. By what a group comes to the service
/// does not order.
fn order(groups: &mut [Group], place: &Place<'_>, apply: &Apply) -> Result<(), Fault> {
    for key in place.options.order.iter().rev() {
        let name = key.path.join("/");
        let Some(at) = apply.groups.iter().position(|group| *group == name) else {
            let known = apply.aggregates.iter().any(|aggregate| aggregate.alias == name);
            let text = if known {
                "The query node SingleValueOpenPropertyAccess is not supported.".to_owned()
            } else {
                format!("'{name}' in $orderby is no part of $apply.")
            };
            return Err(Fault::bad(Code::BAD_QUERY, text));
        };
        let value = |group: &Group| group.keys.get(at).cloned().unwrap_or_default();
        groups.sort_by(|left, right| {
            let order = compare(&value(left), &value(right));
            if key.descending { order.reverse() } else { order }
        });
    }
    Ok(())
}

/// How groups are shown.
struct Show<'a> {
    data: &'a Data,
    /// Whether the texts for people were asked for.
    labels: bool,
    apply: &'a Apply,
    columns: &'a [Named<'a>],
    /// What each measure is about; a count is about no column.
    of: &'a [Option<Named<'a>>],
}

impl Show<'_> {
    /// Columns of the table, then what the group comes to, then columns behind lookups; a column without a value is left out.
    fn group(&self, group: &Group) -> Json {
        let mut members = Vec::new();
        let keys = || self.columns.iter().zip(&group.keys).filter(|(_, value)| !value.is_null());
        for (key, value) in keys().filter(|(key, _)| key.path.via.is_empty()) {
            self.member(&mut members, group, &key.name, Some(key), value);
        }
        for ((aggregate, of), value) in self.apply.aggregates.iter().zip(self.of).zip(&group.values) {
            // How many different values there are is a number, whatever the values are.
            let counts = aggregate.of.as_ref().is_none_or(|(_, method)| method == "countdistinct");
            self.member(&mut members, group, &aggregate.alias, of.as_ref().filter(|_| !counts), value);
        }
        for (key, value) in keys().filter(|(key, _)| !key.path.via.is_empty()) {
            self.member(&mut members, group, &key.name, Some(key), value);
        }
        Json::Object(members)
    }

    fn member(
        &self,
        members: &mut Vec<(String, Json)>,
        group: &Group,
        name: &str,
        of: Option<&Named<'_>>,
        value: &Value,
    ) {
        let text = match (self.labels, of, value) {
            (true, Some(named), value) => group
                .sample
                .as_ref()
                .and_then(|rows| rows.first()?.as_deref())
                .and_then(|row| self.end(row, &named.path))
                .and_then(|row| formatted_as(self.data, row, named.column, value)),
            (true, None, Value::Int(count)) => Some(count.to_string()),
            _ => None,
        };
        if let Some(text) = text {
            members.push((format!("{name}@{FORMATTED}"), text.into()));
        }
        members.push((name.to_owned(), value_json(value)));
    }

    /// The row where a path ends.
    fn end<'b>(&'b self, row: &'b Row, path: &Path) -> Option<&'b Row> {
        path.via.iter().try_fold(row, |row, column| match row.at(*column) {
            Value::Lookup { table, id } => self.data.get_by(*table, *id).map(AsRef::as_ref),
            _ => None,
        })
    }
}
