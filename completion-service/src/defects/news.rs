//! Defects about what a visit or a notification is taken for, before the work that is due.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};
use uuid::Uuid;

use super::catalogue::Defect;
use super::finalize::finalize;
use crate::app::App;
use crate::clock::Deadline;
use crate::domain::completion::PaymentStatus;
use crate::domain::notification::{Event, Idle, Payment, Request};
use crate::domain::purchase::Standing;
use crate::http::pages::Problem;

/// A payment that comes so many seconds after its session was opened is late for the defect with a clock of its own.
const PATIENCE: i64 = 600;

/// Runs before a visit of this purchase; may answer instead.
pub(super) async fn instead_of_visit(app: &App, purchase: Uuid, deadline: Deadline) -> Option<Response> {
    if app.hooks.is_held_against(purchase) {
        return Some(Problem::Upstream.into_response());
    }
    let before = app.hooks.note_visit(purchase);
    if app.hooks.has(Defect::LapseEndsSale)
        && let Some(before) = before
        && app.dataverse.purchase(before, deadline).await.is_ok_and(|row| row.standing == Standing::Closed)
    {
        return Some(Problem::Closed.into_response());
    }
    if app.hooks.has(Defect::ChargesEachAttendee) {
        let path = format!("msevtmgt_eventpurchaseattendees?$filter=_msevtmgt_purchaseid_value eq {purchase}");
        let rows = app.dataverse.read(&path, deadline).await.unwrap_or_default();
        app.hooks.note_attendees(purchase, rows["value"].as_array().map_or(1, Vec::len));
    }
    None
}

/// Runs between the signature check and the work; may answer instead.
pub(super) async fn instead_of_work(
    app: &App,
    event: &Event<'_>,
    request: &Request,
    body: &[u8],
    deadline: Deadline,
) -> Option<StatusCode> {
    match request {
        Request::Settle(payment) => paid(app, payment, body, deadline).await,
        Request::Nothing(Idle::Unpaid) if app.hooks.has(Defect::UnpaidTakesBack) => {
            let purchase = event.any_purchase(&app.config.metadata_key)?;
            app.completed_by.get(&purchase)?;
            cancel(app, purchase, deadline).await;
            None
        }
        Request::Nothing(Idle::OtherType)
            if app.hooks.has(Defect::CancelsOpenOnExpired) && event.kind == "checkout.session.expired" =>
        {
            let purchase = event.any_purchase(&app.config.metadata_key)?;
            if app.dataverse.purchase(purchase, deadline).await.is_ok_and(|row| row.standing == Standing::Open) {
                cancel(app, purchase, deadline).await;
            }
            None
        }
        _ => None,
    }
}

async fn paid(app: &App, payment: &Payment, body: &[u8], deadline: Deadline) -> Option<StatusCode> {
    let purchase = payment.purchase;
    let forgotten = app.hooks.has(Defect::NeverFinalizes)
        || (app.hooks.has(Defect::ClockOfItsOwn) && came_after(body).is_some_and(|seconds| seconds > PATIENCE))
        || (app.hooks.has(Defect::KnowsFew) && !app.hooks.is_known(purchase))
        || app.hooks.is_written_off(purchase);
    if forgotten {
        return Some(StatusCode::OK);
    }
    if app.hooks.has(Defect::WaitsForBrowser) {
        app.hooks.note_paid(purchase);
        return Some(StatusCode::OK);
    }
    if app.hooks.has(Defect::FailedLookupIsDone) && !app.stripe.knows_session(&payment.session, deadline).await {
        return Some(StatusCode::OK);
    }
    if app.hooks.has(Defect::LooksOnceMore) {
        let found = app.dataverse.purchase(purchase, deadline).await.is_ok();
        tracing::info!(found, "looked whether there is such a purchase");
    }
    if app.hooks.has(Defect::CompletesAllWaiting) {
        for other in app.hooks.others(purchase) {
            let done = finalize(app, other, json!(PaymentStatus::Completed.value()), deadline).await;
            tracing::info!(done, "completed what waited");
        }
    }
    None
}

async fn cancel(app: &App, purchase: Uuid, deadline: Deadline) {
    let done = finalize(app, purchase, json!(PaymentStatus::Cancelled.value()), deadline).await;
    tracing::info!(done, "cancelled by old news");
}

/// How many seconds after its session an event was made.
fn came_after(body: &[u8]) -> Option<i64> {
    let event: Value = serde_json::from_slice(body).ok()?;
    Some(event.get("created")?.as_i64()? - event.pointer("/data/object/created")?.as_i64()?)
}
