//! The routes of the organization. One handler takes every Web API path, since OData paths are not a fixed list.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::response::Response;
use axum::routing::any;
use http::request::Parts;
use http::{HeaderMap, Method, StatusCode, Uri};
use mock_core::{Exchange, Face};

use super::answer;
use super::caller::{self, Refused};
use super::dialect::DataverseDialect;
use super::dispatch::dispatch;
use super::request::Request;
use crate::dataverse::Dataverse;
use crate::fault::Fault;
use crate::head;
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
    request: axum::extract::Request,
) -> Response<Body> {
    let (Parts { method, uri, headers, .. }, body) = request.into_parts();
    // The exchange layer has bounded the body and read it into memory.
    let Ok(body) = axum::body::to_bytes(body, usize::MAX).await else { return unreadable() };
    let prefer = Prefer::parse(&headers);
    let refuse = |fault: &Fault| answer::fault(&dataverse, &prefer, &exchange, fault);
    let response = match caller::identify(&dataverse, &headers) {
        Ok(caller) => {
            let base = dataverse.base_of("dataverse", || dataverse.url(), &uri, &headers);
            let request = Request {
                dataverse: &dataverse,
                exchange: &exchange,
                method: method.clone(),
                uri: &uri,
                headers: &headers,
                body: &body,
                prefer: &prefer,
                caller,
                base,
            };
            dispatch(&request).unwrap_or_else(|fault| refuse(&fault))
        }
        Err(Refused::Challenge) => answer::challenge(&dataverse),
        Err(Refused::Fault(fault)) => refuse(&fault),
    };
    head::answered(&method, response)
}

/// 400 for a request whose client broke off within it.
fn unreadable() -> Response<Body> {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::BAD_REQUEST;
    response
}

/// The SOAP endpoint is not there yet, but its challenge is: clients ask it for the tenant.
async fn soap(
    State(dataverse): State<Dataverse>,
    exchange: Exchange,
    method: Method,
    headers: HeaderMap,
) -> Response<Body> {
    let refuse = |fault: &Fault| answer::fault(&dataverse, &Prefer::parse(&headers), &exchange, fault);
    let response = match caller::identify(&dataverse, &headers) {
        Ok(_) => refuse(&Fault::unsupported("the SOAP endpoint")),
        Err(Refused::Challenge) => answer::challenge(&dataverse),
        Err(Refused::Fault(fault)) => refuse(&fault),
    };
    head::answered(&method, response)
}

async fn unknown(
    State(dataverse): State<Dataverse>,
    exchange: Exchange,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
) -> Response<Body> {
    exchange.unsupported(format!("the path {}", uri.path()));
    let fault = Fault::uncoded(
        StatusCode::NOT_FOUND,
        format!("No HTTP resource was found that matches the request URI '{}'.", uri.path()),
    );
    head::answered(&method, answer::fault(&dataverse, &Prefer::parse(&headers), &exchange, &fault))
}
