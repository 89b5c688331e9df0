//! `/v1/account`

use super::call::{Call, Operation, Run};
use crate::error::Error;
use crate::render::Shown;
use crate::wire;

pub(super) const OPERATIONS: &[Operation] =
    &[Operation { method: "GET", path: "/v1/account", id: "retrieveAccount", fields: &[], run: Run::Read(retrieve) }];

#[expect(clippy::unnecessary_wraps, reason = "the signature of every handler")]
fn retrieve(shown: Shown<'_>, _: &Call) -> Result<serde_json::Value, Error> {
    Ok(wire::account(shown.view, shown.state.opened))
}
