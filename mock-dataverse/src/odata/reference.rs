//! Rows that a body or a query names by URL: by id or by alternate key.

use url::Url;
use uuid::Uuid;

use super::payload::payload;
use super::url::{Key, parse_path};
use crate::fault::{Code, Fault};
use crate::schema::Table;
use crate::store::{Data, Fields, Value};

/// The row that a URL names, there or not.
pub(crate) fn reference<'a>(data: &'a Data, url: &str) -> Result<(&'a Table, Uuid), Fault> {
    let (table, key) = keyed(data, url)?;
    match key {
        Key::Id(id) => Ok((table, id)),
        Key::Columns(columns) => find_by_key(data, table, &columns).map(|id| (table, id)),
    }
}

/// The row of a table that a URL names, if it is there or the URL tells its id; and the columns of the key that names it.
pub(crate) fn linked(data: &Data, table: &Table, url: &str) -> Result<(Option<Uuid>, Fields), Fault> {
    let (found, key) = keyed(data, url)?;
    if found.id != table.id {
        let problem = format!("Microsoft.OData.ODataException: '{url}' is no row of '{}'.", table.logical_name);
        return Err(payload(table, &problem));
    }
    let columns = match key {
        Key::Id(id) => return Ok((Some(id), Fields::new())),
        Key::Columns(columns) => columns,
    };
    let mut fields = Fields::new();
    for (position, value) in &columns {
        if let Some(column) = table.columns().get(*position) {
            fields.put(column.name.clone(), value.clone());
        }
    }
    Ok((find_by_key(data, table, &columns).ok(), fields))
}

/// The table and the key that a URL names.
fn keyed<'a>(data: &'a Data, url: &str) -> Result<(&'a Table, Key), Fault> {
    let bad = || Fault::bad(Code::BAD_PAYLOAD, format!("The entity reference '{url}' cannot be parsed."));
    let path = match Url::parse(url) {
        Ok(url) => url.path().to_owned(),
        Err(_) => url.to_owned(),
    };
    let last = path.rsplit('/').next().unwrap_or_default();
    let segments = parse_path(last).map_err(|_| bad())?;
    let [segment] = segments.as_slice() else { return Err(bad()) };
    let table = data.schema().entity_set(&segment.name).ok_or_else(bad)?;
    Key::parse(table, segment.parentheses.as_deref().unwrap_or_default()).map(|key| (table.as_ref(), key))
}

/// The row that an alternate key names.
pub(crate) fn find_by_key(data: &Data, table: &Table, columns: &[(usize, Value)]) -> Result<Uuid, Fault> {
    let missing = || {
        Fault::new(
            http::StatusCode::NOT_FOUND,
            Code::MISSING_KEY_ROW,
            format!("A record with the specified key values does not exist in {} entity", table.logical_name),
        )
    };
    let Some(((first, value), rest)) = columns.split_first() else { return Err(missing()) };
    let same = |row: &crate::store::Row, position: usize, value: &Value| {
        crate::query::compare(row.at(position), value).is_eq()
    };
    data.find_at(table.id, *first, value.clone())
        .find(|row| rest.iter().all(|(position, value)| same(row, *position, value)))
        .map(|row| row.id())
        .ok_or_else(missing)
}
