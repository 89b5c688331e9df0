//! What the account knows about one purchase: the judge's reference, never a value computed by the service under test.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::Value;
use uuid::Uuid;

use super::dto::Ledger;
use crate::domain::charge::Status as ChargeStatus;
use crate::stripe::Stripe;
use crate::wire::shape::value_of;

/// Everything that belongs to a GUID.
pub(super) fn about(stripe: &Stripe, subject: Uuid) -> Ledger {
    let settings = stripe.settings();
    let now = stripe.world.clock().now();
    stripe.read(&settings.api_version, |shown| {
        let state = shown.state;
        let mut ledger = Ledger { subject, ..Ledger::default() };
        ledger.products = state.products.about(subject).into_iter().map(|row| shown.tree(row)).collect();
        ledger.prices = state.prices.about(subject).into_iter().map(|row| shown.tree(row)).collect();
        ledger.payment_intents = state.intents.about(subject).iter().map(|row| shown.intent(row)).collect();
        ledger.disputes = state.disputes.about(subject).into_iter().map(|row| shown.tree(row)).collect();
        ledger.refunds = state.refunds.about(subject).into_iter().map(|row| shown.tree(row)).collect();
        for link in state.links.about(subject) {
            if link.active && !link.is_used_up() {
                ledger.payable.push(link.id.clone());
            }
            let url = format!("/v1/payment_links/{}/line_items", link.id);
            ledger.payment_links.push(with_lines(
                shown.tree(Arc::clone(&link)),
                &url,
                &shown.line_items(&link.lines()),
            ));
        }
        for session in state.sessions.about(subject) {
            if session.is_payable(now) {
                ledger.payable.push(session.id.clone());
            }
            let url = format!("/v1/checkout/sessions/{}/line_items", session.id);
            ledger.sessions.push(with_lines(
                shown.tree(Arc::clone(&session)),
                &url,
                &shown.line_items(&session.lines()),
            ));
        }
        for charge in state.charges.about(subject) {
            match charge.status {
                ChargeStatus::Succeeded => {
                    add(&mut ledger.paid_total, charge.currency.code(), charge.captured.unwrap_or_default());
                    add(&mut ledger.refunded_total, charge.currency.code(), charge.given_back());
                }
                ChargeStatus::Pending => add(&mut ledger.pending_total, charge.currency.code(), charge.amount),
                ChargeStatus::Failed => {}
            }
            ledger.charges.push(shown.tree(charge));
        }
        ledger
    })
}

/// An object with its `line_items` expanded.
fn with_lines(mut body: Value, url: &str, items: &[Value]) -> Value {
    if let Some(members) = body.as_object_mut() {
        members.insert("line_items".to_owned(), value_of(&crate::wire::list(url, items, false)));
    }
    body
}

fn add(totals: &mut BTreeMap<String, i64>, currency: &str, amount: i64) {
    if amount != 0 {
        let total = totals.entry(currency.to_owned()).or_default();
        *total = total.saturating_add(amount);
    }
}
