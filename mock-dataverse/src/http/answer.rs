//! Answers with the headers that every answer of the service carries.

use std::sync::LazyLock;

use axum::body::Body;
use axum::response::Response;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use mock_core::Exchange;

use super::dispatch::Place;
use crate::dataverse::Dataverse;
use crate::fault::Fault;
use crate::json::{Json, object};
use crate::odata::{Detail, Prefer};
use crate::protection::Left;

const SERVICE_REQUEST_ID: HeaderName = HeaderName::from_static("x-ms-service-request-id");
const REQUEST_ID: HeaderName = HeaderName::from_static("req_id");

/// What stands the same on every answer (facts/dataverse.md 3.2).
const FIXED: [(HeaderName, HeaderValue); 10] = [
    (HeaderName::from_static("odata-version"), HeaderValue::from_static("4.0")),
    (header::CACHE_CONTROL, HeaderValue::from_static("no-cache")),
    (header::EXPIRES, HeaderValue::from_static("-1")),
    (header::STRICT_TRANSPORT_SECURITY, HeaderValue::from_static("max-age=31536000; includeSubDomains")),
    (HeaderName::from_static("crm.serviceid"), HeaderValue::from_static("CRMAppPool")),
    (HeaderName::from_static("x-ms-dop-hint"), HeaderValue::from_static("4")),
    (HeaderName::from_static("x-ms-ratelimit-burst-remaining-xrm-requests"), HeaderValue::from_static("5999")),
    (HeaderName::from_static("x-ms-ratelimit-time-remaining-xrm-requests"), HeaderValue::from_static("1,200.00")),
    // These two differ from answer to answer; here they only have their place.
    (SERVICE_REQUEST_ID, HeaderValue::from_static("")),
    (REQUEST_ID, HeaderValue::from_static("")),
];

/// [`FIXED`] ready to be copied, with room for the headers of single answers.
static TEMPLATE: LazyLock<HeaderMap> = LazyLock::new(|| {
    let mut headers = HeaderMap::with_capacity(FIXED.len() + 8);
    headers.extend(FIXED);
    headers
});

/// Headers of every answer.
fn dress(dataverse: &Dataverse, response: &mut Response<Body>) {
    let headers = response.headers_mut();
    headers.clone_from(&TEMPLATE);
    let id = dataverse.world().ids().uuid("dataverse.request", "").to_string();
    if let Ok(value) = HeaderValue::try_from(id) {
        headers.insert(SERVICE_REQUEST_ID, value.clone());
        headers.insert(REQUEST_ID, value);
    }
}

/// An answer without a body.
pub(super) fn empty(dataverse: &Dataverse, status: StatusCode) -> Response<Body> {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = status;
    dress(dataverse, &mut response);
    response
}

/// A JSON answer.
pub(super) fn json(dataverse: &Dataverse, status: StatusCode, body: &Json) -> Response<Body> {
    written(dataverse, status, Detail::Minimal, body.to_text())
}

/// An answer that tells as much about itself as was asked for. `full` says whether the body has all that this may be; else it is given as the
/// minimum that it is.
pub(super) fn document(dataverse: &Dataverse, place: &Place<'_>, mut body: Json, full: bool) -> Response<Body> {
    let detail = if place.detail.is_full() && !full { Detail::Minimal } else { place.detail };
    detail.strip(&mut body);
    written(dataverse, StatusCode::OK, detail, body.to_text())
}

/// A JSON answer whose text is written already.
pub(super) fn written(dataverse: &Dataverse, status: StatusCode, detail: Detail, body: String) -> Response<Body> {
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    dress(dataverse, &mut response);
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(detail.content_type()));
    response
}

/// A plain-text answer.
pub(super) fn text(dataverse: &Dataverse, body: String) -> Response<Body> {
    let mut response = Response::new(Body::from(body));
    dress(dataverse, &mut response);
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("text/plain"));
    response
}

/// Adds a header, if its value may stand in one.
pub(super) fn with(mut response: Response<Body>, name: &'static str, value: Option<String>) -> Response<Body> {
    if let Some(value) = value.and_then(|value| HeaderValue::try_from(value).ok()) {
        response.headers_mut().insert(HeaderName::from_static(name), value);
    }
    response
}

/// Says what service protection leaves to the user, where it is on.
pub(super) fn with_left(response: Response<Body>, left: Left) -> Response<Body> {
    let whole = (left.hundredths / 100).to_string();
    let grouped = match whole.len().checked_sub(3).filter(|at| *at > 0).and_then(|at| whole.split_at_checked(at)) {
        Some((thousands, rest)) => format!("{thousands},{rest}"),
        None => whole,
    };
    let time = format!("{grouped}.{:02}", left.hundredths % 100);
    let response = with(response, "x-ms-ratelimit-burst-remaining-xrm-requests", Some(left.requests.to_string()));
    with(response, "x-ms-ratelimit-time-remaining-xrm-requests", Some(time))
}

/// 401 with exactly one challenge, values unquoted (facts/dataverse.md 14.1).
pub(super) fn challenge(dataverse: &Dataverse) -> Response<Body> {
    with(empty(dataverse, StatusCode::UNAUTHORIZED), "www-authenticate", Some(dataverse.challenge()))
}

/// A refusal in the service's error object.
pub(super) fn fault(dataverse: &Dataverse, prefer: &Prefer, exchange: &Exchange, fault: &Fault) -> Response<Body> {
    if let Some(what) = &fault.unsupported {
        exchange.unsupported(what.clone());
    }
    let response = json(dataverse, fault.status, &fault_json(fault, prefer.annotations.all()));
    with(response, "retry-after", fault.retry_after.map(|seconds| seconds.to_string()))
}

/// The error object; `annotated` adds what callers get who ask for all annotations.
pub(super) fn fault_json(fault: &Fault, annotated: bool) -> Json {
    let code = fault.code.map(|code| code.to_string()).unwrap_or_default();
    let mut members =
        vec![("code".to_owned(), Json::from(code.clone())), ("message".to_owned(), Json::from(fault.message.as_str()))];
    if annotated {
        let help = format!(
            "http://go.microsoft.com/fwlink/?LinkID=398563&error=Microsoft.Crm.CrmException%3a{code}&client=platform"
        );
        members.extend([
            ("@Microsoft.PowerApps.CDS.ErrorDetails.OperationStatus".to_owned(), "0".into()),
            ("@Microsoft.PowerApps.CDS.ErrorDetails.SubErrorCode".to_owned(), "0".into()),
            ("@Microsoft.PowerApps.CDS.HelpLink".to_owned(), help.into()),
            ("@Microsoft.PowerApps.CDS.TraceText".to_owned(), "".into()),
            ("@Microsoft.PowerApps.CDS.InnerError.Message".to_owned(), fault.message.as_str().into()),
        ]);
    }
    object([("error", Json::Object(members))])
}
