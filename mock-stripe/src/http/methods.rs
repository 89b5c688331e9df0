//! `/v1/payment_methods`

use std::sync::Arc;

use super::addresses::{ALLOW_REDISPLAY, BILLING, METHOD, METHOD_TYPE};
use super::call::{Call, Operation, Run};
use super::content::Content;
use super::listing::{self, AFTER, BEFORE, LIMIT};
use crate::domain::payer::PaymentMethod;
use crate::error::Error;
use crate::flows::{Tx, customers, methods};
use crate::params::{Field, Kind, OTHER_METHODS, later, need, opt};
use crate::render::Shown;

const UPDATE: &[Field] = &[
    opt("allow_redisplay", ALLOW_REDISPLAY),
    opt("billing_details", BILLING),
    opt(
        "card",
        Kind::Object(&[
            opt("exp_month", Kind::Integer(1, 12)),
            opt("exp_year", Kind::Integer(2_000, 2_199)),
            later("networks"),
        ]),
    ),
    opt("metadata", Kind::Metadata),
    OTHER_METHODS,
];
const ATTACH: &[Field] = &[need("customer", Kind::Text(5_000)), later("customer_account")];
const LIST: &[Field] = &[
    opt("allow_redisplay", ALLOW_REDISPLAY),
    opt("customer", Kind::Text(5_000)),
    later("customer_account"),
    BEFORE,
    LIMIT,
    AFTER,
    opt("type", METHOD_TYPE),
];
/// The list of one customer names the customer in its path.
pub(super) const OF_CUSTOMER: &[Field] =
    &[opt("allow_redisplay", ALLOW_REDISPLAY), BEFORE, LIMIT, AFTER, opt("type", METHOD_TYPE)];

pub(super) const OPERATIONS: &[Operation] = &[
    Operation {
        method: "POST",
        path: "/v1/payment_methods",
        id: "createPaymentMethod",
        fields: METHOD,
        run: Run::Write(create),
    },
    Operation {
        method: "GET",
        path: "/v1/payment_methods",
        id: "listPaymentMethods",
        fields: LIST,
        run: Run::Read(list),
    },
    Operation {
        method: "GET",
        path: "/v1/payment_methods/{payment_method}",
        id: "retrievePaymentMethod",
        fields: &[],
        run: Run::Read(retrieve),
    },
    Operation {
        method: "POST",
        path: "/v1/payment_methods/{payment_method}",
        id: "updatePaymentMethod",
        fields: UPDATE,
        run: Run::Write(update),
    },
    Operation {
        method: "POST",
        path: "/v1/payment_methods/{payment_method}/attach",
        id: "attachPaymentMethod",
        fields: ATTACH,
        run: Run::Write(attach),
    },
    Operation {
        method: "POST",
        path: "/v1/payment_methods/{payment_method}/detach",
        id: "detachPaymentMethod",
        fields: &[],
        run: Run::Write(detach),
    },
];

fn create(tx: &mut Tx<'_>, call: &Call) -> Result<Content, Error> {
    Ok(methods::create(tx, &call.params, "", &call.belongs)?.into())
}

fn list(shown: Shown<'_>, call: &Call) -> Result<Content, Error> {
    match call.params.text("customer") {
        Some(customer) if !shown.state.customers.has(customer) => {
            Err(Error::no_such_in_body("customer", customer, "customer"))
        }
        customer => page(shown, call, customer),
    }
}

/// A page of the methods that a customer keeps, or any customer.
pub(super) fn page(shown: Shown<'_>, call: &Call, customer: Option<&str>) -> Result<Content, Error> {
    let (kind, allow) = (call.params.text("type"), call.params.text("allow_redisplay"));
    let key = customer.map_or(("kept", ""), |id| ("customer", id));
    let page = shown.state.methods.page(&listing::paging(call)?, Some(key), |row| {
        row.customer.is_some()
            && customer.is_none_or(|id| row.customer.as_deref() == Some(id))
            && kind.is_none_or(|kind| row.instrument.kind() == kind)
            && allow.is_none_or(|allow| row.allow_redisplay == allow)
    });
    listing::answer(call, "PaymentMethod", page, |row| Arc::clone(row).into())
}

fn retrieve(shown: Shown<'_>, call: &Call) -> Result<Content, Error> {
    Ok(shown.state.methods.get(&call.id).ok_or_else(|| missing(call))?.into())
}

fn update(tx: &mut Tx<'_>, call: &Call) -> Result<Content, Error> {
    let method = find(tx, call)?;
    Ok(methods::update(tx, &method, &call.params)?.into())
}

fn attach(tx: &mut Tx<'_>, call: &Call) -> Result<Content, Error> {
    let customer = customers::named(tx, call.params.text("customer").unwrap_or_default(), "customer")?;
    let method = methods::find(tx, &call.id, &call.belongs).ok_or_else(|| missing(call))?;
    Ok(methods::attach(tx, &method, &customer)?.into())
}

fn detach(tx: &mut Tx<'_>, call: &Call) -> Result<Content, Error> {
    let method = find(tx, call)?;
    Ok(methods::detach(tx, &method)?.into())
}

fn find(tx: &Tx<'_>, call: &Call) -> Result<Arc<PaymentMethod>, Error> {
    tx.state.methods.get(&call.id).ok_or_else(|| missing(call))
}

fn missing(call: &Call) -> Error {
    Error::no_such_at_url("PaymentMethod", &call.id, "payment_method")
}
