//! Paging cookies: where a page began and ended, as the service writes it.
//!
//! <https://learn.microsoft.com/power-apps/developer/data-platform/fetchxml/page-results>

use std::fmt::Write as _;

use uuid::Uuid;

use super::value::id;
use super::xml::read;
use crate::json::Json;
use crate::odata::value_json;
use crate::query::Order;
use crate::store::{Row, Value};

/// What a cookie of the caller tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Cookie {
    /// The page that it is about.
    pub(crate) page: usize,
    /// The last row of that page.
    pub(crate) last: Uuid,
}

impl Cookie {
    /// Reads a cookie; `None` for what is none of this table's.
    pub(super) fn read(text: &str, primary_id: &str) -> Option<Self> {
        let cookie = read(text).ok().filter(|element| element.name == "cookie")?;
        let page = cookie.attribute("page")?.parse().ok()?;
        let key = cookie.children.iter().find(|child| child.name == primary_id)?;
        Some(Self { page, last: id(key.attribute("last")?)? })
    }

    /// The annotation of a page with these rows: the cookie, escaped twice, with the number of the next page.
    pub(crate) fn written(page: usize, order: &[Order], first: &Row, last: &Row) -> String {
        let table = last.table();
        let mut cookie = format!("<cookie page=\"{page}\">");
        let keys =
            order.iter().filter(|key| key.path.source == 0 && key.path.via.is_empty()).map(|key| key.path.column);
        let mut columns: Vec<usize> = Vec::new();
        for column in keys.chain(table.places.primary_id) {
            if !columns.contains(&column) {
                columns.push(column);
            }
        }
        for column in columns {
            let Some(definition) = table.columns().get(column) else { continue };
            // Writing to a String cannot fail.
            write!(cookie, "<{}{}{} />", definition.name, end("last", last.at(column)), end("first", first.at(column)))
                .unwrap_or_default();
        }
        cookie.push_str("</cookie>");
        let next = page.saturating_add(1);
        format!("<cookie pagenumber=\"{next}\" pagingcookie=\"{}\" istracking=\"False\" />", escaped(&escaped(&cookie)))
    }
}

/// One end of a page: ` last="…"`, or ` lastnull="1"`.
fn end(name: &str, value: &Value) -> String {
    let text = match value {
        Value::Null => return format!(" {name}null=\"1\""),
        Value::Guid(id) | Value::Lookup { id, .. } => format!("{{{}}}", id.to_string().to_uppercase()),
        Value::Text(text) => text.to_string(),
        Value::Bool(flag) => i32::from(*flag).to_string(),
        other => match value_json(other) {
            Json::Text(text) | Json::Number(text) => text,
            other => other.to_text(),
        },
    };
    format!(" {name}=\"{}\"", quick_xml::escape::escape(text))
}

/// Percent-encoded, with small letters.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len() * 2);
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.') {
            out.push(char::from(byte));
        } else {
            // Writing to a String cannot fail.
            write!(out, "%{byte:02x}").unwrap_or_default();
        }
    }
    out
}
