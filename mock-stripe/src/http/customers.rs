//! `/v1/customers`: those that checkout made.

use std::sync::Arc;

use super::call::{Call, Operation, Run};
use super::content::Content;
use super::listing::{self, AFTER, BEFORE, CREATED, LIMIT};
use crate::error::Error;
use crate::params::{Field, Kind, later, opt};
use crate::render::Shown;

const LIST: &[Field] = &[CREATED, opt("email", Kind::Text(512)), BEFORE, LIMIT, AFTER, later("test_clock")];

pub(super) const OPERATIONS: &[Operation] = &[
    Operation { method: "GET", path: "/v1/customers", id: "listCustomers", fields: LIST, run: Run::Read(list) },
    Operation {
        method: "GET",
        path: "/v1/customers/{customer}",
        id: "retrieveCustomer",
        fields: &[],
        run: Run::Read(retrieve),
    },
];

fn list(shown: Shown<'_>, call: &Call) -> Result<Content, Error> {
    let created = listing::created(call);
    let key = call.params.text("email").map(|email| ("email", email));
    let page = shown.state.customers.page(&listing::paging(call)?, key, |row| created(row.created));
    listing::answer(call, "customer", page, |row| Arc::clone(row).into())
}

fn retrieve(shown: Shown<'_>, call: &Call) -> Result<Content, Error> {
    let customer = shown.state.customers.get(&call.id);
    let customer = customer.ok_or_else(|| Error::no_such_at_url("customer", &call.id, "id"))?;
    Ok(customer.into())
}
