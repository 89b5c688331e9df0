//! Service protection limits: see, set, take away.

use axum::extract::State;
use axum::response::Response;
use bytes::Bytes;
use mock_core::control::{Problem, answer, body_of};

use super::dto::ProtectionView;
use crate::dataverse::Dataverse;
use crate::protection::ProtectionLimits;

/// The limits that hold now.
pub(super) async fn show(State(dataverse): State<Dataverse>) -> Response {
    answer(&ProtectionView { limits: dataverse.protection().limits() })
}

/// Sets limits; what is left out is as the service documents it.
pub(super) async fn set(State(dataverse): State<Dataverse>, body: Bytes) -> Result<Response, Problem> {
    let limits: ProtectionLimits = body_of(&body)?;
    dataverse.protection().set(Some(limits));
    Ok(show(State(dataverse)).await)
}

/// Takes all limits away.
pub(super) async fn clear(State(dataverse): State<Dataverse>) -> Response {
    dataverse.protection().set(None);
    show(State(dataverse)).await
}
