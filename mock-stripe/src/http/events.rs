//! `/v1/events`

use jiff::SignedDuration;

use super::call::{Call, Operation, Run};
use super::content::Content;
use super::listing::{self, AFTER, BEFORE, CREATED, LIMIT};
use crate::error::Error;
use crate::flows::Tx;
use crate::params::{Field, Kind, opt};
use crate::render::Shown;
use crate::state::DeliveryStatus;

/// How long the API tells of events.
const KEPT: SignedDuration = SignedDuration::from_hours(30 * 24);

const LIST: &[Field] = &[
    CREATED,
    opt("delivery_success", Kind::Flag),
    BEFORE,
    LIMIT,
    AFTER,
    opt("type", Kind::Text(200)),
    opt("types", Kind::List(&Kind::Text(200), 20)),
];
const RETRY: &[Field] =
    &[opt("account", Kind::Text(5_000)), opt("for_stripecli", Kind::Flag), opt("webhook_endpoint", Kind::Text(5_000))];

pub(super) const OPERATIONS: &[Operation] = &[
    Operation { method: "GET", path: "/v1/events", id: "listEvents", fields: LIST, run: Run::Read(list) },
    Operation { method: "GET", path: "/v1/events/{id}", id: "retrieveEvent", fields: &[], run: Run::Read(retrieve) },
    Operation {
        method: "POST",
        path: "/v1/events/{id}/retry",
        id: "retryEvent",
        fields: RETRY,
        run: Run::Write(retry),
    },
];

fn list(shown: Shown<'_>, call: &Call) -> Result<Content, Error> {
    let params = &call.params;
    if params.has("type") && params.has("types") {
        return Err(Error::exclusive("type", "types"));
    }
    let created = listing::created(call);
    let oldest = shown.view.now.saturating_sub(KEPT.as_secs());
    let types = params.strings("types");
    // `charge.*` names all types of an object.
    let wants = |wanted: &str, kind: &str| match wanted.strip_suffix('*') {
        Some(start) => kind.starts_with(start),
        None => kind == wanted,
    };
    let key = params.text("type").filter(|kind| !kind.ends_with('*')).map(|kind| ("type", kind));
    let page = shown.state.events.page(&listing::paging(call)?, key, |row| {
        row.created >= oldest
            && created(row.created)
            && params.text("type").is_none_or(|wanted| wants(wanted, row.kind))
            && types.as_ref().is_none_or(|types| types.iter().any(|wanted| wants(wanted, row.kind)))
            && params.flag("delivery_success").is_none_or(|success| all_delivered(shown, &row.id) == success)
    });
    listing::answer(call, "event", page, |row| shown.event(row).into())
}

fn retrieve(shown: Shown<'_>, call: &Call) -> Result<Content, Error> {
    let event = shown.state.events.get(&call.id).ok_or_else(|| missing(call))?;
    Ok(shown.event(&event).into())
}

/// Sends an event once more. A resend leaves the automatic tries as they are.
fn retry(tx: &mut Tx<'_>, call: &Call) -> Result<Content, Error> {
    let event = tx.state.events.get(&call.id).ok_or_else(|| missing(call))?;
    let params = &call.params;
    if params.flag("for_stripecli") == Some(true) {
        tx.deliver_to_sessions(&event);
        return Ok(tx.shown().event(&event).into());
    }
    let id = params.text("webhook_endpoint").ok_or_else(|| Error::missing("webhook_endpoint"))?;
    let endpoint = tx.state.endpoints.get(id).filter(|endpoint| !endpoint.deleted);
    let endpoint = endpoint.ok_or_else(|| Error::no_such_in_body("webhook endpoint", id, "webhook_endpoint"))?;
    tx.deliver(&event, &endpoint);
    Ok(tx.shown().event(&event).into())
}

fn all_delivered(shown: Shown<'_>, event: &str) -> bool {
    let numbers = shown.state.deliveries_of.get(event).map(Vec::as_slice).unwrap_or_default();
    numbers
        .iter()
        .filter_map(|number| shown.state.deliveries.get(number))
        .all(|delivery| delivery.status == DeliveryStatus::Delivered)
}

fn missing(call: &Call) -> Error {
    Error::no_such_at_url("event", &call.id, "id")
}
