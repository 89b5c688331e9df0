//! `event` and `webhook_endpoint`

use serde::Serialize;

use super::shape::{shape, value_of};
use super::told::InVersion;
use super::{Version, View};
use crate::domain::event::{Endpoint, Event, previous_attributes};

/// An event as a receiver of `api_version` sees it; `pending` endpoints have not answered with success yet.
pub fn event<'a>(event: &'a Event, api_version: &'a str, pending: usize, view: &'a View) -> impl Serialize + use<'a> {
    let version = Version::of(api_version);
    let object = InVersion(&event.object, view, version);
    let previous = event.previous.as_ref().map(|before| {
        // An event is only made of a change that shows.
        previous_attributes(&value_of(&InVersion(before, view, version)), &value_of(&object))
    });
    shape!({
        "id": &event.id,
        "object": "event",
        "api_version": api_version,
        "created": event.created,
        "data": { "object": object, "previous_attributes"?: previous },
        "livemode": view.livemode,
        "pending_webhooks": pending,
        "request": { "id": &event.cause.request, "idempotency_key": &event.cause.idempotency_key },
        "type": event.kind,
    })
}

/// A webhook endpoint; only the answer that creates it tells the secret.
pub fn endpoint<'a>(endpoint: &'a Endpoint, with_secret: bool, view: &View) -> impl Serialize + use<'a> {
    shape!({
        "id": &endpoint.id,
        "object": "webhook_endpoint",
        "api_version": &endpoint.api_version,
        "application": null,
        "created": endpoint.created,
        "description": &endpoint.description,
        "enabled_events": &endpoint.enabled_events,
        "livemode": view.livemode,
        "metadata": &endpoint.metadata,
        "secret"?: with_secret.then_some(&endpoint.secret),
        "status": if endpoint.disabled { "disabled" } else { "enabled" },
        "url": &endpoint.url,
    })
}
