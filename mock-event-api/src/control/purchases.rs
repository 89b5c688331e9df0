//! Shows purchases as the ledger has them, and changes what only a test may change.

use std::sync::Arc;

use axum::extract::{Path, State as Shared};
use axum::response::Response;
use bytes::Bytes;
use mock_core::control::{Problem, answer, body_of};
use mock_dataverse::event_management::reservation::State as Stands;
use mock_dataverse::event_management::{self as app, PurchaseChange, SetUpError, What};
use uuid::Uuid;

use super::dto::{ChangePurchase, HappeningView, PurchaseState, PurchaseView, WhatView};
use super::routes::problem;
use crate::api::State;

/// `GET /purchases/{purchaseId}`
pub(super) async fn show(Shared(state): Shared<Arc<State>>, Path(id): Path<String>) -> Result<Response, Problem> {
    let purchase = parse(&id)?;
    let view =
        state.events.purchase(purchase).ok_or_else(|| problem(&SetUpError::Unknown { what: "purchase", name: id }))?;
    Ok(answer(&view_of(view)))
}

/// `POST /purchases/{purchaseId}`
pub(super) async fn change(
    shared: Shared<Arc<State>>,
    Path(id): Path<String>,
    body: Bytes,
) -> Result<Response, Problem> {
    let ask: ChangePurchase = body_of(&body)?;
    let change = PurchaseChange { price: ask.price, currency: ask.currency };
    shared.events.change_purchase(parse(&id)?, &change).map_err(|error| problem(&error))?;
    show(shared, Path(id)).await
}

/// `POST /purchases/{purchaseId}/expire`: the payment timeout of one purchase, now, without moving the clock for everybody else.
pub(super) async fn expire(shared: Shared<Arc<State>>, Path(id): Path<String>) -> Result<Response, Problem> {
    shared.events.expire_purchase(parse(&id)?).map_err(|error| problem(&error))?;
    show(shared, Path(id)).await
}

/// `GET /events/{readableEventId}/purchases`
pub(super) async fn of_event(Shared(state): Shared<Arc<State>>, Path(event): Path<String>) -> Response {
    let views: Vec<PurchaseView> = state
        .events
        .purchases(Some(&event))
        .into_iter()
        .filter_map(|id| state.events.purchase(id))
        .map(view_of)
        .collect();
    answer(&views)
}

fn parse(id: &str) -> Result<Uuid, Problem> {
    id.parse().map_err(|_| Problem::bad(format!("{id:?} is not a GUID"), "send the purchaseId of the payment link"))
}

fn view_of(view: app::PurchaseView) -> PurchaseView {
    PurchaseView {
        purchase_id: view.id,
        event_id: view.event,
        readable_event_id: view.readable_event_id,
        state: state_of(view.state),
        created: view.created,
        deadline: view.deadline,
        price: view.price,
        currency: view.currency,
        paid: view.paid,
        processed: view.processed,
        payment_status: view.payment_status,
        attendees: view.attendees,
        registrations: view.registrations,
        attendee_passes: view.attendee_passes,
        history: view.history.into_iter().map(happening).collect(),
        history_dropped: view.history_dropped,
    }
}

fn happening(happening: app::Happening) -> HappeningView {
    let (what, status, detail) = match happening.what {
        What::Registered => (WhatView::Registered, None, None),
        What::Finalize(status) => (WhatView::Finalize, Some(status), None),
        What::Timeout => (WhatView::Timeout, None, None),
        What::Changed(words) => (WhatView::Changed, None, Some(words)),
    };
    HappeningView {
        at: happening.at,
        what,
        status,
        detail,
        before: happening.before.map(state_of),
        after: state_of(happening.after),
        refused: happening.refused,
    }
}

fn state_of(state: Stands) -> PurchaseState {
    match state {
        Stands::Reserved => PurchaseState::Reserved,
        Stands::Completed => PurchaseState::Completed,
        Stands::Cancelled => PurchaseState::Cancelled,
        Stands::Expired => PurchaseState::Expired,
    }
}
