//! One API call from its bytes to its answer: key, version, parameters, idempotency, the work, expansion.

use axum::response::Response;
use bytes::Bytes;
use http::{HeaderMap, Method, Uri};
use mock_core::Exchange;
use mock_core::form::FormTree;

use super::answer::Reply;
use super::content::Content;
use super::decode::{Upload, decode, decode_upload};
use super::door::{admit, authorize, check_account, check_version};
use super::expand;
use crate::control::dto::Unsupported;
use crate::domain::belonging::Belonging;
use crate::domain::event::Cause;
use crate::domain::idempotency::{Decision, MAX_KEY};
use crate::error::Error;
use crate::flows::{Batch, Tx};
use crate::keys::{Answer, Turn};
use crate::params::{self, Field, Params};
use crate::render::Shown;
use crate::stripe::Stripe;
use crate::webhooks;

/// One operation of the API.
#[derive(Clone, Copy)]
pub(crate) struct Operation {
    pub(crate) method: &'static str,
    /// As in the published description, `{…}` for ids.
    pub(crate) path: &'static str,
    /// Its id in the contract.
    pub(crate) id: &'static str,
    /// The parameters it takes beside `expand[]`.
    pub(crate) fields: &'static [Field],
    pub(crate) run: Run,
}

/// What an operation does.
#[derive(Clone, Copy)]
pub(crate) enum Run {
    /// It looks.
    Read(fn(Shown<'_>, &Call) -> Result<Content, Error>),
    /// It changes.
    Write(fn(&mut Tx<'_>, &Call) -> Result<Content, Error>),
}

/// What a handler knows of its call.
pub(crate) struct Call {
    pub(crate) params: Params,
    /// The id in the path; empty when there is none.
    pub(crate) id: String,
    /// The path, for lists.
    pub(crate) path: String,
    /// What the request is about.
    pub(crate) belongs: Belonging,
    /// The file that came along.
    pub(crate) upload: Option<Upload>,
}

/// Serves one call.
pub(crate) async fn serve(
    operation: &'static Operation,
    stripe: &Stripe,
    exchange: &Exchange,
    method: &Method,
    uri: &Uri,
    headers: &HeaderMap,
    body: &Bytes,
) -> Response {
    let scope = exchange.scope();
    let mut reply = Reply::new(stripe, headers, stripe.mint().request(&scope));
    if method == Method::HEAD {
        // HEAD answers as GET does, without its body; nothing here changes on GET.
        reply.head_only = true;
    }
    let named = id_in(operation.path, uri.path());
    if !named.is_empty() {
        attribute(exchange, &stripe.state.read().belonging_of(&named));
    }
    let entered = authorize(stripe, headers)
        .and_then(|()| check_account(stripe, headers))
        .and_then(|()| admit(operation, stripe, uri))
        .and_then(|()| check_version(headers));
    if let Err(error) = entered {
        return refused(stripe, exchange, method, uri, reply, error);
    }
    let decoded = match operation.method {
        "POST" if operation.path == "/v1/files" => decode_upload(operation, headers, body).await,
        "POST" => decode(operation, headers, body).map(|form| (form, None)),
        _ => decode(operation, headers, uri.query().unwrap_or_default().as_bytes()).map(|form| (form, None)),
    };
    let (form, upload) = match decoded {
        Ok(decoded) => decoded,
        Err(error) => return refused(stripe, exchange, method, uri, reply, error),
    };
    let claim = match (operation.method, reply.idempotency_key.clone()) {
        ("POST", Some(key)) => match take_turn(stripe, &key, uri.path(), &form) {
            Ok(Ok(claim)) => Some(claim),
            Ok(Err(answer)) => return reply.replay(answer),
            Err(error) => return refused(stripe, exchange, method, uri, reply, error),
        },
        _ => None,
    };
    let api_version = reply.api_version.clone();
    let cause = Cause { request: Some(reply.request.clone()), idempotency_key: reply.idempotency_key.clone() };
    let (result, batch) = perform(operation, stripe, &scope, uri, named, &form, upload, cause, &api_version, exchange);
    let executed = result.as_ref().map_or_else(|error| error.executed, |_| true);
    if let Err(error) = &result {
        remember_unsupported(stripe, exchange, method, uri, error);
    }
    let (status, body) = match &result {
        Ok(body) => body.success(&stripe.view(stripe.world.clock().now(), &api_version)),
        Err(error) => reply.error_body(error),
    };
    webhooks::send_later(stripe, batch);
    if let Some(claim) = claim.filter(|_| executed) {
        claim.keep(Answer { status, body: body.clone(), request: reply.request.clone() });
    }
    reply.finish(status, body)
}

/// A path or method that nothing serves.
pub(crate) fn unrecognized(
    stripe: &Stripe,
    exchange: &Exchange,
    method: &Method,
    uri: &Uri,
    headers: &HeaderMap,
) -> Response {
    let reply = Reply::new(stripe, headers, stripe.mint().request(&exchange.scope()));
    let mut error = Error::unrecognized_url(method.as_str(), uri.path());
    error.unsupported = Some(format!("{method} {}", uri.path()));
    refused(stripe, exchange, method, uri, reply, error)
}

fn refused(
    stripe: &Stripe,
    exchange: &Exchange,
    method: &Method,
    uri: &Uri,
    reply: Reply<'_>,
    error: Error,
) -> Response {
    remember_unsupported(stripe, exchange, method, uri, &error);
    let (status, body) = reply.error_body(&error);
    reply.refuse(&error, status, body)
}

fn remember_unsupported(stripe: &Stripe, exchange: &Exchange, method: &Method, uri: &Uri, error: &Error) {
    if let Some(what) = &error.unsupported {
        note_unsupported(stripe, exchange, method, uri, what);
    }
}

fn note_unsupported(stripe: &Stripe, exchange: &Exchange, method: &Method, uri: &Uri, what: &str) {
    exchange.unsupported(what);
    stripe.state.write().note_unsupported(Unsupported {
        at: stripe.world.clock().now().to_string(),
        call: format!("{method} {}", uri.path()).chars().take(300).collect(),
        what: what.chars().take(300).collect(),
    });
}

#[expect(clippy::too_many_arguments, reason = "the one place where a call's parts come together")]
fn perform(
    operation: &Operation,
    stripe: &Stripe,
    scope: &str,
    uri: &Uri,
    id: String,
    form: &FormTree,
    upload: Option<Upload>,
    cause: Cause,
    api_version: &str,
    exchange: &Exchange,
) -> (Result<Content, Error>, Batch) {
    let call = match params::read(form, operation.fields) {
        Ok(params) => {
            let mut subjects = Vec::new();
            params.each_text(&mut |text| mock_core::journal::guids_in(text.as_bytes(), &mut subjects));
            let belongs = Belonging::new(scope.to_owned(), subjects);
            Call { params, id, path: uri.path().to_owned(), belongs, upload }
        }
        Err(error) => return (Err(error), Batch::default()),
    };
    let paths = call.params.strings("expand").unwrap_or_default();
    if let (Run::Write(_), Err(error)) = (operation.run, expand::check(operation.path, &paths)) {
        return (Err(error), Batch::default());
    }
    let (result, batch) = match operation.run {
        Run::Read(read) => {
            let result = stripe.read(api_version, |shown| told(read(shown, &call)?, &paths, shown));
            (result, Batch::default())
        }
        Run::Write(write) => stripe.change(cause, api_version, |tx| {
            let body = write(tx, &call)?;
            told(body, &paths, tx.shown())
        }),
    };
    let body = result.map(|(body, belongs)| {
        attribute(exchange, &belongs);
        body
    });
    (body, batch)
}

/// The answer as this caller sees it, and what its object belongs to.
fn told(body: Content, paths: &[String], shown: Shown<'_>) -> Result<(Content, Belonging), Error> {
    let belongs = shown.state.belonging_of(body.id());
    Ok((seen(body, paths, shown)?, belongs))
}

/// The answer as this caller sees it: with what was expanded.
fn seen(body: Content, paths: &[String], shown: Shown<'_>) -> Result<Content, Error> {
    if paths.is_empty() {
        return Ok(body);
    }
    Ok(expand::all(body.tree(shown.view), paths, shown)?.into())
}

/// The journal finds the call under the purchase of the object that it names or made.
fn attribute(exchange: &Exchange, belongs: &Belonging) {
    belongs.subjects.iter().for_each(|subject| exchange.subject(*subject));
}

/// The claim of a first request, the answer of a repeat, or the refusal of a misuse.
fn take_turn(
    stripe: &Stripe,
    key: &str,
    path: &str,
    form: &FormTree,
) -> Result<Result<crate::keys::Claim, Answer>, Error> {
    if key.chars().count() > MAX_KEY {
        return Err(Error::invalid(format!("Idempotency keys can be at most {MAX_KEY} characters long.")));
    }
    match stripe.keys.turn(key, path, form, stripe.world.clock().now()) {
        Turn::Claimed(claim) => Ok(Ok(claim)),
        Turn::Replay(answer) => Ok(Err(answer)),
        Turn::Refused(Decision::OtherEndpoint(first)) => Err(Error::key_other_endpoint(key, &first, path)),
        Turn::Refused(Decision::OtherParameters) => Err(Error::key_other_parameters(key)),
        Turn::Refused(_) => Err(Error::key_in_flight(key)),
    }
}

/// The part of `path` that stands where the template has its `{…}`, percent-decoded.
pub(super) fn id_in(template: &str, path: &str) -> String {
    let Some((before, _)) = template.split_once('{') else { return String::new() };
    let raw = path.split('/').nth(before.matches('/').count()).unwrap_or_default();
    percent_encoding::percent_decode_str(raw).decode_utf8_lossy().into_owned()
}
