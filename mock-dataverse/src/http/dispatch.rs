//! From a path to what answers it.

use std::sync::Arc;

use axum::body::Body;
use axum::response::Response;
use http::{Method, StatusCode};

use super::multiple::Multiple;
use super::queries::Query;
use super::request::Request;
use super::steps::{self, Step};
use super::target::Target;
use super::{answer, batch, call, links, metadata, multiple, property, records};
use crate::config::ErrorCodes;
use crate::fault::{Code, Fault};
use crate::json::{Json, object};
use crate::metadata::Set;
use crate::odata::{Detail, Options, Segment, entity_sets, parse_path};
use crate::operations::{Binding, is_absent};
use crate::schema::Table;

/// Names in front of bound operations.
pub(super) const NAMESPACE: &str = "Microsoft.Dynamics.CRM.";

/// The longest query of a URL that does not stand in a batch, in bytes.
const MAX_QUERY: usize = 32 * 1024;

/// Parts of the real Web API that are refused by name.
const MISSING: &[&str] = &["$entity", "ManagedPropertyDefinitions"];

/// A place in the Web API: the version's root and the options of the URL.
pub(super) struct Place<'a> {
    /// `https://host/api/data/v9.2`.
    pub(super) root: String,
    pub(super) query: &'a Query,
    pub(super) options: &'a Options,
    /// How much answers tell about themselves.
    pub(super) detail: Detail,
}

/// Answers a Web API request.
pub(super) fn dispatch(request: &Request<'_>) -> Result<Response<Body>, Fault> {
    let path = request.uri.path().strip_prefix("/api/data").unwrap_or_default().trim_start_matches('/');
    let (version, rest) = path.split_once('/').unwrap_or((path, ""));
    check_version(version)?;
    let segments = parse_path(rest)?;
    let length = request.uri.query().map_or(0, str::len);
    if length > MAX_QUERY && !request.in_batch() {
        return Err(Fault::bad(Code::BAD_QUERY, format!("The query is longer than {MAX_QUERY} bytes.")));
    }
    let query = request.dataverse.queries().read(request.uri.query().unwrap_or_default())?;
    let detail = Detail::asked(request.headers, query.options.format.as_deref());
    let place =
        Place { root: format!("{}/api/data/{version}", request.base), query: &query, options: &query.options, detail };
    let Some((first, rest)) = segments.split_first() else { return service_document(request, &place) };
    if MISSING.contains(&first.name.as_str()) {
        return Err(Fault::unsupported(&first.name));
    }
    if first.name == "$metadata" && first.parentheses.is_none() {
        return metadata::document(request, &place, rest);
    }
    if first.name == "$batch" && first.parentheses.is_none() && rest.is_empty() {
        return batch::batch(request, &place.root);
    }
    if let Some(set) = Set::named(&first.name) {
        return metadata::definitions(request, &place, set, first, rest);
    }
    let schema = request.schema();
    if let Some(table) = schema.entity_set(&first.name) {
        return match &first.parentheses {
            None => on_set(request, &place, table, rest),
            Some(inner) => on_row(request, &place, table, inner, rest),
        };
    }
    let name = first.name.strip_prefix(NAMESPACE).unwrap_or(&first.name);
    match request.dataverse.operation(name).filter(|operation| operation.binding == Binding::Global) {
        Some(operation) if rest.is_empty() => call::call(request, &place, &operation, first, None),
        Some(_) => Err(unknown_segment(request, rest.first().unwrap_or(first))),
        None => Err(unknown_operation(request, first, name)),
    }
}

/// Every `v8.x` and `v9.x` is the same data.
fn check_version(version: &str) -> Result<(), Fault> {
    let known = version.strip_prefix('v').and_then(|numbers| numbers.split_once('.')).is_some_and(|(major, minor)| {
        ["8", "9"].contains(&major)
            && !minor.is_empty()
            && minor.len() <= 3
            && minor.bytes().all(|digit| digit.is_ascii_digit())
    });
    if known {
        return Ok(());
    }
    Err(Fault::bad(
        Code::BAD_QUERY,
        "The requested API version was not understood. The URL must have the form /api/data/v<Major>.<Minor>/, for example /api/data/v9.2/.",
    ))
}

/// A message that the real platform has is told from one that nobody knows.
fn unknown_operation(request: &Request<'_>, segment: &Segment, name: &str) -> Fault {
    if is_absent(name) {
        return Fault::unsupported(format!("the message {name}"));
    }
    unknown_segment(request, segment)
}

