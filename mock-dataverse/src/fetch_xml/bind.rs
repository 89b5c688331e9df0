//! From names to a question: looks up what a query names, and says what of the answer is shown.

use std::sync::Arc;

use uuid::Uuid;

use super::ast::Fetch;
use super::cookie::Cookie;
use super::question::{Question, What};
use super::source::{Sources, table};
use crate::fault::{Code, Fault};
use crate::odata::{MAX_PAGE, Terms};
use crate::query::{Aggregation, Joined, MAX_AGGREGATED, Path, Position, Query};
use crate::schema::Table;
use crate::store::Data;

/// Without a cookie no row behind this many can be reached.
const SIMPLE_PAGING: usize = 50_000;

/// What besides the query itself decides about its answer.
pub(crate) struct Asked<'a> {
    /// The table of the entity set.
    pub(crate) table: &'a Arc<Table>,
    /// Only rows whose lookup column holds this id.
    pub(crate) within: Option<(usize, Uuid)>,
    pub(crate) terms: Terms,
    /// Where the page before ended.
    pub(crate) after: Option<Position>,
    /// Rows of a page, if the caller prefers a number.
    pub(crate) page_size: Option<usize>,
    /// The number of all rows is asked for beside the query.
    pub(crate) count: bool,
    /// What stands between the alias of a link and a column of it.
    pub(crate) dot: &'a str,
}

/// Resolves every name of a query.
pub(crate) fn bind(data: &Data, fetch: &Fetch, asked: &Asked<'_>) -> Result<Question, Fault> {
    let root = table(data, &fetch.entity.name)?;
    if root.id != asked.table.id {
        let text = format!(
            "Entity Name '{}' specified in the query does not match Entity Set name '{}' specified in request uri",
            root.logical_name, asked.table.entity_set
        );
        return Err(Fault::bad(Code::BAD_QUERY, text));
    }
    let mut sources = Sources::of(data, asked.terms, root, fetch)?;
    let (own, joined) = sources.of_entity(&fetch.entity.filters)?;
    let size = fetch.count.or(asked.page_size).unwrap_or(MAX_PAGE).min(MAX_PAGE);
    let page = fetch.page.unwrap_or(1);
    let turns = fetch.count.is_some() || fetch.page.is_some();
    let skip = (page - 1).saturating_mul(size).saturating_add(fetch.offset);
    let after = asked.after.filter(|_| !turns);
    if skip > SIMPLE_PAGING && fetch.cookie.is_none() {
        let text = "Paging cookie is required when trying to retrieve a set of records on any high pages.";
        return Err(Fault::bad(Code::INVALID_ARGUMENT, text));
    }
    let mut question = Question {
        // Replaced below; this is what asks for nothing.
        what: What::Rows(Joined {
            query: Query {
                table: root.id,
                within: asked.within,
                filter: own,
                order: Vec::new(),
                top: fetch.top,
                page: size,
                count: fetch.total || asked.count,
                after,
            },
            joins: std::mem::take(&mut sources.joins),
            filter: joined,
            distinct: None,
            skip,
        }),
        shown: Vec::new(),
        selected: Some(Vec::new()),
        bare: fetch.aggregate || fetch.distinct,
        tables: sources.list.iter().map(|source| Arc::clone(source.table)).collect(),
        others: std::mem::take(&mut sources.others),
        page,
        turns,
        cookie: false,
    };
    let What::Rows(rows) = &mut question.what else { return Ok(question) };
    if fetch.aggregate {
        let groups = sources.groups()?;
        let order = sources.order_of_groups(&groups.shown)?;
        question.shown = groups.shown;
        question.what = What::Groups {
            question: Aggregation {
                table: root.id,
                within: asked.within,
                filter: rows.query.filter.take(),
                joins: std::mem::take(&mut rows.joins),
                joined: rows.filter.take(),
                groups: groups.keys,
                measures: groups.measures,
                limit: fetch.limit.unwrap_or(MAX_AGGREGATED),
            },
            order,
            skip: skip.saturating_add(after.map_or(0, |after| after.given)),
            most: fetch.top.map_or(size, |top| top.saturating_sub(after.map_or(0, |after| after.given)).min(size)),
        };
        return Ok(question);
    }
    let columns = sources.columns(asked.dot)?;
    rows.query.order = sources.order(&columns.shown, fetch.raw_order)?;
    // Of rows that are shown whole each is another one.
    if fetch.distinct {
        let paths: Vec<Path> = columns.shown.iter().map(|shown| shown.path.clone()).collect();
        rows.distinct = Some(paths);
    }
    question.cookie = !fetch.distinct && rows.query.order.iter().all(|key| key.path.source == 0);
    let plain = rows.joins.is_empty() && rows.filter.is_none() && rows.distinct.is_none();
    let cookie = fetch.cookie.as_deref().and_then(|cookie| Cookie::read(cookie, &root.primary_id));
    if let Some(cookie) = cookie.filter(|cookie| plain && cookie.page.checked_add(1) == Some(page)) {
        rows.query.after = Some(Position { last: cookie.last, given: skip });
        rows.skip = 0;
    }
    question.shown = columns.shown;
    question.selected = columns.selected;
    Ok(question)
}
