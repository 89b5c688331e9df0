//! The routes of the organization. One handler takes every Web API path, since OData paths are not a fixed list.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::{DefaultBodyLimit, State};
use axum::response::Response;
use axum::routing::any;
use bytes::Bytes;
use http::{HeaderMap, Method, StatusCode, Uri};
use mock_core::{Exchange, Face};

use super::answer;
use super::caller::{self, Refused};
use super::dialect::DataverseDialect;
use super::dispatch::dispatch;
use super::request::Request;
use crate::dataverse::Dataverse;
use crate::fault::Fault;
use crate::odata::Prefer;

/// The longest body of a request; also the largest upload the fake takes.
const BODY_LIMIT: usize = 4 * 1024 * 1024;

/// The face of the Web API.
pub(crate) fn face(dataverse: &Dataverse) -> Face {
    let router = Router::new()
        .route("/api/data", any(web_api))
        .route("/api/data/", any(web_api))
        .route("/api/data/{*path}", any(web_api))
        .route("/XRMServices/2011/Organization.svc/web", any(soap))
        .route("/XRMServices/2011/Organization.svc", any(soap))
        .fallback(unknown)
        .layer(axum::middleware::from_fn(crate::head::without_body))
        .layer(DefaultBodyLimit::disable())
        .with_state(dataverse.clone());
    Face {
        name: "dataverse",
        router,
        dialect: Arc::new(DataverseDialect(dataverse.clone())),
        contract: include_str!("../../../fixtures/openapi/dataverse.yaml"),
        body_limit: BODY_LIMIT,
    }
}

async fn web_api(
    State(dataverse): State<Dataverse>,
    exchange: Exchange,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response<Body> {
    let prefer = Prefer::parse(&headers);
    let caller = match caller::identify(&dataverse, &headers) {
        Ok(caller) => caller,
        Err(Refused::Challenge) => return answer::challenge(&dataverse),
        Err(Refused::Fault(fault)) => return answer::fault(&dataverse, &prefer, &exchange, &fault),
    };
    let base = dataverse.base_of("dataverse", &dataverse.url(), &uri, &headers);
    let request = Request {
        dataverse: &dataverse,
        exchange: &exchange,
        method,
        uri: &uri,
        headers: &headers,
        body: &body,
        prefer: &prefer,
        caller,
        base,
    };
    match dispatch(&request) {
        Ok(response) => response,
        Err(fault) => answer::fault(&dataverse, &prefer, &exchange, &fault),
    }
}

/// The SOAP endpoint is not there yet, but its challenge is: clients ask it for the tenant.
async fn soap(State(dataverse): State<Dataverse>, exchange: Exchange, headers: HeaderMap) -> Response<Body> {
    match caller::identify(&dataverse, &headers) {
        Ok(_) => {
            let fault = Fault::unsupported("the SOAP endpoint");
            answer::fault(&dataverse, &Prefer::parse(&headers), &exchange, &fault)
        }
        Err(Refused::Challenge) => answer::challenge(&dataverse),
        Err(Refused::Fault(fault)) => answer::fault(&dataverse, &Prefer::parse(&headers), &exchange, &fault),
    }
}

async fn unknown(
    State(dataverse): State<Dataverse>,
    exchange: Exchange,
    uri: Uri,
    headers: HeaderMap,
) -> Response<Body> {
    exchange.unsupported(format!("the path {}", uri.path()));
    let fault = Fault::uncoded(
        StatusCode::NOT_FOUND,
        format!("No HTTP resource was found that matches the request URI '{}'.", uri.path()),
    );
    answer::fault(&dataverse, &Prefer::parse(&headers), &exchange, &fault)
}