pub(super) fn unknown_segment(request: &Request<'_>, segment: &Segment) -> Fault {
    let code = match request.codes() {
        ErrorCodes::Newer => Code::BAD_QUERY,
        ErrorCodes::Older => Code::UNKNOWN_SEGMENT,
    };
    Fault::new(StatusCode::NOT_FOUND, code, format!("Resource not found for the segment '{}'.", segment.name))
}

fn service_document(request: &Request<'_>, place: &Place<'_>) -> Result<Response<Body>, Fault> {
    if request.method != Method::GET {
        return Err(request.wrong_verb());
    }
    let schema = request.schema();
    let sets = entity_sets(schema)
        .into_iter()
        .map(|set| object([("name", set.into()), ("kind", "EntitySet".into()), ("url", set.into())]))
        .collect();
    let body = object([("@odata.context", format!("{}/$metadata", place.root).into()), ("value", Json::Array(sets))]);
    Ok(answer::document(request.dataverse, place, body, true))
}

fn on_set(
    request: &Request<'_>,
    place: &Place<'_>,
    table: &Arc<Table>,
    rest: &[Segment],
) -> Result<Response<Body>, Fault> {
    match rest {
        [] => match request.method {
            Method::GET => records::list(request, place, table, None),
            Method::POST => records::create(request, place, table),
            _ => Err(request.wrong_verb()),
        },
        [count] if count.name == "$count" && count.parentheses.is_none() => match request.method {
            Method::GET => records::count(request, place, table, None),
            _ => Err(request.wrong_verb()),
        },
        [operation] if operation.name.starts_with(NAMESPACE) => {
            let name = operation.name.trim_start_matches(NAMESPACE);
            let bound = Binding::Rows(table.logical_name.clone());
            match request.dataverse.operation(name).filter(|operation| operation.binding == bound) {
                Some(found) => call::call(request, place, &found, operation, None),
                None => match Multiple::named(name) {
                    Some(multiple) => multiple::multiple(request, place, table, multiple),
                    None => Err(unknown_operation(request, operation, name)),
                },
            }
        }
        [other, ..] => Err(unknown_segment(request, other)),
    }
}

fn on_row(
    request: &Request<'_>,
    place: &Place<'_>,
    table: &Arc<Table>,
    inner: &str,
    rest: &[Segment],
) -> Result<Response<Body>, Fault> {
    on_target(request, place, Target::parse(table, inner)?, rest)
}

/// A row, what of it is asked for, and rows behind it.
fn on_target(
    request: &Request<'_>,
    place: &Place<'_>,
    target: Target,
    rest: &[Segment],
) -> Result<Response<Body>, Fault> {
    let table = &target.table;
    match rest {
        [] => match request.method {
            Method::GET => records::retrieve(request, place, &target),
            Method::PATCH => records::update(request, place, &target),
            Method::DELETE => records::delete(request, &target),
            Method::PUT => Err(Fault::unsupported("PUT of a whole row")),
            _ => Err(request.wrong_verb()),
        },
        [operation] if operation.name.starts_with(NAMESPACE) => {
            let name = operation.name.trim_start_matches(NAMESPACE);
            let bound = Binding::Row(table.logical_name.clone());
            match request.dataverse.operation(name).filter(|operation| operation.binding == bound) {
                Some(found) => call::call(request, place, &found, operation, Some(target.id(request)?)),
                None => Err(unknown_operation(request, operation, name)),
            }
        }
        [name] if name.parentheses.is_none() => property::on_property(request, place, &target, &name.name),
        [name, tail] if tail.parentheses.is_none() && tail.name == "$ref" => {
            links::on_links(request, place, &target, name)
        }
        [name, tail] if name.parentheses.is_none() && tail.text() == "$value" => {
            property::raw_value(request, &target, &name.name)
        }
        [name, tail] if name.parentheses.is_none() && tail.text() == "$count" => {
            property::count(request, place, &target, &name.name)
        }
        [step, rest @ ..] => match steps::step(request, &target, step)? {
            Step::To(next) => on_target(request, place, next, rest),
            Step::Nowhere => Ok(answer::empty(request.dataverse, StatusCode::NO_CONTENT)),
            Step::Unknown => Err(unknown_segment(request, rest.first().unwrap_or(step))),
        },
    }
}
