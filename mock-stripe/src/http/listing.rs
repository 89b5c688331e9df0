//! Lists: cursors, limits and pages.

use std::sync::Arc;

use super::call::Call;
use super::content::Content;
use crate::domain::catalog::LineItem;
use crate::domain::told::Told;
use crate::error::Error;
use crate::params::{Field, Kind, opt};
use crate::render::Shown;
use crate::table::{Page, Paging, UnknownCursor};
use crate::wire;
use crate::wire::shape::value_of;

pub(crate) const LIMIT: Field = opt("limit", Kind::Integer(1, 100));
pub(crate) const AFTER: Field = opt("starting_after", Kind::Text(500));
pub(crate) const BEFORE: Field = opt("ending_before", Kind::Text(500));
pub(crate) const CREATED: Field = opt("created", Kind::Range);

/// Where the page begins.
pub(crate) fn paging(call: &Call) -> Result<Paging, Error> {
    let params = &call.params;
    if params.has("starting_after") && params.has("ending_before") {
        return Err(Error::exclusive("ending_before", "starting_after"));
    }
    Ok(Paging {
        limit: params.integer("limit").and_then(|limit| usize::try_from(limit).ok()).unwrap_or(10),
        after: params.string("starting_after"),
        before: params.string("ending_before"),
    })
}

/// Whether the `created` filter lets a time through.
pub(crate) fn created(call: &Call) -> impl Fn(i64) -> bool + use<> {
    let range = call.params.range("created");
    move |at| range.is_none_or(|range| range.holds(at))
}

/// The page as a list object.
pub(crate) fn answer<T>(
    call: &Call,
    noun: &str,
    page: Result<Page<T>, UnknownCursor>,
    show: impl Fn(&Arc<T>) -> Told,
) -> Result<Content, Error> {
    let page = page.map_err(|cursor| Error::no_such_in_body(noun, &cursor.id, cursor.param))?;
    Ok(Content::Page { url: call.path.clone(), rows: page.rows.iter().map(show).collect(), has_more: page.has_more })
}

/// A page of the lines of a link or session, in the order in which they were given.
pub(crate) fn line_items(shown: Shown<'_>, call: &Call, lines: &[(&LineItem, i64)]) -> Result<Content, Error> {
    let paging = paging(call)?;
    let place = |param: &str, id: &Option<String>| match id {
        None => Ok(None),
        Some(id) => match lines.iter().position(|(item, _)| item.id == *id) {
            Some(at) => Ok(Some(at)),
            None => Err(Error::no_such_in_body("line item", id, param)),
        },
    };
    let after = place("starting_after", &paging.after)?;
    let before = place("ending_before", &paging.before)?;
    let start = after.map_or(0, |at| at + 1);
    let end = before.unwrap_or(lines.len());
    let range = lines.get(start..end).unwrap_or_default();
    let (part, has_more) = if before.is_some() {
        let skip = range.len().saturating_sub(paging.limit);
        (range.get(skip..).unwrap_or_default(), skip > 0)
    } else {
        let take = range.len().min(paging.limit);
        (range.get(..take).unwrap_or_default(), range.len() > take)
    };
    Ok(value_of(&wire::list(&call.path, &shown.line_items(part), has_more)).into())
}
