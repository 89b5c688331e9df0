//! Links to the next page: the options again, and a token that says where to go on.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use uuid::Uuid;

use super::dispatch::Place;
use super::request::Request;
use crate::fault::{Code, Fault};
use crate::query::Position;

/// Everything but letters, digits and what never needs escaping in a query.
const QUERY: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'$')
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'~')
    .remove(b'(')
    .remove(b')')
    .remove(b',')
    .remove(b'/');

/// The address of page `number`, which begins behind `position`.
pub(super) fn next_link(request: &Request<'_>, place: &Place<'_>, position: Position, number: usize) -> String {
    let mut query = String::new();
    for (name, value) in &place.options.given {
        query.extend(utf8_percent_encode(name, QUERY));
        query.push('=');
        query.extend(utf8_percent_encode(value, QUERY));
        query.push('&');
    }
    let cookie = format!("last={}&given={}", position.last, position.given);
    let cookie = utf8_percent_encode(&cookie, NON_ALPHANUMERIC).to_string();
    let token = format!("<cookie pagenumber=\"{number}\" pagingcookie=\"{cookie}\" istracking=\"False\" />");
    format!(
        "{}{}?{query}$skiptoken={}",
        request.base,
        request.uri.path(),
        utf8_percent_encode(&token, NON_ALPHANUMERIC)
    )
}

/// Reads a skip token of ours.
pub(super) fn read_token(token: &str) -> Result<(Position, usize), Fault> {
    let part = |name: &str, end: char| {
        let start = token.find(name)? + name.len();
        let rest = token.get(start..)?;
        rest.find(end).and_then(|stop| rest.get(..stop))
    };
    let read = || {
        let number = part("pagenumber=\"", '"')?.parse().ok()?;
        let cookie = percent_decode_str(part("pagingcookie=\"", '"')?).decode_utf8().ok()?.into_owned();
        let (last, given) = cookie.split_once('&')?;
        let last = Uuid::try_parse(last.strip_prefix("last=")?).ok()?;
        let given = given.strip_prefix("given=")?.parse().ok()?;
        Some((Position { last, given }, number))
    };
    read().ok_or_else(|| Fault::bad(Code::BAD_QUERY, "The $skiptoken is not one that this service has given out."))
}
