//! Everything the account holds, behind one lock.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use jiff::Timestamp;
use mock_core::JobId;

use crate::cli::Sessions;
use crate::control::dto::{Hold, Unsupported};
use crate::domain::belonging::Belonging;
use crate::domain::books::Books;
use crate::domain::catalog::{Price, Product};
use crate::domain::charge::Charge;
use crate::domain::discount::{Coupon, PromotionCode};
use crate::domain::dispute::Dispute;
use crate::domain::event::{Endpoint, Event};
use crate::domain::file::StoredFile;
use crate::domain::fraud_warning::FraudWarning;
use crate::domain::intent::Intent;
use crate::domain::link::PaymentLink;
use crate::domain::payer::{Customer, PaymentMethod};
use crate::domain::refund::Refund;
use crate::domain::session::Session;
use crate::domain::shipping::ShippingRate;
use crate::domain::transaction::BalanceTransaction;
use crate::settings::Settings;
use crate::table::{Row, Table};

/// The account's objects and the state of its deliveries.
#[derive(Clone, Debug, Default)]
pub(crate) struct State {
    pub(crate) products: Table<Product>,
    pub(crate) prices: Table<Price>,
    pub(crate) links: Table<PaymentLink>,
    pub(crate) sessions: Table<Session>,
    pub(crate) intents: Table<Intent>,
    pub(crate) charges: Table<Charge>,
    pub(crate) refunds: Table<Refund>,
    pub(crate) disputes: Table<Dispute>,
    pub(crate) warnings: Table<FraudWarning>,
    pub(crate) coupons: Table<Coupon>,
    pub(crate) promotions: Table<PromotionCode>,
    pub(crate) shipping_rates: Table<ShippingRate>,
    pub(crate) files: Table<StoredFile>,
    pub(crate) customers: Table<Customer>,
    pub(crate) methods: Table<PaymentMethod>,
    pub(crate) transactions: Table<BalanceTransaction>,
    /// The sums of all transactions.
    pub(crate) books: Books,
    pub(crate) endpoints: Table<Endpoint>,
    pub(crate) events: Table<Event>,
    /// Deliveries by number, oldest first.
    pub(crate) deliveries: BTreeMap<u64, Delivery>,
    /// The numbers of an event's deliveries.
    pub(crate) deliveries_of: BTreeMap<String, Vec<u64>>,
    /// The last delivery's number.
    pub(crate) last_delivery: u64,
    /// Rules that keep deliveries back, with the numbers they are known by.
    pub(crate) holds: BTreeMap<u64, Hold>,
    /// The last rule's number.
    pub(crate) last_hold: u64,
    /// Who listens through the Stripe CLI.
    pub(crate) cli: Sessions,
    /// What was asked for and is not supported, oldest first, bounded.
    pub(crate) unsupported: VecDeque<Unsupported>,
    /// What the account has chosen for itself.
    pub(crate) settings: Arc<Settings>,
    /// When the account was opened, in Unix seconds.
    pub(crate) opened: i64,
}

/// Most deliveries kept; the oldest finished ones go first.
const MOST_DELIVERIES: usize = 50_000;
/// Most unsupported calls remembered.
const MOST_UNSUPPORTED: usize = 1_000;

/// One event on its way to one endpoint, or to one session of the Stripe CLI.
#[derive(Clone, Debug)]
pub(crate) struct Delivery {
    pub(crate) number: u64,
    pub(crate) event: String,
    pub(crate) kind: &'static str,
    pub(crate) endpoint: String,
    pub(crate) status: DeliveryStatus,
    pub(crate) attempts: Vec<Attempt>,
    /// The scheduled retry and when it is due.
    pub(crate) retry: Option<(JobId, Timestamp)>,
    /// Whether its next attempts are signed wrongly.
    pub(crate) break_signature: bool,
    pub(crate) belongs: Belonging,
    pub(crate) created: Timestamp,
}

