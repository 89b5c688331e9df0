//! Defects that only a tangle of events shows: each takes steps that no single case plays together, so that nothing but a generated history finds it.

use std::collections::{BTreeMap, BTreeSet};

use axum::http::StatusCode;
use serde_json::{Value, json};
use uuid::Uuid;

use super::catalogue::Defect;
use super::finalize::finalize;
use crate::app::App;
use crate::clock::Deadline;
use crate::domain::completion::PaymentStatus;
use crate::domain::notification::{Event, Idle, Payment, Request};

/// What these defects keep in mind.
#[derive(Debug, Default)]
pub(super) struct Tangles {
    /// How often each purchase was told to have a debit under way.
    under_way: BTreeMap<Uuid, u32>,
    /// Purchases whose completion is not believed any more.
    doubted: BTreeSet<Uuid>,
    /// Payments (`pi_…`) whose money somebody took back.
    taken_back: BTreeSet<String>,
}

/// Runs between the signature check and the work; may answer instead.
pub(super) async fn instead_of_work(
    app: &App,
    event: &Event<'_>,
    request: &Request,
    body: &[u8],
    deadline: Deadline,
) -> Option<StatusCode> {
    let purchase = || event.any_purchase(&app.config.metadata_key);
    match request {
        Request::Nothing(Idle::Unpaid) => promised(app, purchase()?),
        Request::Nothing(Idle::OtherType) if event.kind == "checkout.session.expired" => {
            expired(app, purchase()?, deadline).await;
        }
        Request::Nothing(Idle::OtherType) if matches!(&*event.kind, "charge.refunded" | "charge.dispute.created") => {
            app.hooks.tangles.lock().taken_back.insert(payment_of(body)?);
        }
        Request::Settle(payment) => return paid(app, payment, deadline).await,
        Request::Reject(payment) => drop(app.hooks.tangles.lock().under_way.remove(&payment.purchase)),
        Request::Nothing(_) => {}
    }
    None
}

/// The money is on its way; or it was, when this snapshot was made.
fn promised(app: &App, purchase: Uuid) {
    let completed = app.completed_by.get(&purchase).is_some();
    let mut tangles = app.hooks.tangles.lock();
    if completed {
        tangles.doubted.insert(purchase);
    } else {
        *tangles.under_way.entry(purchase).or_default() += 1;
    }
}

async fn expired(app: &App, purchase: Uuid, deadline: Deadline) {
    let under_way = app.hooks.tangles.lock().under_way.remove(&purchase);
    if under_way.is_some() && app.hooks.has(Defect::ExpiryEndsDebits) {
        let done = finalize(app, purchase, json!(PaymentStatus::Cancelled.value()), deadline).await;
        tracing::info!(done, "cancelled since a session expired");
    }
}

async fn paid(app: &App, payment: &Payment, deadline: Deadline) -> Option<StatusCode> {
    let purchase = payment.purchase;
    let ours = app.completed_by.get(&purchase).as_ref() == Some(&payment.session);
    let doubted = {
        let mut tangles = app.hooks.tangles.lock();
        let gone = payment.intent.as_ref().is_some_and(|intent| tangles.taken_back.contains(intent));
        if ours && gone && app.hooks.has(Defect::ChokesOnWhatWentBack) {
            return Some(StatusCode::SERVICE_UNAVAILABLE);
        }
        match tangles.under_way.get_mut(&purchase) {
            Some(debits) if *debits > 1 && app.hooks.has(Defect::CountsDebits) => {
                *debits -= 1;
                return Some(StatusCode::OK);
            }
            Some(_) => drop(tangles.under_way.remove(&purchase)),
            None => {}
        }
        app.hooks.has(Defect::StaleNewsIsDoubt) && tangles.doubted.contains(&purchase)
    };
    if !doubted {
        return None;
    }
    let done = finalize(app, purchase, json!(PaymentStatus::Completed.value()), deadline).await;
    Some(if done { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE })
}

/// The payment that an event about a charge is about.
fn payment_of(body: &[u8]) -> Option<String> {
    let event: Value = serde_json::from_slice(body).ok()?;
    event.pointer("/data/object/payment_intent")?.as_str().map(str::to_owned)
}
