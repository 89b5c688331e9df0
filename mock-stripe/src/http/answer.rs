//! Answers: pretty JSON and the headers of `facts/stripe.md` 3.

use std::sync::LazyLock;

use axum::body::Body;
use axum::response::Response;
use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use serde::Serialize;

use super::names::{IDEMPOTENCY_KEY, REQUEST_ID, STRIPE_ACCOUNT, STRIPE_VERSION};
use crate::error::{Error, log_url};
use crate::keys::Answer;
use crate::stripe::Stripe;
use crate::wire;

/// What stands the same on every answer (facts/stripe.md 3), with room for the headers of single answers.
static TEMPLATE: LazyLock<HeaderMap> = LazyLock::new(|| {
    let fixed = HeaderValue::from_static;
    let mut headers = HeaderMap::with_capacity(20);
    headers.extend([
        (header::CONTENT_TYPE, fixed("application/json")),
        // What differs from answer to answer only has its place here.
        (header::CONTENT_LENGTH, fixed("0")),
        (header::SERVER, fixed("nginx")),
        (header::CACHE_CONTROL, fixed("no-cache, no-store")),
        (header::VARY, fixed("Origin")),
        (header::ACCESS_CONTROL_ALLOW_ORIGIN, fixed("*")),
        (
            header::ACCESS_CONTROL_EXPOSE_HEADERS,
            fixed("Request-Id, Stripe-Manage-Version, Stripe-Should-Retry, X-Stripe-External-Auth-Required, X-Stripe-Privileged-Session-Required"),
        ),
        (header::STRICT_TRANSPORT_SECURITY, fixed("max-age=63072000; includeSubDomains; preload")),
        (REQUEST_ID, fixed("")),
        (STRIPE_VERSION, fixed("")),
    ]);
    headers
});

/// An answer in the making: what of the request shows in its headers.
pub(crate) struct Reply<'a> {
    stripe: &'a Stripe,
    pub(crate) request: String,
    pub(crate) api_version: String,
    pub(crate) idempotency_key: Option<String>,
    account: Option<HeaderValue>,
    pub(crate) head_only: bool,
}

impl<'a> Reply<'a> {
    pub(crate) fn new(stripe: &'a Stripe, headers: &HeaderMap, request: String) -> Self {
        let text = |name: &HeaderName| {
            headers
                .get(name)
                .map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned())
                .filter(|text| !text.is_empty())
        };
        Self {
            stripe,
            request,
            api_version: text(&STRIPE_VERSION)
                .filter(|text| wire::version::is_version(text))
                .unwrap_or_else(|| stripe.settings().api_version.clone()),
            idempotency_key: text(&IDEMPOTENCY_KEY),
            account: headers.get(&STRIPE_ACCOUNT).cloned(),
            head_only: false,
        }
    }

    /// Status and body of a refusal.
    pub(crate) fn error_body(&self, error: &Error) -> (StatusCode, Bytes) {
        let now = self.stripe.world.clock().now();
        let url = log_url(&self.stripe.config.account, &self.request, self.stripe.config.livemode, now);
        // A caller without a key has no dashboard to look into.
        let url = (error.status != StatusCode::UNAUTHORIZED).then_some(url.as_str());
        (error.status, pretty(&error.body(url)))
    }

    /// The answer to a repeat: status and body of the first, a request id of its own.
    pub(crate) fn replay(self, answer: Answer) -> Response {
        let first = answer.request;
        let mut response = self.finish(answer.status, answer.body);
        let headers = response.headers_mut();
        headers.insert("idempotent-replayed", HeaderValue::from_static("true"));
        put(headers, HeaderName::from_static("original-request"), &first);
        response
    }

    /// The answer that refuses.
    pub(crate) fn refuse(self, error: &Error, status: StatusCode, body: Bytes) -> Response {
        let mut response = self.finish(status, body);
        if let Some(reason) = error.rate_limited {
            response.headers_mut().insert("stripe-rate-limited-reason", HeaderValue::from_static(reason.as_str()));
        }
        response
    }

    /// The answer.
    pub(crate) fn finish(self, status: StatusCode, body: Bytes) -> Response {
        let length = body.len();
        let mut response = Response::new(if self.head_only { Body::empty() } else { Body::from(body) });
        *response.status_mut() = status;
        let headers = response.headers_mut();
        headers.clone_from(&TEMPLATE);
        let fixed = |text: &'static str| HeaderValue::from_static(text);
        headers.insert(header::CONTENT_LENGTH, HeaderValue::from(length));
        put(headers, REQUEST_ID, &self.request);
        put(headers, STRIPE_VERSION, &self.api_version);
        if let Some(key) = &self.idempotency_key {
            put(headers, IDEMPOTENCY_KEY, key);
            put(headers, HeaderName::from_static("original-request"), &self.request);
        }
        if let Some(account) = self.account {
            headers.insert(STRIPE_ACCOUNT, account);
        }
        match status {
            StatusCode::UNAUTHORIZED => {
                headers.insert(header::WWW_AUTHENTICATE, fixed("Bearer realm=\"Stripe\""));
            }
            StatusCode::CONFLICT => {
                headers.insert("stripe-should-retry", fixed("true"));
            }
            StatusCode::BAD_REQUEST | StatusCode::PAYMENT_REQUIRED | StatusCode::NOT_FOUND => {
                headers.insert("stripe-should-retry", fixed("false"));
            }
            _ => {}
        }
        response
    }
}

/// JSON and a line break.
pub(super) fn pretty(value: &impl Serialize) -> Bytes {
    let mut bytes = wire::pretty(value);
    bytes.push(b'\n');
    // No room behind its end: the journal keeps it.
    Bytes::from(bytes.into_boxed_slice())
}

fn put(headers: &mut HeaderMap, name: HeaderName, text: &str) {
    if let Ok(value) = HeaderValue::from_str(text) {
        headers.insert(name, value);
    }
}
