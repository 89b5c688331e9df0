//! Objects of the state in their wire shapes, with what they quote from other objects.

use std::sync::Arc;

use serde_json::{Map, Value};

use crate::domain::catalog::{LineItem, Price, Product};
use crate::domain::charge::{BalanceTransaction, Charge};
use crate::domain::event::{Endpoint, Event};
use crate::domain::intent::{Intent, PaymentError};
use crate::domain::link::PaymentLink;
use crate::domain::payer::{Customer, PaymentMethod};
use crate::domain::refund::Refund;
use crate::domain::session::Session;
use crate::state::State;
use crate::wire::{self, View};

/// The state as callers see it.
#[derive(Clone, Copy)]
pub(crate) struct Shown<'a> {
    pub(crate) state: &'a State,
    pub(crate) view: &'a View,
    pub(crate) api_version: &'a str,
}

impl Shown<'_> {
    pub(crate) fn product(self, product: &Product) -> Value {
        if product.deleted {
            return wire::deleted(&product.id, "product");
        }
        wire::product(product, self.view)
    }

    pub(crate) fn price(self, price: &Price) -> Value {
        wire::price(price, self.view)
    }

    pub(crate) fn link(self, link: &PaymentLink) -> Value {
        wire::payment_link(link, self.view)
    }

    pub(crate) fn session(self, session: &Session) -> Value {
        wire::session(session, self.view)
    }

    pub(crate) fn intent(self, intent: &Intent) -> Value {
        let error = intent.last_error.as_ref().map_or(Value::Null, |error| Value::Object(self.payment_error(error)));
        wire::intent(intent, error, self.view)
    }

    /// The members of a failed try, without the intent.
    pub(crate) fn payment_error(self, error: &PaymentError) -> Map<String, Value> {
        let method = self.state.methods.get(&error.payment_method);
        wire::payment_error(error, method.map_or(Value::Null, |method| self.method(&method)))
    }

    pub(crate) fn charge(self, charge: &Charge) -> Value {
        wire::charge(charge, self.view)
    }

    #[expect(clippy::unused_self, reason = "one of the family: callers need not know which shapes quote others")]
    pub(crate) fn refund(self, refund: &Refund) -> Value {
        wire::refund(refund)
    }

    pub(crate) fn transaction(self, transaction: &BalanceTransaction) -> Value {
        wire::balance_transaction(transaction, self.view)
    }

    pub(crate) fn customer(self, customer: &Customer) -> Value {
        wire::customer(customer, self.view)
    }

    pub(crate) fn method(self, method: &PaymentMethod) -> Value {
        wire::payment_method(method, self.view)
    }

    pub(crate) fn endpoint(self, endpoint: &Endpoint, with_secret: bool) -> Value {
        wire::endpoint(endpoint, with_secret, self.view)
    }

    pub(crate) fn event(self, event: &Event) -> Value {
        self.event_in(event, self.api_version)
    }

    /// An event as a receiver of `api_version` sees it.
    pub(crate) fn event_in(self, event: &Event, api_version: &str) -> Value {
        wire::event(event, api_version, self.state.pending_webhooks(&event.id), self.view)
    }

    /// Lines with their whole prices.
    pub(crate) fn line_items(self, items: &[LineItem]) -> Vec<Value> {
        items
            .iter()
            .map(|item| {
                let price = self.state.prices.get(&item.price);
                wire::line_item(item, price.map_or(Value::Null, |price| self.price(&price)))
            })
            .collect()
    }

    /// The refunds of a charge, newest first, as the list that `expand` puts into it.
    pub(crate) fn refunds_of(self, charge: &str) -> Value {
        let refunds: Vec<_> =
            self.state.refunds.by("charge", charge).rev().map(|refund| self.refund(&refund)).collect();
        wire::list(&format!("/v1/charges/{charge}/refunds"), refunds, false)
    }

    /// The object that an id stands for, where ids may be expanded.
    pub(crate) fn object(self, id: &str) -> Option<Value> {
        fn show<T>(row: Option<Arc<T>>, show: impl Fn(&T) -> Value) -> Option<Value> {
            row.map(|row| show(&row))
        }
        let state = self.state;
        let prefix = id.split_once('_').map_or("", |(prefix, _)| prefix);
        match prefix {
            "price" => show(state.prices.get(id), |row| self.price(row)),
            "plink" => show(state.links.get(id), |row| self.link(row)),
            "cs" => show(state.sessions.get(id), |row| self.session(row)),
            "pi" => show(state.intents.get(id), |row| self.intent(row)),
            "ch" | "py" => show(state.charges.get(id), |row| self.charge(row)),
            "re" | "pyr" => show(state.refunds.get(id), |row| self.refund(row)),
            "txn" => show(state.transactions.get(id), |row| self.transaction(row)),
            "cus" => show(state.customers.get(id), |row| self.customer(row)),
            "pm" => show(state.methods.get(id), |row| self.method(row)),
            // Products may have ids of the caller's own.
            _ => None,
        }
        .or_else(|| show(state.products.get(id), |row| self.product(row)))
    }
}

impl Shown<'_> {
    /// The GUIDs that an object belongs to.
    pub(crate) fn subjects_of(self, id: &str) -> Vec<uuid::Uuid> {
        fn of<T: crate::table::Row>(row: Option<Arc<T>>) -> Option<Vec<uuid::Uuid>> {
            row.map(|row| row.belongs().subjects.clone())
        }
        let state = self.state;
        let found = match id.split_once('_').map_or("", |(prefix, _)| prefix) {
            "price" => of(state.prices.get(id)),
            "plink" => of(state.links.get(id)),
            "cs" => of(state.sessions.get(id)),
            "pi" => of(state.intents.get(id)),
            "ch" | "py" => of(state.charges.get(id)),
            "re" | "pyr" => of(state.refunds.get(id)),
            "txn" => of(state.transactions.get(id)),
            "cus" => of(state.customers.get(id)),
            "pm" => of(state.methods.get(id)),
            "evt" => of(state.events.get(id)),
            _ => of(state.products.get(id)),
        };
        found.unwrap_or_default()
    }
}
