//! `/v1/account`

use super::call::{Call, Operation, Run};
use super::content::Content;
use crate::error::Error;
use crate::render::Shown;
use crate::wire;
use crate::wire::shape::value_of;

pub(super) const OPERATIONS: &[Operation] =
    &[Operation { method: "GET", path: "/v1/account", id: "retrieveAccount", fields: &[], run: Run::Read(retrieve) }];

#[expect(clippy::unnecessary_wraps, reason = "the signature of every handler")]
fn retrieve(shown: Shown<'_>, _: &Call) -> Result<Content, Error> {
    Ok(value_of(&wire::account(shown.view, shown.state.opened)).into())
}
