//! The layer that every face wears: it bounds and buffers the body, applies faults, holds both sides against the contract and records
//! the exchange. Recording and answering are one function, so they cannot drift apart.

use std::convert::Infallible;
use std::panic::AssertUnwindSafe;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::FromRequestParts;
use axum::response::Response;
use bytes::Bytes;
use futures_util::FutureExt as _;
use http::request::Parts;
use http::uri::PathAndQuery;
use http::{HeaderMap, HeaderValue, StatusCode, Version, header};
use http_body_util::{BodyExt as _, LengthLimitError, Limited};
use parking_lot::Mutex;
use tower::Service as _;
use uuid::Uuid;

use crate::connection::Peer;
use crate::contract::{AnswerView, Contract, RequestView, Side, Violation};
use crate::faults::{Effect, When};
use crate::journal::{Answer, Direction, Entry, Request, guids_in};
use crate::world::World;

/// How a system words the errors that are made outside its handlers.
pub trait Dialect: Send + Sync {
    /// The body was longer than `limit` bytes.
    fn payload_too_large(&self, limit: usize) -> Response<Bytes>;
    /// The fake itself broke. This is a fault of ours and shows as one in the journal.
    fn internal_error(&self, what: &str) -> Response<Bytes>;
    /// An injected error.
    fn fault(&self, status: StatusCode, code: Option<&str>, message: Option<&str>) -> Response<Bytes>;
}

/// What a handler can say about the exchange it is part of. An axum extractor.
#[derive(Clone, Debug, Default)]
pub struct Exchange(Arc<Told>);

#[derive(Debug, Default)]
struct Told {
    body: Bytes,
    remarks: Mutex<Remarks>,
}

#[derive(Debug, Default)]
struct Remarks {
    scope: String,
    subjects: Vec<Uuid>,
    unsupported: Vec<String>,
    notes: Vec<String>,
}

impl Exchange {
    fn new(scope: String, body: Bytes) -> Self {
        Self(Arc::new(Told { body, remarks: Mutex::new(Remarks { scope, ..Remarks::default() }) }))
    }

    /// The request's body, read and bounded. A handler that takes it from here need not collect it again.
    pub fn body(&self) -> &Bytes {
        &self.0.body
    }

    /// What the request belongs to: the first GUID in its query or body, else in its path; empty when there is none. It serves as the
    /// scope of ids that are drawn for the request.
    pub fn scope(&self) -> String {
        self.0.remarks.lock().scope.clone()
    }

    /// The exchange is about this GUID, though it may not stand in it.
    pub fn subject(&self, id: Uuid) {
        let mut remarks = self.0.remarks.lock();
        if !remarks.subjects.contains(&id) {
            remarks.subjects.push(id);
        }
    }

    /// Something was asked for that the fake does not support. It must also be refused.
    pub fn unsupported(&self, what: impl Into<String>) {
        self.0.remarks.lock().unsupported.push(what.into());
    }

    /// A remark for the journal.
    pub fn note(&self, note: impl Into<String>) {
        self.0.remarks.lock().notes.push(note.into());
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Exchange {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(parts.extensions.get::<Self>().cloned().unwrap_or_default())
    }
}

/// What the layer needs to know about the face that wears it.
pub(crate) struct Dress {
    pub(crate) world: World,
    pub(crate) fake: &'static str,
    pub(crate) dialect: Arc<dyn Dialect>,
    pub(crate) contract: OnceLock<Result<Option<Contract>, String>>,
    pub(crate) contract_text: &'static str,
    pub(crate) body_limit: usize,
}

impl Dress {
    /// The contract, parsed when it is first needed: a start need not wait for it. A face without a document has none.
    fn contract(&self) -> Result<Option<&Contract>, &str> {
        let parsed = self.contract.get_or_init(|| match self.contract_text {
            "" => Ok(None),
            text => Contract::shared(self.fake, text).map(Some).map_err(|error| error.to_string()),
        });
        parsed.as_ref().map(Option::as_ref).map_err(String::as_str)
    }

