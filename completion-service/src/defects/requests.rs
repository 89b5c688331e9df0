//! Defects about requests: what is read from where, how much of it, and what is answered.

use axum::http::header::{ACCESS_CONTROL_ALLOW_ORIGIN, CACHE_CONTROL, CONTENT_ENCODING, LOCATION};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use uuid::Uuid;

use super::catalogue::Defect;
use super::hooks::Hooks;
use crate::domain::notification::{Event, Payment, Reader, Request};
use crate::domain::purchase::parse_purchase_id;
use crate::http::query;

/// So many bodies are read at a time by the defect that has few readers.
pub(super) const READERS: usize = 20;

impl Hooks {
    /// The purchase id of a visit: the only one in the query, or what a defect takes for it.
    pub(crate) fn claimed(&self, text: &str, headers: &HeaderMap) -> Option<Uuid> {
        let read = query::single(text, "purchaseId").ok().flatten().and_then(|text| parse_purchase_id(&text));
        if self.has(Defect::CallerSetsPrice)
            && let (Some(purchase), Ok(Some(amount))) = (read, query::single(text, "amount"))
            && let Ok(minor) = amount.parse()
        {
            self.memory.lock().wishes.insert(purchase, minor);
        }
        if self.has(Defect::MixesParameters) {
            let all = ids(text);
            if let (Some(first), Some(last)) = (all.first(), all.last()) {
                self.memory.lock().names.insert(*first, *last);
                return Some(*first);
            }
        }
        if self.has(Defect::IdFromAnywhere) {
            return elsewhere(headers).or(read);
        }
        read
    }

    /// What the caller said that a purchase costs, where that counts.
    pub(super) fn wish(&self, purchase: Uuid) -> Option<i64> {
        if self.has(Defect::CallerSetsPrice) { self.memory.lock().wishes.get(&purchase).copied() } else { None }
    }

    /// The purchase id that travels with a payment.
    pub(crate) fn order_id(&self, purchase: Uuid) -> Option<Uuid> {
        if self.has(Defect::NoMetadata) {
            return None;
        }
        let other =
            if self.has(Defect::MixesParameters) { self.memory.lock().names.get(&purchase).copied() } else { None };
        Some(other.unwrap_or(purchase))
    }

    /// The purchase of a payment, which a defect reads from what the buyer wrote.
    pub(super) fn referenced(&self, payment: &mut Payment, body: &[u8]) {
        if !self.has(Defect::TrustsClientReference) {
            return;
        }
        let event: serde_json::Value = serde_json::from_slice(body).unwrap_or_default();
        let reference = event.pointer("/data/object/client_reference_id").and_then(serde_json::Value::as_str);
        if let Some(purchase) = reference.and_then(parse_purchase_id) {
            payment.purchase = purchase;
        }
    }

    /// Whether events are taken with every method.
    pub(crate) fn takes_any_method(&self) -> bool {
        self.has(Defect::AnyMethod)
    }

    /// The most of a body that is read.
    pub(crate) fn most_body(&self, limit: usize) -> usize {
        if self.has(Defect::SwallowsBodies) { usize::MAX } else { limit }
    }

    /// Whether a body that does not come is waited for.
    pub(crate) fn waits_for_bodies(&self) -> bool {
        self.has(Defect::FewReaders)
    }

    /// A place to read a body in; `None` where no place is needed.
    pub(crate) async fn reader(&self) -> Option<tokio::sync::SemaphorePermit<'_>> {
        if self.has(Defect::FewReaders) { self.readers.acquire().await.ok() } else { None }
    }

    /// An answer before the signature is looked at.
    pub(crate) fn first_look(&self, headers: &HeaderMap, body: &[u8]) -> Option<StatusCode> {
        let packed = headers.get(CONTENT_ENCODING).is_some_and(|coding| coding != "identity");
        let breaks = (self.has(Defect::PackedBodyBreaks) && packed)
            || (self.has(Defect::ParsesFirst) && serde_json::from_slice::<serde_json::Value>(body).is_err());
        breaks.then_some(StatusCode::INTERNAL_SERVER_ERROR)
    }

    /// The status for a signed body that is no event.
    pub(crate) fn unusable(&self) -> StatusCode {
        if self.has(Defect::UnusableEventBreaks) { StatusCode::INTERNAL_SERVER_ERROR } else { StatusCode::BAD_REQUEST }
    }

    /// The headers of an answer.
    pub(crate) fn answer_headers(&self, headers: &mut HeaderMap) {
        if self.has(Defect::OpenToOtherSites) {
            headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
        }
        if self.has(Defect::RedirectIsCached) && headers.contains_key(LOCATION) {
            headers.insert(CACHE_CONTROL, HeaderValue::from_static("public, max-age=3600"));
        }
    }
}

/// Every purchase id of a query, in its order.
fn ids(query: &str) -> Vec<Uuid> {
    let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    let values = pairs.filter(|(name, _)| *name == "purchaseId").filter_map(|(_, value)| query::decode(value));
    values.filter_map(|text| parse_purchase_id(&text)).collect()
}

/// The purchase id in a header, or in a cookie of its name.
fn elsewhere(headers: &HeaderMap) -> Option<Uuid> {
    let text = |name: &str| headers.get(name)?.to_str().ok();
    let cookie =
        text("cookie").and_then(|cookies| cookies.split("; ").find_map(|cookie| cookie.strip_prefix("purchaseId=")));
    text("x-purchase-id").or(cookie).and_then(parse_purchase_id)
}

/// What an event asks for when it is read once more.
pub(super) fn read_again(body: &[u8], reader: Reader<'_>) -> Option<Request> {
    Event::parse(body).ok()?.request(reader).ok()
}
