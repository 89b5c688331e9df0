//! The row that a URL names, there or not.

use std::sync::Arc;

use http::StatusCode;
use uuid::Uuid;

use super::request::Request;
use crate::fault::{Code, Fault};
use crate::odata::{Key, find_by_key};
use crate::schema::Table;
use crate::store::{Data, Row};

/// What a URL names: a row of a table, there or not.
pub(super) struct Target {
    pub(super) table: Arc<Table>,
    pub(super) key: Key,
}

impl Target {
    pub(super) fn parse(table: &Arc<Table>, inner: &str) -> Result<Self, Fault> {
        Ok(Self { table: Arc::clone(table), key: Key::parse(table, inner)? })
    }

    /// The primary id; an alternate key is looked up.
    pub(super) fn id_in(&self, data: &Data) -> Result<Uuid, Fault> {
        match &self.key {
            Key::Id(id) => Ok(*id),
            Key::Columns(columns) => find_by_key(data, &self.table, columns),
        }
    }

    /// The primary id. Rows are read only where an alternate key names it.
    pub(super) fn id(&self, request: &Request<'_>) -> Result<Uuid, Fault> {
        match &self.key {
            Key::Id(id) => Ok(*id),
            Key::Columns(_) => request.read(|data| self.id_in(data)),
        }
    }

    /// The row, or 404.
    pub(super) fn row<'a>(&self, data: &'a Data) -> Result<&'a Arc<Row>, Fault> {
        let id = self.id_in(data)?;
        data.get_by(self.table.id, id).ok_or_else(|| missing(&self.table, id))
    }
}

pub(super) fn missing(table: &Table, id: Uuid) -> Fault {
    let text = format!("{} With Id = {id} Does Not Exist", table.logical_name);
    Fault::new(StatusCode::NOT_FOUND, Code::MISSING_ROW, text)
}
