//! `/v1/webhook_endpoints`

use super::call::{Call, Operation, Run};
use super::content::Content;
use super::listing::{self, AFTER, BEFORE, LIMIT};
use crate::domain::event::Endpoint;
use crate::domain::event_types::{EVENT_TYPES, is_event_type};
use crate::error::Error;
use crate::flows::Tx;
use crate::params::{Field, Kind, need, opt};
use crate::render::Shown;
use crate::wire::shape::value_of;
use crate::wire::{self, version};

/// Most endpoints of one account.
const MOST: usize = 16;
const EVENTS: Kind = Kind::List(&Kind::Text(200), 300);

const CREATE: &[Field] = &[
    opt("api_version", Kind::Text(100)),
    opt("connect", Kind::Flag),
    opt("description", Kind::TextOrUnset(5_000)),
    need("enabled_events", EVENTS),
    opt("metadata", Kind::Metadata),
    need("url", Kind::Url),
];
const UPDATE: &[Field] = &[
    opt("description", Kind::TextOrUnset(5_000)),
    opt("disabled", Kind::Flag),
    opt("enabled_events", EVENTS),
    opt("metadata", Kind::Metadata),
    opt("url", Kind::Url),
];

pub(super) const OPERATIONS: &[Operation] = &[
    Operation {
        method: "POST",
        path: "/v1/webhook_endpoints",
        id: "createWebhookEndpoint",
        fields: CREATE,
        run: Run::Write(create),
    },
    Operation {
        method: "GET",
        path: "/v1/webhook_endpoints",
        id: "listWebhookEndpoints",
        fields: &[BEFORE, LIMIT, AFTER],
        run: Run::Read(list),
    },
    Operation {
        method: "GET",
        path: "/v1/webhook_endpoints/{webhook_endpoint}",
        id: "retrieveWebhookEndpoint",
        fields: &[],
        run: Run::Read(retrieve),
    },
    Operation {
        method: "POST",
        path: "/v1/webhook_endpoints/{webhook_endpoint}",
        id: "updateWebhookEndpoint",
        fields: UPDATE,
        run: Run::Write(update),
    },
    Operation {
        method: "DELETE",
        path: "/v1/webhook_endpoints/{webhook_endpoint}",
        id: "deleteWebhookEndpoint",
        fields: &[],
        run: Run::Write(delete),
    },
];

fn create(tx: &mut Tx<'_>, call: &Call) -> Result<Content, Error> {
    let params = &call.params;
    if params.flag("connect") == Some(true) {
        return Err(Error::unsupported("webhook endpoints for connected accounts", Some("connect")));
    }
    if tx.state.endpoints.all().filter(|endpoint| !endpoint.deleted).count() >= MOST {
        let message = format!("You have reached the maximum of {MOST} test webhook endpoints.");
        return Err(Error::invalid(message).executed());
    }
    if let Some(asked) = params.text("api_version")
        && !version::is_version(asked)
    {
        return Err(Error::invalid(format!("Invalid API version: {asked}")).param("api_version"));
    }
    let scope = &call.belongs.scope;
    let endpoint = Endpoint {
        id: tx.mint.plain("we_", scope),
        created: tx.seconds(),
        url: params.string("url").unwrap_or_default(),
        secret: tx.mint.webhook_secret(scope),
        rolled: None,
        enabled_events: events(call)?.unwrap_or_default(),
        api_version: params.string("api_version"),
        description: params.string("description"),
        metadata: params.metadata().made().map_err(|fault| Error::metadata(&fault))?,
        disabled: false,
        deleted: false,
        belongs: call.belongs.clone(),
    };
    tx.world.secrets().register("Stripe webhook secret", &endpoint.secret);
    let endpoint = tx.state.endpoints.put(endpoint);
    Ok(tx.shown().endpoint(&endpoint, true).into())
}

fn list(shown: Shown<'_>, call: &Call) -> Result<Content, Error> {
    let page = shown.state.endpoints.page(&listing::paging(call)?, None, |row| !row.deleted);
    listing::answer(call, "webhook endpoint", page, |row| shown.endpoint(row, false).into())
}

fn retrieve(shown: Shown<'_>, call: &Call) -> Result<Content, Error> {
    let endpoint = shown.state.endpoints.get(&call.id).filter(|endpoint| !endpoint.deleted);
    Ok(shown.endpoint(endpoint.ok_or_else(|| missing(call))?.as_ref(), false).into())
}

fn update(tx: &mut Tx<'_>, call: &Call) -> Result<Content, Error> {
    let mut endpoint = living(tx, call)?;
    let params = &call.params;
    endpoint.metadata = params.metadata().apply(&endpoint.metadata).map_err(|fault| Error::metadata(&fault))?;
    endpoint.disabled = params.flag("disabled").unwrap_or(endpoint.disabled);
    if let Some(url) = params.string("url") {
        endpoint.url = url;
    }
    if let Some(events) = events(call)? {
        endpoint.enabled_events = events;
    }
    if params.has("description") {
        endpoint.description = params.string("description");
    }
    let endpoint = tx.state.endpoints.put(endpoint);
    Ok(tx.shown().endpoint(&endpoint, false).into())
}

fn delete(tx: &mut Tx<'_>, call: &Call) -> Result<Content, Error> {
    let endpoint = living(tx, call)?;
    tx.state.endpoints.put(Endpoint { deleted: true, ..endpoint });
    Ok(value_of(&wire::deleted(&call.id, "webhook_endpoint")).into())
}

fn living(tx: &Tx<'_>, call: &Call) -> Result<Endpoint, Error> {
    let endpoint = tx.state.endpoints.get(&call.id).filter(|endpoint| !endpoint.deleted);
    Ok(endpoint.ok_or_else(|| missing(call))?.as_ref().clone())
}

/// The types asked for; each is one that the service has, or `*`.
fn events(call: &Call) -> Result<Option<Vec<String>>, Error> {
    let Some(events) = call.params.strings("enabled_events") else { return Ok(None) };
    if events.is_empty() {
        return Err(Error::empty("enabled_events"));
    }
    match events.iter().position(|kind| kind != "*" && !is_event_type(kind)) {
        None => Ok(Some(events)),
        Some(index) => {
            let known: Vec<&str> = ["*"].into_iter().chain(EVENT_TYPES.iter().copied()).collect();
            Err(Error::not_one_of(&format!("enabled_events[{index}]"), &known))
        }
    }
}

fn missing(call: &Call) -> Error {
    Error::no_such_at_url("webhook endpoint", &call.id, "webhook_endpoint")
}
