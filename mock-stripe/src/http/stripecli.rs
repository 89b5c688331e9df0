//! `/v1/stripecli/sessions` and the socket that a session opens. Undocumented; after `facts/stripe.md` 17.

use axum::Router;
use axum::extract::State;
use axum::extract::ws::WebSocketUpgrade;
use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::response::Response;
use axum::routing::get;
use http::{HeaderMap, Uri};
use mock_core::Exchange;
use serde_json::json;

use super::answer::Reply;
use super::call::{Call, Operation, Run};
use super::content::Content;
use crate::cli::{self, Filters, Hub, LATEST_VERSION, PROTOCOL, Wish, frames};
use crate::error::Error;
use crate::flows::Tx;
use crate::params::{Field, Kind, need, opt};
use crate::stripe::Stripe;

/// What sessions are for: events or request logs. Thin events are not told.
const FEATURES: Kind = Kind::List(&Kind::Text(100), 10);

/// Text that is looked at no further.
const ANY: Kind = Kind::Text(5_000);

const CREATE: &[Field] = &[
    need("device_name", Kind::Text(500)),
    opt("filters", ANY),
    opt("forward_connect_to_url", ANY),
    opt("forward_thin_connect_to_url", ANY),
    opt("forward_thin_to_url", ANY),
    opt("forward_to_url", ANY),
    need("websocket_features", FEATURES),
];

pub(super) const OPERATIONS: &[Operation] = &[Operation {
    method: "POST",
    path: "/v1/stripecli/sessions",
    id: "createStripeCliSession",
    fields: CREATE,
    run: Run::Write(create),
}];

pub(super) const ROUTES: &[(&str, &str, &str)] = &[("GET", "/subscribe/{account}", "openStripeCliSocket")];

/// How long a client keeps a socket before it opens a new one, in seconds: a year. Every reconnection may miss an event.
const RECONNECT_DELAY: u32 = 31_536_000;

pub(super) fn router() -> Router<Stripe> {
    Router::new().route("/subscribe/{account}", get(subscribe))
}

fn create(tx: &mut Tx<'_>, call: &Call) -> Result<Content, Error> {
    let params = &call.params;
    let features = params.strings("websocket_features").unwrap_or_default();
    for feature in &features {
        let missing = match feature.as_str() {
            "request_logs" if features.len() > 1 => {
                "events and request logs in one session of the Stripe CLI".to_owned()
            }
            "webhooks" | "request_logs" => continue,
            "v2_events" => "thin events".to_owned(),
            other => format!("the Stripe CLI's feature {:?}", other.chars().take(60).collect::<String>()),
        };
        return Err(Error::unsupported(missing, Some("websocket_features")));
    }
    let tails = features.iter().any(|feature| feature == "request_logs");
    let filters = tails.then(|| filters(params.text("filters").unwrap_or_default())).transpose()?;
    let warning = filters.as_ref().is_some_and(|filters| !filters.account.is_empty());
    let mut id = String::new();
    // A world that was reset draws the same ids again, and sessions outlive that.
    while id.is_empty() || tx.state.cli.knows(&id) {
        id = format!("cliws_{}", tx.mint.draw("cliws_", &call.belongs.scope, 24));
    }
    let secret = tx.mint.device_secret(params.text("device_name").unwrap_or_default());
    tx.world.secrets().register("Stripe CLI webhook secret", &secret);
    let forward_to = params.string("forward_to_url");
    let wish = Wish { id: id.clone(), secret: secret.clone(), forward_to, filters, at: tx.seconds() };
    tx.state.cli.open(wish).map_err(|_| Error::too_many_sessions())?;
    Ok(json!({
        "websocket_id": id,
        "websocket_url": cli::url(&tx.view.base, &tx.config.account),
        "websocket_authorized_feature": if tails { "request-logs" } else { "webhook-payloads" },
        "default_version": &tx.state.settings.api_version,
        "latest_version": LATEST_VERSION,
        "reconnect_delay": RECONNECT_DELAY,
        "secret": secret,
        "device_token": "",
        "display_connect_filter_warning": warning,
    })
    .into())
}

/// Which requests a client wants to hear of.
fn filters(text: &str) -> Result<Filters, Error> {
    let filters = Filters::read(text).ok_or_else(|| Error::wrong_shape("filters", "object"))?;
    if filters.ip_address.is_empty() {
        return Ok(filters);
    }
    Err(Error::unsupported("filtering request logs by IP address", Some("filters")))
}

/// Opens the socket of a session. Its id is all that is asked for, as in the real service.
async fn subscribe(
    State(stripe): State<Stripe>,
    exchange: Exchange,
    uri: Uri,
    headers: HeaderMap,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Response {
    let refused = |error: Error| {
        let reply = Reply::new(&stripe, &headers, stripe.mint().request(&exchange.scope()));
        let (status, body) = reply.error_body(&error);
        reply.finish(status, body)
    };
    let upgrade = match upgrade {
        Ok(upgrade) => upgrade,
        Err(rejection) => return refused(Error::other(rejection.status(), None, rejection.body_text())),
    };
    let account = uri.path().rsplit('/').next().unwrap_or_default();
    let id = headers.get("websocket-id").and_then(|id| id.to_str().ok()).unwrap_or_default();
    if *account != *stripe.config.account {
        return refused(Error::unknown_websocket());
    }
    // The line first: from the moment that the session listens, events go there.
    let line = Hub::connect(&stripe, id);
    let (known, filters) = {
        let mut state = stripe.state.write();
        (state.cli.listen(id), state.cli.filters(id).cloned())
    };
    if !known {
        return refused(Error::unknown_websocket());
    }
    if let Some(filters) = filters {
        stripe.hub.tail(id, filters);
    }
    exchange.note(format!("the socket of {id}"));
    upgrade
        .protocols([PROTOCOL])
        .max_message_size(frames::MAX_FRAME)
        .max_frame_size(frames::MAX_FRAME)
        .on_upgrade(move |socket| cli::carry(line, socket))
}
