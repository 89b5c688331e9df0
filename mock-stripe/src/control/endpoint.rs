//! The endpoint that was registered first: where it is, and what it is signed with.

use std::sync::Arc;

use jiff::Timestamp;
use mock_core::control::Problem;
use url::Url;

use super::dto::{EndpointView, SetEndpoint};
use crate::domain::belonging::Belonging;
use crate::domain::event::Endpoint;
use crate::domain::metadata::Metadata;
use crate::state::State;
use crate::stripe::Stripe;
use crate::wire::version;

/// The endpoint as it is.
pub(super) fn show(stripe: &Stripe) -> Result<EndpointView, Problem> {
    let now = stripe.world.clock().now();
    first(&stripe.state.read()).map(|endpoint| view(&endpoint, now)).ok_or_else(|| {
        Problem::missing("no webhook endpoint is registered", "PUT /v1/stripe/endpoint with a `url` registers one")
    })
}

/// Changes or makes it.
pub(super) fn set(stripe: &Stripe, change: SetEndpoint) -> Result<(), Problem> {
    let url_hint = "an absolute http or https URL, such as http://127.0.0.1:8080/webhook";
    if let Some(url) = &change.url
        && !Url::parse(url).is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
    {
        return Err(Problem::bad(format!("{url:?} is not a URL that can be called"), url_hint));
    }
    if let Some(asked) = &change.api_version
        && !version::is_version(asked)
    {
        return Err(Problem::bad(format!("{asked:?} is not an API version"), "such as 2026-07-29.dahlia"));
    }
    let mut state = stripe.state.write();
    let mut endpoint = match (first(&state), &change.url) {
        (Some(endpoint), _) => endpoint.as_ref().clone(),
        (None, Some(url)) => Endpoint {
            id: stripe.mint().plain("we_", ""),
            created: stripe.world.clock().now().as_second(),
            url: url.clone(),
            secret: stripe.config.webhook_secret.clone(),
            rolled: None,
            enabled_events: stripe.config.webhook_events.clone(),
            api_version: stripe.config.webhook_api_version.clone(),
            description: Some("pre-registered".to_owned()),
            metadata: Metadata::new(),
            disabled: false,
            deleted: false,
            belongs: Belonging::default(),
        },
        (None, None) => return Err(Problem::bad("no webhook endpoint is registered yet", "give its `url`")),
    };
    if let Some(url) = change.url {
        endpoint.url = url;
    }
    if let Some(secret) = change.secret {
        endpoint.secret = secret;
        endpoint.rolled = None;
    }
    if let Some(events) = change.enabled_events {
        endpoint.enabled_events = events;
    }
    endpoint.api_version = change.api_version.or(endpoint.api_version);
    endpoint.disabled = change.disabled.unwrap_or(endpoint.disabled);
    stripe.world.secrets().register("Stripe webhook secret", &endpoint.secret);
    state.endpoints.put(endpoint);
    Ok(())
}

/// The first endpoint that is not deleted.
pub(super) fn first(state: &State) -> Option<Arc<Endpoint>> {
    state.endpoints.all().find(|endpoint| !endpoint.deleted).cloned()
}

/// An endpoint as it is at `now`.
pub(super) fn view(endpoint: &Endpoint, now: Timestamp) -> EndpointView {
    EndpointView {
        id: endpoint.id.clone(),
        url: endpoint.url.clone(),
        secret: endpoint.secret.clone(),
        secrets: endpoint.secrets(now).into_iter().map(str::to_owned).collect(),
        enabled_events: endpoint.enabled_events.clone(),
        api_version: endpoint.api_version.clone(),
        disabled: endpoint.disabled,
    }
}