/// Where a delivery stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum DeliveryStatus {
    /// An attempt is on its way, or the next is scheduled.
    Pending,
    /// Kept back until released.
    Held,
    /// Never sent, by order.
    Dropped,
    /// Answered with success.
    Delivered,
    /// Every attempt failed.
    Failed,
    /// The endpoint was disabled, deleted or given up before success.
    Canceled,
}

/// One try to deliver.
#[derive(Clone, Debug)]
pub(crate) struct Attempt {
    pub(crate) at: Timestamp,
    pub(crate) wall: Timestamp,
    pub(crate) signature: String,
    pub(crate) outcome: Outcome,
}

/// What came of a try.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// The endpoint answered; the body is cut at 4,000 characters.
    Answered { status: u16, body: String },
    /// It did not.
    Failed(String),
    /// The Stripe CLI took it, and has told of no endpoint's answer.
    Acknowledged,
}

impl Outcome {
    pub(crate) fn is_success(&self) -> bool {
        matches!(self, Self::Answered { status: 200..=299, .. } | Self::Acknowledged)
    }
}

impl State {
    /// Takes a new delivery in and gives it its number.
    pub(crate) fn add_delivery(&mut self, make: impl FnOnce(u64) -> Delivery) -> u64 {
        self.last_delivery += 1;
        let delivery = make(self.last_delivery);
        self.deliveries_of.entry(delivery.event.clone()).or_default().push(delivery.number);
        self.deliveries.insert(delivery.number, delivery);
        if self.deliveries.len() > MOST_DELIVERIES {
            let done = |delivery: &Delivery| !matches!(delivery.status, DeliveryStatus::Pending | DeliveryStatus::Held);
            let oldest = self.deliveries.values().find(|delivery| done(delivery)).map(|delivery| delivery.number);
            if let Some(delivery) = oldest.and_then(|number| self.deliveries.remove(&number))
                && let Some(numbers) = self.deliveries_of.get_mut(&delivery.event)
            {
                numbers.retain(|number| *number != delivery.number);
            }
        }
        self.last_delivery
    }

    /// How many endpoints have not answered an event with success yet.
    pub(crate) fn pending_webhooks(&self, event: &str) -> usize {
        let numbers = self.deliveries_of.get(event).map(Vec::as_slice).unwrap_or_default();
        let open: std::collections::BTreeSet<&str> = numbers
            .iter()
            .filter_map(|number| self.deliveries.get(number))
            .filter(|delivery| matches!(delivery.status, DeliveryStatus::Pending | DeliveryStatus::Held))
            .map(|delivery| delivery.endpoint.as_str())
            .collect();
        open.len()
    }

    /// Remembers that something was asked for which is not supported.
    pub(crate) fn note_unsupported(&mut self, what: Unsupported) {
        if self.unsupported.len() == MOST_UNSUPPORTED {
            self.unsupported.pop_front();
        }
        self.unsupported.push_back(what);
    }
}

impl State {
    /// What an object belongs to; nothing when there is no such object.
    pub(crate) fn belonging_of(&self, id: &str) -> Belonging {
        fn of<T: Row>(row: Option<Arc<T>>) -> Option<Belonging> {
            row.map(|row| row.belongs().clone())
        }
        let found = match id.split_once('_').map_or("", |(prefix, _)| prefix) {
            "price" => of(self.prices.get(id)),
            "plink" => of(self.links.get(id)),
            "cs" => of(self.sessions.get(id)),
            "pi" => of(self.intents.get(id)),
            "ch" | "py" => of(self.charges.get(id)),
            "re" | "pyr" => of(self.refunds.get(id)),
            "txn" => of(self.transactions.get(id)),
            "du" => of(self.disputes.get(id)),
            "promo" => of(self.promotions.get(id)),
            "shr" => of(self.shipping_rates.get(id)),
            "file" => of(self.files.get(id)),
            "issfr" => of(self.warnings.get(id)),
            "cus" => of(self.customers.get(id)),
            "pm" => of(self.methods.get(id)),
            "evt" => of(self.events.get(id)),
            _ => of(self.products.get(id)).or_else(|| of(self.coupons.get(id))),
        };
        found.unwrap_or_default()
    }
}
