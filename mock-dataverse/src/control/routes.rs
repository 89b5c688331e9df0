//! The route table of the control routes, below `/v1/dataverse`.

use axum::Router;
use axum::routing::{delete, get, post, put};

use super::{certificates, operations, protection, rows, schema, tokens};
use crate::dataverse::Dataverse;

/// Every control route as (method, path below `/v1/dataverse`).
pub const ROUTES: &[(&str, &str)] = &[
    ("GET", "/tables"),
    ("GET", "/rows/{table}"),
    ("POST", "/rows/{table}"),
    ("GET", "/rows/{table}/{id}"),
    ("PATCH", "/rows/{table}/{id}"),
    ("DELETE", "/rows/{table}/{id}"),
    ("GET", "/tokens"),
    ("POST", "/tokens/expire"),
    ("PUT", "/tokens/lifetime"),
    ("PUT", "/apps/{clientId}"),
    ("DELETE", "/apps/{clientId}"),
    ("GET", "/apps/{clientId}/certificates"),
    ("POST", "/apps/{clientId}/certificates"),
    ("DELETE", "/apps/{clientId}/certificates/{thumbprint}"),
    ("GET", "/protection"),
    ("PUT", "/protection"),
    ("DELETE", "/protection"),
    ("GET", "/operations"),
    ("PUT", "/operations/{name}"),
    ("DELETE", "/operations/{name}"),
];

pub(crate) fn router(dataverse: &Dataverse) -> Router {
    Router::new()
        .route("/tables", get(schema::tables))
        .route("/rows/{table}", get(rows::list).post(rows::create))
        .route("/rows/{table}/{id}", get(rows::show).patch(rows::change).delete(rows::delete))
        .route("/tokens", get(tokens::show))
        .route("/tokens/expire", post(tokens::expire))
        .route("/tokens/lifetime", put(tokens::set_lifetime))
        .route("/apps/{clientId}", put(tokens::set_standing).delete(tokens::reset_standing))
        .route("/apps/{clientId}/certificates", get(certificates::list).post(certificates::add))
        .route("/apps/{clientId}/certificates/{thumbprint}", delete(certificates::remove))
        .route("/protection", get(protection::show).put(protection::set).delete(protection::clear))
        .route("/operations", get(operations::list))
        .route("/operations/{name}", put(operations::put).delete(operations::delete))
        .with_state(dataverse.clone())
}
