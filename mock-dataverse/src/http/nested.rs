//! Rows that are made together: a row, the rows inside its body, and the rows that are joined with it.

use std::sync::Arc;

use super::caller::Privilege;
use super::records::free_id;
use super::request::Request;
use crate::fault::Fault;
use crate::json::Json;
use crate::odata::{Nested, row_from_json};
use crate::schema::{OneToMany, Table};
use crate::store::{Data, Fields, Row, Tx, Value};

/// Makes a row from a body, `fields` set besides. Rows behind lookups are made before it, rows that point to it after it.
pub(super) fn insert(
    request: &Request<'_>,
    tx: &mut Tx<'_>,
    table: &Arc<Table>,
    body: &Json,
    fields: Fields,
) -> Result<Arc<Row>, Fault> {
    let given = row_from_json(tx, table, body)?;
    let mut own = given.fields;
    for (name, value) in fields {
        own.put(name, value);
    }
    for nested in &given.nested {
        let Nested::One(column, body) = nested else { continue };
        let schema = Arc::clone(tx.schema());
        let target = column.single_target().and_then(|target| schema.table(target)).ok_or_else(|| {
            Fault::unsupported(format!("a row inside '{}', which may point at several tables", column.name))
        })?;
        request.caller.require(Privilege::Create, &target.logical_name)?;
        let row = insert(request, tx, target, body, Fields::new())?;
        own.put(column.name.clone(), Value::Lookup { table: target.id, id: row.id() });
    }
    let id = own.get(&table.primary_id).and_then(Value::guid).filter(|id| !id.is_nil());
    let id = id.unwrap_or_else(|| free_id(request, tx, table));
    own.take(&table.primary_id);
    let row = tx.create(&table.logical_name, id, own)?;
    for nested in &given.nested {
        let (collection, bodies, bound): (_, &[Json], &[uuid::Uuid]) = match nested {
            Nested::One(..) => continue,
            Nested::Many(collection, bodies) => (collection, bodies, &[]),
            Nested::Bound(collection, ids) => (collection, &[], ids),
        };
        let (child, column) = end(tx, collection)?;
        let here = Fields::new().set(column, Value::Lookup { table: table.id, id });
        for body in bodies {
            request.caller.require(Privilege::Create, &child.logical_name)?;
            insert(request, tx, &child, body, here.clone())?;
        }
        for bound in bound {
            request.caller.require(Privilege::Write, &child.logical_name)?;
            tx.update(&child.logical_name, *bound, here.clone())?;
        }
    }
    // The rows that were joined with it may have changed it in turn.
    Ok(tx.get_by(table.id, id).cloned().unwrap_or(row))
}

/// The table and the name of the lookup column at the other end of a collection.
pub(super) fn end(data: &Data, collection: &OneToMany) -> Result<(Arc<Table>, String), Fault> {
    let found = data.schema().get(collection.child).and_then(|child| {
        let column = child.columns().get(collection.column)?;
        Some((Arc::clone(child), column.name.clone()))
    });
    found.ok_or_else(|| Fault::unsupported(format!("the relationship '{}'", collection.name)))
}
