//! Questions in other languages than OData's: `fetchXml`, `sql`, and views by `savedQuery` and `userQuery`.

use std::sync::Arc;

use axum::body::Body;
use axum::response::Response;
use http::StatusCode;
use uuid::Uuid;

use super::answer;
use super::caller::Privilege;
use super::dispatch::Place;
use super::paging::{next_link, read_token};
use super::request::Request;
use super::target::missing;
use crate::fault::{Code, Fault};
use crate::fetch_xml::{Asked, Cookie, What, bind, parse};
use crate::odata::{Around, Detail, OtherLanguage, Renderer, value_of};
use crate::query::{Position, aggregate, compare, run_joined};
use crate::schema::Table;
use crate::sql::translate;
use crate::store::Data;
use crate::switches;

/// Answers `set?fetchXml=…` and its kin, for all rows of the set or for those that point at a row.
pub(super) fn answer(
    request: &Request<'_>,
    place: &Place<'_>,
    table: &Arc<Table>,
    within: Option<(usize, Uuid)>,
    language: &OtherLanguage,
) -> Result<Response<Body>, Fault> {
    if let Some(option) = place.options.beside_other_language() {
        return Err(Fault::unsupported(format!("{option} beside {}", language.name())));
    }
    let fetch = match language {
        OtherLanguage::FetchXml(text) => parse(text)?,
        OtherLanguage::Sql(text) => {
            let windows = switches::sql_windows(request.dataverse.world());
            translate(text, request.schema(), request.terms().now, windows)?
        }
        OtherLanguage::SavedQuery(id) => parse(&view(request, table, "savedquery", *id)?)?,
        OtherLanguage::UserQuery(id) => parse(&view(request, table, "userquery", *id)?)?,
    };
    let token = place.options.skip_token.as_deref().map(read_token).transpose()?;
    let eight = place.root.rsplit('/').next().is_some_and(|version| version.starts_with("v8."));
    let asked = Asked {
        table,
        within,
        terms: request.terms(),
        after: token.map(|(position, _)| position),
        page_size: request.prefer.page_size,
        count: place.options.count,
        // The names of the eighth version could not have a point inside.
        dot: if eight { "_x002e_" } else { "." },
    };
    let number = token.map_or(1, |(_, number)| number);
    request.read(|data| answered(request, place, data, &fetch, &asked, number))
}

fn answered(
    request: &Request<'_>,
    place: &Place<'_>,
    data: &Data,
    fetch: &crate::fetch_xml::ast::Fetch,
    asked: &Asked<'_>,
    number: usize,
) -> Result<Response<Body>, Fault> {
    let question = bind(data, fetch, asked)?;
    for table in question.tables.iter().chain(&question.others) {
        request.caller.require(Privilege::Read, &table.logical_name)?;
    }
    let detail = if question.bare && place.detail.is_full() { Detail::Minimal } else { place.detail };
    let renderer = Renderer { data, base: &place.root, annotations: &request.prefer.annotations, detail };
    let link = |next: Option<Position>| {
        next.filter(|_| !question.turns).map(|next| next_link(request, place, next, number.saturating_add(1)))
    };
    let body = match &question.what {
        What::Rows(joined) => {
            let found = run_joined(data, joined)
                .map_err(|error| Fault::bad(Code::TIMEOUT, format!("SQL timeout expired: {error}.")))?;
            let ends = found.tuples.first().zip(found.tuples.last());
            let ends = ends.and_then(|(first, last)| Some((first.first()?.as_ref()?, last.first()?.as_ref()?)));
            let page = if question.turns { question.page } else { number };
            let cookie = ends
                .filter(|_| question.cookie && found.next.is_some())
                .map(|(first, last)| Cookie::written(page, &joined.query.order, first, last));
            let around = Around { total: found.total, more: found.next.is_some(), cookie, next: link(found.next) };
            renderer.tuples(&question, &found.tuples, &around)
        }
        What::Groups { question: groups, order, skip, most } => {
            let mut found = aggregate(data, groups).map_err(|_| {
                Fault::bad(Code::AGGREGATE_LIMIT, "AggregateQueryRecordLimit exceeded. Cannot perform this operation.")
            })?;
            for (shown, descending) in order.iter().rev() {
                let Some(cell) = question.shown.get(*shown).map(|shown| shown.cell) else { continue };
                found.sort_by(|left, right| {
                    let order = compare(&value_of(cell, left), &value_of(cell, right));
                    if *descending { order.reverse() } else { order }
                });
            }
            let total = groups_total(fetch, asked, found.len());
            let end = skip.saturating_add(*most);
            let more = found.len() > end && fetch.top.is_none_or(|top| top > end);
            let shown: Vec<_> = found.into_iter().skip(*skip).take(*most).collect();
            let next = more.then(|| Position { last: Uuid::nil(), given: end });
            renderer.groups(&question, &shown, &Around { total, more, cookie: None, next: link(next) })
        }
    };
    let response = answer::written(request.dataverse, StatusCode::OK, detail, body);
    Ok(answer::with(response, "preference-applied", request.prefer.applied(false, !question.turns)))
}

fn groups_total(fetch: &crate::fetch_xml::ast::Fetch, asked: &Asked<'_>, found: usize) -> Option<usize> {
    (fetch.total || asked.count).then_some(found)
}

/// The FetchXML of a view.
fn view(request: &Request<'_>, table: &Table, views: &str, id: Uuid) -> Result<String, Fault> {
    request.caller.require(Privilege::Read, views)?;
    let definition = request.schema().table(views).ok_or_else(|| request.no_resource())?;
    request.read(|data| {
        let row = data.get_by(definition.id, id).ok_or_else(|| missing(definition, id))?;
        if row.text("returnedtypecode").is_some_and(|code| code != table.logical_name) {
            let text = format!("The query with id {id} is not about the entity '{}'.", table.logical_name);
            return Err(Fault::bad(Code::BAD_QUERY, text));
        }
        row.text("fetchxml")
            .map(str::to_owned)
            .ok_or_else(|| Fault::bad(Code::EMPTY_XML, format!("The query with id {id} has no FetchXML.")))
    })
}
