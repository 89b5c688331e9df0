//! Custom APIs with canned answers: see, add, take away.

use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Response};
use bytes::Bytes;
use http::StatusCode;
use mock_core::control::{Problem, answer, body_of};

use crate::dataverse::Dataverse;
use crate::operations::CustomOperation;

/// The custom APIs that there are.
pub(super) async fn list(State(dataverse): State<Dataverse>) -> Response {
    answer(&dataverse.custom().definitions())
}

/// Adds a custom API, in place of another of its name.
pub(super) async fn put(
    State(dataverse): State<Dataverse>,
    Path(name): Path<String>,
    body: Bytes,
) -> Result<Response, Problem> {
    let definition: CustomOperation = body_of(&body)?;
    if definition.name != name {
        return Err(Problem::bad(
            format!("the path names {name:?}, the body {:?}", definition.name),
            "send the same name in both",
        ));
    }
    let shown = definition.clone();
    dataverse.custom().put(definition, dataverse.store().schema(), dataverse.operations()).map_err(|error| {
        Problem::bad(error.to_string(), "see mock-dataverse/README.md for the form of a custom API")
    })?;
    Ok(answer(&shown))
}

/// Takes a custom API away.
pub(super) async fn delete(State(dataverse): State<Dataverse>, Path(name): Path<String>) -> Result<Response, Problem> {
    if dataverse.custom().remove(&name) {
        return Ok(StatusCode::NO_CONTENT.into_response());
    }
    Err(Problem::missing(format!("there is no custom API {name:?}"), "GET /v1/dataverse/operations lists them"))
}
