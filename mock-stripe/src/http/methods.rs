//! `/v1/payment_methods`: those that buyers used.

use super::call::{Call, Operation, Run};
use super::content::Content;
use crate::error::Error;
use crate::render::Shown;

pub(super) const OPERATIONS: &[Operation] = &[Operation {
    method: "GET",
    path: "/v1/payment_methods/{payment_method}",
    id: "retrievePaymentMethod",
    fields: &[],
    run: Run::Read(retrieve),
}];

fn retrieve(shown: Shown<'_>, call: &Call) -> Result<Content, Error> {
    let method = shown.state.methods.get(&call.id);
    let method = method.ok_or_else(|| Error::no_such_at_url("PaymentMethod", &call.id, "payment_method"))?;
    Ok(method.into())
}
