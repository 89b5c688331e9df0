//! `$batch`: carries out the requests of a batch one after the other, each as if it had come by itself; those of a change set in one transaction.

use std::cell::RefCell;
use std::collections::BTreeMap;

use axum::body::Body;
use axum::response::Response;
use bytes::Bytes;
use http::{Method, StatusCode, Uri, header};
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};

use super::answer;
use super::body;
use super::caller::{impersonated, impersonates};
use super::dispatch::dispatch;
use super::request::{ChangeSet, Request};
use crate::batch::{Answer, BatchError, Inner, Item, Part, answer as written, parse};
use crate::fault::{Code, Fault};
use crate::odata::Prefer;

/// What clients leave unescaped in the URLs of a batch, though it cannot stand there.
const UNSAFE: &AsciiSet =
    &CONTROLS.add(b' ').add(b'"').add(b'<').add(b'>').add(b'\\').add(b'^').add(b'`').add(b'{').add(b'|').add(b'}');

impl From<BatchError> for Fault {
    fn from(error: BatchError) -> Self {
        let code = match error {
            BatchError::TooMany => Code::BATCH_TOO_LARGE,
            _ => Code::BAD_PAYLOAD,
        };
        Self::bad(code, error.to_string())
    }
}

/// The addresses of the rows that requests of a change set wrote, by content id.
type Addresses = BTreeMap<String, String>;

/// Carries out a batch.
pub(super) fn batch(request: &Request<'_>, root: &str) -> Result<Response<Body>, Fault> {
    if request.method != Method::POST {
        return Err(request.wrong_verb());
    }
    if request.in_batch() {
        return Err(Fault::bad(Code::BAD_PAYLOAD, "A batch cannot stand inside another."));
    }
    let content_type = request.header(header::CONTENT_TYPE.as_str()).unwrap_or_default();
    let batch = parse(content_type, request.body)?;
    let run = Run { outer: request, root };
    let mut answers = Vec::new();
    let mut status = StatusCode::OK;
    for item in batch.items {
        let (answer, seen) = match item {
            Item::Single(inner) => {
                let part = run.one(&inner, None, &Addresses::new());
                let seen = part.status;
                (Answer::Single(part), seen)
            }
            Item::ChangeSet(requests) => run.change_set(&requests),
        };
        answers.push(answer);
        if seen.as_u16() >= 400 && !request.prefer.continue_on_error {
            status = seen;
            break;
        }
    }
    let boundary = format!("batchresponse_{}", run.id());
    let mut response = answer::empty(request.dataverse, status);
    *response.body_mut() = Body::from(written(&boundary, &answers));
    let response = answer::with(response, "content-type", Some(format!("multipart/mixed; boundary={boundary}")));
    let applied = request.prefer.continue_on_error.then(|| "odata.continue-on-error".to_owned());
    Ok(answer::with(response, "preference-applied", applied))
}

/// One batch that is carried out.
struct Run<'a> {
    outer: &'a Request<'a>,
    /// `https://host/api/data/v9.2`.
    root: &'a str,
}

