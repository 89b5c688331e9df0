//! Objects of the state in their wire shapes, with what they quote from other objects.

use std::sync::Arc;

use serde::Serialize;
use serde_json::{Map, Value};

use crate::domain::catalog::LineItem;
use crate::domain::event::{Endpoint, Event};
use crate::domain::intent::{Intent, PaymentError};
use crate::domain::told::Told;
use crate::state::State;
use crate::wire::shape::{Object, value_of};
use crate::wire::{self, View};

/// The state as callers see it.
#[derive(Clone, Copy)]
pub(crate) struct Shown<'a> {
    pub(crate) state: &'a State,
    pub(crate) view: &'a View,
    pub(crate) api_version: &'a str,
}

impl Shown<'_> {
    /// Any row, as a tree.
    pub(crate) fn tree(self, row: impl Into<Told>) -> Value {
        value_of(&wire::Told(&row.into(), self.view))
    }

    /// A payment intent with the method that its last error names.
    pub(crate) fn told_intent(self, intent: &Arc<Intent>) -> Told {
        let tried = intent.last_error.as_ref().and_then(|error| self.state.methods.get(&error.payment_method));
        Told::Intent(Arc::clone(intent), tried)
    }

    pub(crate) fn intent(self, intent: &Arc<Intent>) -> Value {
        self.tree(self.told_intent(intent))
    }

    /// The members of a failed try, without the intent.
    pub(crate) fn payment_error(self, error: &PaymentError) -> Map<String, Value> {
        let method = self.state.methods.get(&error.payment_method);
        match value_of(&Object(wire::payment_error(error, method.as_deref(), self.view))) {
            Value::Object(members) => members,
            _ => Map::new(),
        }
    }

    pub(crate) fn endpoint(self, endpoint: &Endpoint, with_secret: bool) -> Value {
        value_of(&wire::endpoint(endpoint, with_secret, self.view))
    }

    pub(crate) fn event(self, event: &Event) -> Value {
        value_of(&self.event_in(event, self.api_version))
    }

    /// An event as a receiver of `api_version` sees it.
    pub(crate) fn event_in<'a>(&'a self, event: &'a Event, api_version: &'a str) -> impl Serialize + use<'a> {
        wire::event(event, api_version, self.state.pending_webhooks(&event.id), self.view)
    }

    /// Lines, each with what is taken off it, with their whole prices.
    pub(crate) fn line_items(self, lines: &[(&LineItem, i64)]) -> Vec<Value> {
        lines
            .iter()
            .map(|(item, off)| {
                let price = self.state.prices.get(&item.price);
                value_of(&wire::line_item(item, *off, price.as_deref(), self.view))
            })
            .collect()
    }

    /// What is taken off a session, or off one line of it: nothing, or one share of its discount.
    pub(crate) fn discounts_of(self, session: &str, line: Option<&str>) -> Value {
        let Some(session) = self.state.sessions.get(session) else { return Value::Array(Vec::new()) };
        let share = session.discount.as_deref().and_then(|discount| {
            let amount = match line {
                None => session.taken_off(),
                Some(line) if discount.lines.contains(line) => {
                    session.lines().iter().find(|(item, _)| item.id == line).map(|(_, off)| *off)?
                }
                Some(_) => return None,
            };
            Some(value_of(&wire::discount_share(amount, discount, &session)))
        });
        share.into_iter().collect()
    }

    /// The refunds of a charge, newest first, as the list that `expand` puts into it.
    pub(crate) fn refunds_of(self, charge: &str) -> Value {
        let refunds: Vec<_> = self.state.refunds.by("charge", charge).rev().map(|refund| self.tree(refund)).collect();
        value_of(&wire::list(&format!("/v1/charges/{charge}/refunds"), &refunds, false))
    }

    /// The object that an id stands for, where ids may be expanded.
    pub(crate) fn object(self, id: &str) -> Option<Value> {
        self.told(id).map(|row| self.tree(row))
    }

    /// A coupon, which may have any id.
    pub(crate) fn coupon(self, id: &str) -> Option<Value> {
        self.state.coupons.get(id).map(|coupon| self.tree(coupon))
    }

    fn told(self, id: &str) -> Option<Told> {
        fn some<T>(row: Option<Arc<T>>) -> Option<Told>
        where
            Told: From<Arc<T>>,
        {
            row.map(Told::from)
        }
        let state = self.state;
        match id.split_once('_').map_or("", |(prefix, _)| prefix) {
            "price" => some(state.prices.get(id)),
            "plink" => some(state.links.get(id)),
            "cs" => some(state.sessions.get(id)),
            "pi" => state.intents.get(id).map(|intent| self.told_intent(&intent)),
            "ch" | "py" => some(state.charges.get(id)),
            "re" | "pyr" => some(state.refunds.get(id)),
            "txn" => some(state.transactions.get(id)),
            "du" => some(state.disputes.get(id)),
            "promo" => some(state.promotions.get(id)),
            "shr" => some(state.shipping_rates.get(id)),
            "file" => some(state.files.get(id)),
            "issfr" => some(state.warnings.get(id)),
            "cus" => some(state.customers.get(id)),
            "pm" => some(state.methods.get(id)),
            // Products may have ids of the caller's own.
            _ => None,
        }
        .or_else(|| some(state.products.get(id)))
    }
}
