//! One step of a path from a row to another: over a lookup, or into a collection by key.

use http::Method;
use uuid::Uuid;

use super::caller::Privilege;
use super::request::Request;
use super::target::{Target, missing};
use crate::fault::Fault;
use crate::odata::{Key, Segment};
use crate::schema::TableId;
use crate::store::Value;

/// Where a step leads.
pub(super) enum Step {
    /// To a row.
    To(Target),
    /// To none: the lookup is empty.
    Nowhere,
    /// The segment is no way to another row.
    Unknown,
}

/// Goes from a row over a segment. Paths of several steps can only be read.
pub(super) fn step(request: &Request<'_>, target: &Target, segment: &Segment) -> Result<Step, Fault> {
    let table = &target.table;
    let (lookup, collection) = (table.navigation(&segment.name), table.collection(&segment.name));
    let (child, key) = match (lookup, collection, &segment.parentheses) {
        (Some(lookup), _, None) => {
            readable(request, target)?;
            let value = request.read(|data| target.row(data).map(|row| row.get(&lookup.name).clone()))?;
            let Value::Lookup { table, id } = value else { return Ok(Step::Nowhere) };
            return Ok(to(request, table, id).map_or(Step::Nowhere, Step::To));
        }
        (None, Some(collection), Some(key)) => (collection, key),
        _ => return Ok(Step::Unknown),
    };
    readable(request, target)?;
    let here = request.read(|data| target.row(data).map(|row| row.id()))?;
    let Some(table) = request.schema().get(child.child) else { return Ok(Step::Unknown) };
    let next = Target::parse(table, key)?;
    let id = next.id(request)?;
    // Only rows of the collection are behind it.
    let linked =
        request.read(|data| data.get_by(table.id, id).is_some_and(|row| row.at(child.column).guid() == Some(here)));
    if linked { Ok(Step::To(next)) } else { Err(missing(table, id)) }
}

fn readable(request: &Request<'_>, target: &Target) -> Result<(), Fault> {
    if request.method != Method::GET {
        return Err(request.wrong_verb());
    }
    request.caller.require(Privilege::Read, &target.table.logical_name)
}

fn to(request: &Request<'_>, table: TableId, id: Uuid) -> Option<Target> {
    request.schema().get(table).map(|table| Target { table: std::sync::Arc::clone(table), key: Key::Id(id) })
}