impl Run<'_> {
    fn id(&self) -> uuid::Uuid {
        self.outer.dataverse.world().ids().uuid("dataverse.batch", "")
    }

    /// All requests in one transaction. When one fails, its answer stands for all of them and nothing has happened.
    fn change_set(&self, requests: &[Inner]) -> (Answer, StatusCode) {
        let id = self.id();
        let outcome = if let [only] = requests {
            // One request is all or nothing by itself, and may be a call of an action.
            let part = self.one(only, None, &Addresses::new());
            if part.status.as_u16() < 400 { Ok(vec![part]) } else { Err(Box::new(part)) }
        } else {
            let caller = &self.outer.caller;
            self.outer.dataverse.write_rows(caller.user, caller.on_behalf, |tx| {
                let tx = RefCell::new(tx);
                let mut addresses = Addresses::new();
                let mut parts = Vec::new();
                for inner in requests {
                    let part = self.one(inner, Some(&tx), &addresses);
                    if part.status.as_u16() >= 400 {
                        return Err(Box::new(part));
                    }
                    let address = part.headers.get("odata-entityid").and_then(|value| value.to_str().ok());
                    if let (Some(id), Some(address)) = (&inner.content_id, address.or_else(|| Self::named(inner))) {
                        addresses.insert(id.clone(), address.to_owned());
                    }
                    parts.push(part);
                }
                Ok(parts)
            })
        };
        match outcome {
            Ok(parts) => (Answer::ChangeSet(id, parts), StatusCode::OK),
            Err(part) => {
                let status = part.status;
                (Answer::ChangeSet(id, vec![*part]), status)
            }
        }
    }

    /// The row that a request names itself, when its answer did not tell an address.
    fn named(inner: &Inner) -> Option<&str> {
        (inner.method == Method::PATCH && !inner.target.starts_with('$')).then_some(inner.target.as_str())
    }

    /// Carries out one request and collects its answer.
    fn one(&self, inner: &Inner, change_set: Option<&dyn ChangeSet>, addresses: &Addresses) -> Part {
        let prefer = Prefer::parse(&inner.headers);
        let response = self
            .answered(inner, &prefer, change_set, addresses)
            .unwrap_or_else(|fault| answer::fault(self.outer.dataverse, &prefer, self.outer.exchange, &fault));
        let (head, given) = response.into_parts();
        let body = if inner.method == Method::HEAD { Bytes::new() } else { body::bytes_of(given) };
        Part { content_id: inner.content_id.clone(), status: head.status, headers: head.headers, body }
    }

    fn answered(
        &self,
        inner: &Inner,
        prefer: &Prefer,
        change_set: Option<&dyn ChangeSet>,
        addresses: &Addresses,
    ) -> Result<Response<Body>, Fault> {
        let uri = self.uri(&inner.target, addresses)?;
        let caller = self.outer.caller.clone();
        let caller = match (impersonates(&inner.headers), change_set) {
            (false, _) => caller,
            (true, None) => impersonated(self.outer.dataverse, &inner.headers, caller)?,
            (true, Some(_)) => return Err(Fault::unsupported("another user for one request of a change set")),
        };
        let body = Bytes::copy_from_slice(&inner.body);
        let request = Request {
            dataverse: self.outer.dataverse,
            exchange: self.outer.exchange,
            method: inner.method.clone(),
            uri: &uri,
            headers: &inner.headers,
            body: &body,
            prefer,
            caller,
            base: self.outer.base.clone(),
            change_set,
            addresses: Some(addresses),
        };
        dispatch(&request)
    }

    /// The URL of a request: a reference becomes the address of its row, a relative one stands below the version.
    fn uri(&self, target: &str, addresses: &Addresses) -> Result<Uri, Fault> {
        let resolved = resolve(target, addresses)?;
        let target = resolved.as_deref().unwrap_or(target);
        let target = target.split('#').next().unwrap_or_default();
        let path = match target.split_once("://") {
            Some((_, rest)) => rest.find('/').and_then(|start| rest.get(start..)).unwrap_or("/").to_owned(),
            None if target.starts_with('/') => target.to_owned(),
            None => {
                let below =
                    self.root.split_once("://").and_then(|(_, rest)| rest.find('/').and_then(|at| rest.get(at..)));
                format!("{}/{target}", below.unwrap_or_default())
            }
        };
        utf8_percent_encode(&path, UNSAFE).to_string().parse().map_err(|_| {
            Fault::bad(
                Code::BAD_PAYLOAD,
                format!(
                    "The URL '{}' of a request in the batch cannot be parsed.",
                    path.chars().take(200).collect::<String>()
                ),
            )
        })
    }
}

/// A URL with the address of a row in place of a reference (`$1`, `$1/nav/$ref`); `None` when it does not begin with one.
pub(super) fn resolve(target: &str, addresses: &Addresses) -> Result<Option<String>, Fault> {
    let Some(rest) = target.strip_prefix('$') else { return Ok(None) };
    let end = rest.find(['/', '?', '(']).unwrap_or(rest.len());
    let (name, tail) = rest.split_at(end);
    if ["metadata", "batch", "entity"].contains(&name) {
        return Ok(None);
    }
    match addresses.get(name) {
        Some(address) => Ok(Some(format!("{address}{tail}"))),
        None => Err(Fault::bad(
            Code::BAD_PAYLOAD,
            format!("Content-ID Reference: '${name}' does not exist in the batch context."),
        )),
    }
}
