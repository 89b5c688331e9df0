//! `event` and `webhook_endpoint`

use serde_json::{Value, json};

use super::{View, version};
use crate::domain::event::{Endpoint, Event};

/// An event as a receiver of `api_version` sees it; `pending` endpoints have not answered with success yet.
pub fn event(event: &Event, api_version: &str, pending: usize, view: &View) -> Value {
    let mut object = event.object();
    version::adapt(&mut object, api_version);
    let mut data = json!({ "object": object });
    if let (Some(previous), Some(members)) = (&event.previous, data.as_object_mut()) {
        members.insert("previous_attributes".to_owned(), previous.as_ref().clone());
    }
    json!({
        "id": event.id,
        "object": "event",
        "api_version": api_version,
        "created": event.created,
        "data": data,
        "livemode": view.livemode,
        "pending_webhooks": pending,
        "request": { "id": event.cause.request, "idempotency_key": event.cause.idempotency_key },
        "type": event.kind,
    })
}

/// A webhook endpoint; only the answer that creates it tells the secret.
pub fn endpoint(endpoint: &Endpoint, with_secret: bool, view: &View) -> Value {
    let mut body = json!({
        "id": endpoint.id,
        "object": "webhook_endpoint",
        "api_version": endpoint.api_version,
        "application": null,
        "created": endpoint.created,
        "description": endpoint.description,
        "enabled_events": endpoint.enabled_events,
        "livemode": view.livemode,
        "metadata": endpoint.metadata,
        "status": if endpoint.disabled { "disabled" } else { "enabled" },
        "url": endpoint.url,
    });
    if with_secret && let Some(members) = body.as_object_mut() {
        members.shift_insert(9, "secret".to_owned(), endpoint.secret.as_str().into());
    }
    body
}