    /// Parses the contract and compiles its schemas ahead of the first exchange.
    pub(crate) fn warm(&self) {
        if let Ok(Some(contract)) = self.contract() {
            // What does not compile shows as a violation of each exchange that needs it.
            drop(contract.warm());
        }
    }
}

/// One exchange from the first byte to the last.
pub(crate) async fn exchange(
    dress: &Dress,
    peer: Option<Peer>,
    mut router: Router,
    request: axum::extract::Request,
) -> Response {
    let (mut parts, body) = request.into_parts();
    let multiplexed = parts.version == Version::HTTP_2;
    let target = parts.uri.path_and_query().map_or_else(|| parts.uri.path(), PathAndQuery::as_str).to_owned();
    let (body, refused) = match Limited::new(body, dress.body_limit).collect().await {
        // A copy, because the bytes share the buffer that the connection reads into: the journal would keep all of it.
        Ok(collected) => (Bytes::copy_from_slice(&collected.to_bytes()), None),
        Err(error) if error.is::<LengthLimitError>() => {
            (Bytes::new(), Some(dress.dialect.payload_too_large(dress.body_limit)))
        }
        // The client broke off within its own request: nobody is left to read an answer.
        Err(_) => (Bytes::new(), Some(plain(StatusCode::BAD_REQUEST))),
    };

    let guard = dress.world.guard_is_on();
    let (contract, unreadable) = match dress.contract() {
        Ok(contract) => (contract, None),
        Err(why) => (None, Some(why)),
    };
    let asked = Arc::new(Request {
        method: parts.method.clone(),
        target,
        headers: (&parts.headers).into(),
        body: body.clone(),
    });
    let (path, query) = match asked.target.split_once('?') {
        Some((path, query)) => (path, Some(query)),
        None => (asked.target.as_str(), None),
    };
    // The handler takes the headers; the guard looks at them once more afterwards.
    let headers = if guard { parts.headers.clone() } else { HeaderMap::new() };
    let view = RequestView { method: &asked.method, path, query, headers: &headers, body: &asked.body };
    let found = contract.filter(|_| guard).map(|contract| contract.find(view.method, view.path));
    let operation = match &found {
        Some(found) => found.operation_id(),
        None => contract.and_then(|contract| contract.operation_id(view.method, view.path)),
    };
    let mut violations = match (contract, &found) {
        (Some(contract), Some(found)) if refused.is_none() => contract.check_request_of(found, &view),
        _ => Vec::new(),
    };
    // A document that cannot be read must not pass for one that everything fits.
    violations.extend(unreadable.map(|why| Violation {
        operation: None,
        side: Side::Answer,
        place: "contract".to_owned(),
        message: format!("the document of {} cannot be read: {why}", dress.fake),
    }));

    let (scope, subjects) = subjects_of(path, query, &body);
    let remarks = Exchange::new(scope, body.clone());
    let mut open = dress.world.journal().begin(Entry {
        fake: dress.fake,
        direction: Direction::Inbound,
        operation: operation.map(str::to_owned),
        peer: peer.as_ref().map(|peer| Arc::clone(&peer.text)).unwrap_or_default(),
        request: Arc::clone(&asked),
        subjects,
        ..Entry::empty()
    });

    let authorization = parts.headers.get(header::AUTHORIZATION).map(HeaderValue::as_bytes);
    let faults = dress.world.faults();
    let strike = faults.strike(dress.fake, operation, asked.method.as_str(), &asked.target, authorization, &body);
    // A client that went on behind a certificate that it should not have taken has met a fault with everything that it sends.
    let flaw = || peer.as_ref().and_then(Peer::flaw).map(|flaw| flaw.describe().to_owned());
    open.entry.fault = strike.as_ref().map(|(_, effect)| effect.describe()).or_else(flaw);
    if let Some((_, Effect::Delay { millis })) = &strike {
        tokio::time::sleep(Duration::from_millis(*millis)).await;
    }
    let skips_work = matches!(&strike, Some((When::BeforeCommit, Effect::Answer { .. } | Effect::Reset)));

    let mut answer = match refused {
        Some(refused) => refused,
        None if skips_work => plain(StatusCode::SERVICE_UNAVAILABLE),
        None => {
            parts.extensions.insert(remarks.clone());
            let handed = axum::extract::Request::from_parts(parts, Body::from(body));
            // A router is ready at all times, and answers whatever comes.
            match AssertUnwindSafe(router.call(handed)).catch_unwind().await {
                Ok(Ok(response)) => buffered(response).await,
                Ok(Err(never)) => match never {},
                Err(_) => {
                    open.entry.notes.push("the fake panicked: a fault of the fake, not of its client".to_owned());
                    dress.dialect.internal_error("the fake broke while it handled this request")
                }
            }
        }
    };
    if let Some(found) = found.filter(|_| !skips_work) {
        let given = AnswerView { status: answer.status(), headers: answer.headers(), body: answer.body() };
        violations.extend(Contract::check_answer_of(&found, &view, &given));
    }
    open.entry.violations = violations;
    {
        let mut remarks = remarks.0.remarks.lock();
        open.entry.unsupported = std::mem::take(&mut remarks.unsupported);
        open.entry.notes.append(&mut remarks.notes);
        for subject in std::mem::take(&mut remarks.subjects) {
            if !open.entry.subjects.contains(&subject) {
                open.entry.subjects.push(subject);
            }
        }
    }

    match strike {
        Some((_, Effect::Reset)) => {
            open.failed("the connection was reset, as planned");
            match peer {
                // Others share the connection: only this exchange's stream is reset.
                _ if multiplexed => plain(StatusCode::SERVICE_UNAVAILABLE).map(|_| broken_body()),
                peer => {
                    if let Some(peer) = peer {
                        peer.reset();
                    }
                    plain(StatusCode::SERVICE_UNAVAILABLE).map(Body::from)
                }
            }
        }
        Some((_, Effect::CutBody { after })) => {
            open.entry.answer = Some(recorded(&answer));
            open.failed(format!("the body was cut after {after} bytes, as planned"));
            cut(answer, after)
        }
        Some((_, Effect::Answer { status, code, message, headers, body })) => {
            let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
            answer = dress.dialect.fault(status, code.as_deref(), message.as_deref());
            if let Some(body) = body {
                // The dialect may have told the length of its own words.
                answer.headers_mut().remove(header::CONTENT_LENGTH);
                *answer.body_mut() = Bytes::from(body);
            }
            for (name, value) in headers {
                if let (Ok(name), Ok(value)) = (name.parse::<header::HeaderName>(), value.parse::<HeaderValue>()) {
                    answer.headers_mut().insert(name, value);
                }
            }
            open.answered(recorded(&answer));
            answer.map(Body::from)
        }
        Some((_, Effect::Delay { .. } | Effect::Certificate { .. })) | None => {
            open.answered(recorded(&answer));
            answer.map(Body::from)
        }
    }
}

/// The first GUID of the query or the body (else of the path), and all of them.
fn subjects_of(path: &str, query: Option<&str>, body: &[u8]) -> (String, Vec<Uuid>) {
    let mut subjects = Vec::new();
    guids_in(query.unwrap_or_default().as_bytes(), &mut subjects);
    guids_in(body, &mut subjects);
    guids_in(path.as_bytes(), &mut subjects);
    let scope = subjects.first().map(ToString::to_string).unwrap_or_default();
    (scope, subjects)
}

async fn buffered(response: Response) -> Response<Bytes> {
    let (parts, body) = response.into_parts();
    // Handlers answer from memory; reading that back does not fail.
    let bytes = body.collect().await.map(http_body_util::Collected::to_bytes).unwrap_or_default();
    Response::from_parts(parts, fitted(bytes))
}

/// Bytes that hold no room behind their end: the journal keeps them, and would keep that too.
fn fitted(bytes: Bytes) -> Bytes {
    match bytes.try_into_mut() {
        Ok(own) if own.capacity() == own.len() => own.freeze(),
        Ok(own) => Bytes::copy_from_slice(&own),
        Err(shared) => Bytes::copy_from_slice(&shared),
    }
}

fn recorded(answer: &Response<Bytes>) -> Answer {
    Answer { status: answer.status(), headers: answer.headers().into(), body: answer.body().clone() }
}

fn plain(status: StatusCode) -> Response<Bytes> {
    let mut response = Response::new(Bytes::new());
    *response.status_mut() = status;
    response
}

/// A body that breaks before its first byte, and takes a head that has not left yet with it.
fn broken_body() -> Body {
    let broken = std::io::Error::from(std::io::ErrorKind::ConnectionReset);
    Body::from_stream(futures_util::stream::iter([Err::<Bytes, _>(broken)]))
}

/// The head promises the whole body; its first `after` bytes come, then the connection breaks.
fn cut(answer: Response<Bytes>, after: usize) -> Response {
    let (mut parts, body) = answer.into_parts();
    parts.headers.insert(header::CONTENT_LENGTH, HeaderValue::from(body.len().max(after + 1)));
    let begun = body.slice(..after.min(body.len()));
    let stream = futures_util::stream::unfold(Some(begun), |begun| async move {
        match begun {
            Some(begun) => Some((Ok(begun), None)),
            None => {
                // One turn for the server to flush what it has; an error at once would swallow the head too.
                tokio::time::sleep(Duration::from_millis(5)).await;
                Some((Err(std::io::Error::from(std::io::ErrorKind::ConnectionAborted)), None))
            }
        }
    });
    Response::from_parts(parts, Body::from_stream(stream))
}
