//! The routes of the organization. One handler takes every path, since OData paths are not a fixed list.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::response::Response;
use bytes::Bytes;
use http::request::Parts;
use http::{HeaderMap, StatusCode};
use mock_core::{Exchange, Face};

use super::answer;
use super::caller::{self, Refused};
use super::dialect::DataverseDialect;
use super::dispatch::dispatch;
use super::pages::Visit;
use super::request::Request;
use crate::dataverse::Dataverse;
use crate::fault::Fault;
use crate::head;
use crate::odata::Prefer;

/// The longest body of a request; also the largest upload the fake takes.
const BODY_LIMIT: usize = 4 * 1024 * 1024;

/// The face of the Web API.
pub(crate) fn face(dataverse: &Dataverse) -> Face {
    let router = Router::new().fallback(answered).with_state(dataverse.clone());
    Face {
        name: "dataverse",
        router,
        dialect: Arc::new(DataverseDialect(dataverse.clone())),
        contract: include_str!("../../../fixtures/openapi/dataverse.yaml"),
        body_limit: BODY_LIMIT,
    }
}

async fn answered(
    State(dataverse): State<Dataverse>,
    exchange: Exchange,
    request: axum::extract::Request,
) -> Response<Body> {
    let (parts, _) = request.into_parts();
    let body = exchange.body();
    let response = match parts.uri.path() {
        "/api/data" => web_api(&dataverse, &exchange, &parts, body),
        path if path.starts_with("/api/data/") => web_api(&dataverse, &exchange, &parts, body),
        "/XRMServices/2011/Organization.svc" | "/XRMServices/2011/Organization.svc/web" => {
            soap(&dataverse, &exchange, &parts)
        }
        path => {
            let base = dataverse.base_of("dataverse", || dataverse.url(), &parts.uri, &parts.headers);
            let visit = Visit { dataverse: &dataverse, method: &parts.method, headers: &parts.headers, base };
            match visit.answer(path) {
                Some(Ok(page)) => page,
                Some(Err(fault)) => answer::fault(&dataverse, &Prefer::parse(&parts.headers), &exchange, &fault),
                None => unknown(&dataverse, &exchange, &parts.headers, path),
            }
        }
    };
    head::answered(&parts.method, response)
}

fn web_api(dataverse: &Dataverse, exchange: &Exchange, parts: &Parts, body: &Bytes) -> Response<Body> {
    let prefer = Prefer::parse(&parts.headers);
    let refuse = |fault: &Fault| answer::fault(dataverse, &prefer, exchange, fault);
    let base = dataverse.base_of("dataverse", || dataverse.url(), &parts.uri, &parts.headers);
    let caller = match caller::identify(dataverse, &parts.method, &parts.headers, &base) {
        Ok(caller) => caller,
        Err(Refused::Challenge) => return answer::challenge(dataverse),
        Err(Refused::Fault(fault)) => return refuse(&fault),
    };
    let request = Request {
        dataverse,
        exchange,
        method: parts.method.clone(),
        uri: &parts.uri,
        headers: &parts.headers,
        body,
        prefer: &prefer,
        caller,
        base,
        change_set: None,
        addresses: None,
    };
    let clock = dataverse.world().clock();
    let entered = match dataverse.protection().enter(request.caller.account(), clock.now()) {
        Ok(entered) => entered,
        Err(exceeded) => return refuse(&exceeded.into()),
    };
    let began = clock.elapsed();
    let response = dispatch(&request).unwrap_or_else(|fault| refuse(&fault));
    match entered {
        Some(entered) => answer::with_left(response, entered.leave(clock.elapsed().saturating_sub(began))),
        None => response,
    }
}

/// The SOAP endpoint is not there yet, but its challenge is: clients ask it for the tenant.
fn soap(dataverse: &Dataverse, exchange: &Exchange, parts: &Parts) -> Response<Body> {
    let refuse = |fault: &Fault| answer::fault(dataverse, &Prefer::parse(&parts.headers), exchange, fault);
    let base = dataverse.base_of("dataverse", || dataverse.url(), &parts.uri, &parts.headers);
    match caller::identify(dataverse, &parts.method, &parts.headers, &base) {
        Ok(_) => refuse(&Fault::unsupported("the SOAP endpoint")),
        Err(Refused::Challenge) => answer::challenge(dataverse),
        Err(Refused::Fault(fault)) => refuse(&fault),
    }
}

fn unknown(dataverse: &Dataverse, exchange: &Exchange, headers: &HeaderMap, path: &str) -> Response<Body> {
    exchange.unsupported(format!("the path {path}"));
    let fault = Fault::uncoded(
        StatusCode::NOT_FOUND,
        format!("No HTTP resource was found that matches the request URI '{path}'."),
    );
    answer::fault(dataverse, &Prefer::parse(headers), exchange, &fault)
}
