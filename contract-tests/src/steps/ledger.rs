//! What our Stripe has for one purchase: the measure of all checks about money.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::purchase::Purchase;
use crate::check::money;
use crate::model::{Payable, Stop};
use crate::runner::Ctx;

/// What our Stripe has for one purchase.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ledger {
    /// Payment links, and checkout sessions that the service made itself.
    pub payables: Vec<PayableView>,
    /// Checkout sessions, whoever made them.
    pub sessions: Vec<SessionView>,
}

/// Something that can be paid at a URL.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PayableView {
    /// Its id, `plink_…` or `cs_…`.
    pub id: String,
    /// What it is.
    pub kind: Payable,
    /// Where it is paid.
    pub url: String,
    /// Whether it can still be paid.
    pub active: bool,
    /// What it costs in all, in the minor unit, as far as the object says so.
    pub amount: Option<i64>,
    /// Its currency as the service wrote it.
    pub currency: String,
    /// How many of the price it sells.
    pub quantity: u64,
    /// Its metadata.
    pub metadata: BTreeMap<String, String>,
    /// Where the buyer goes after paying.
    pub return_url: Option<String>,
}

/// A checkout session.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionView {
    /// Its id.
    pub id: String,
    /// `open`, `complete` or `expired`.
    pub status: String,
    /// `unpaid`, `paid` or `no_payment_required`.
    pub payment_status: String,
    /// What it costs in the minor unit.
    pub amount: i64,
    /// What went back, in the minor unit.
    pub refunded: i64,
    /// Its currency, lower case.
    pub currency: String,
    /// Its metadata.
    pub metadata: BTreeMap<String, String>,
    /// The payment behind it, once there is one.
    pub intent: Option<String>,
    /// The payment link that it came from.
    pub payment_link: Option<String>,
}

impl SessionView {
    /// Whether the money is there.
    pub fn is_paid(&self) -> bool {
        self.payment_status == "paid"
    }
}

impl fmt::Display for SessionView {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "session {} {} {} of {}",
            self.id,
            self.status,
            self.payment_status,
            money::shown(self.amount, &self.currency)
        )?;
        if self.refunded > 0 {
            write!(f, ", {} refunded", money::shown(self.refunded, &self.currency))?;
        }
        Ok(())
    }
}

impl fmt::Display for PayableView {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.kind.name(), self.id)?;
        if let Some(amount) = self.amount {
            write!(f, " of {}", money::shown(amount, &self.currency))?;
        }
        if !self.active {
            f.write_str(" (closed)")?;
        }
        Ok(())
    }
}

impl Ledger {
    /// Whether nothing was made.
    pub fn is_empty(&self) -> bool {
        self.payables.is_empty() && self.sessions.is_empty()
    }

    /// What is left when what others sell (at links with these ids), and what was paid for other purchases, is taken out.
    #[must_use]
    pub fn of_its_own(mut self, purchase: &Purchase, key: &str, disowned: &[String]) -> Self {
        let others = |metadata: &BTreeMap<String, String>| {
            let named = metadata.get(key).and_then(|text| text.parse::<Uuid>().ok());
            named.is_some_and(|id| id != purchase.id)
        };
        let foreign = |id: &str| disowned.iter().any(|known| known == id);
        self.payables.retain(|payable| !foreign(&payable.id) && !others(&payable.metadata));
        self.sessions.retain(|session| {
            !foreign(&session.id) && !session.payment_link.as_deref().is_some_and(foreign) && !others(&session.metadata)
        });
        self
    }

    /// What is there, for people.
    pub fn shown(&self) -> String {
        let all: Vec<String> = self
            .payables
            .iter()
            .map(ToString::to_string)
            .chain(self.sessions.iter().map(ToString::to_string))
            .collect();
        if all.is_empty() { "nothing at our Stripe".to_owned() } else { all.join("; ") }
    }
}

impl Ctx {
    /// What our Stripe has for a purchase.
    pub async fn ledger(&self, purchase: Uuid) -> Result<Ledger, Stop> {
        let objects: Objects = self.control().get(&ledger_path(purchase)).await?;
        Ok(objects.into_ledger())
    }
}

/// Where the control API tells what our Stripe has for a purchase.
pub(super) fn ledger_path(purchase: Uuid) -> String {
    format!("/v1/stripe/objects?subject={purchase}")
}

/// Everything that our Stripe has for a purchase, as the API shows it; of the objects no more than a [`Ledger`] is made from.
#[derive(Deserialize)]
pub(super) struct Objects {
    payment_links: Vec<Object>,
    sessions: Vec<Object>,
    refunds: Vec<Refund>,
    payable: Vec<String>,
}

/// A payment link or a checkout session.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Object {
    id: String,
    url: Option<String>,
    status: Option<String>,
    payment_status: Option<String>,
    amount_total: Option<i64>,
    currency: Option<String>,
    line_items: Items,
    metadata: BTreeMap<String, String>,
    after_completion: Option<AfterCompletion>,
    success_url: Option<String>,
    payment_intent: Option<String>,
    payment_link: Option<String>,
}

#[derive(Default, Deserialize)]
struct Items {
    data: Vec<Item>,
}

#[derive(Deserialize)]
struct Item {
    amount_total: i64,
    quantity: Option<u64>,
}

#[derive(Deserialize)]
struct AfterCompletion {
    redirect: Option<Redirect>,
}

#[derive(Deserialize)]
struct Redirect {
    url: Option<String>,
}

#[derive(Deserialize)]
struct Refund {
    amount: i64,
    status: Option<String>,
    payment_intent: Option<String>,
}

impl Objects {
    pub(super) fn into_ledger(self) -> Ledger {
        let Self { payment_links, sessions, refunds, payable } = self;
        let mut payables = Vec::new();
        for link in payment_links {
            let after = link.after_completion.as_ref().and_then(|after| after.redirect.as_ref());
            let target = after.and_then(|redirect| redirect.url.clone());
            payables.push(link.payable(Payable::Link, &payable, target));
        }
        for session in sessions.iter().filter(|session| session.payment_link.is_none()) {
            payables.push(session.payable(Payable::Session, &payable, session.success_url.clone()));
        }
        Ledger { payables, sessions: sessions.into_iter().map(|session| session.into_session(&refunds)).collect() }
    }
}

impl Object {
    fn payable(&self, kind: Payable, open: &[String], return_url: Option<String>) -> PayableView {
        let items = &self.line_items.data;
        PayableView {
            active: open.contains(&self.id),
            id: self.id.clone(),
            kind,
            url: self.url.clone().unwrap_or_default(),
            amount: (!items.is_empty()).then(|| items.iter().map(|item| item.amount_total).sum()),
            currency: self.currency.clone().unwrap_or_default(),
            quantity: items.iter().filter_map(|item| item.quantity).sum(),
            metadata: self.metadata.clone(),
            return_url,
        }
    }

    fn into_session(self, refunds: &[Refund]) -> SessionView {
        let intent = self.payment_intent;
        let of_it = |refund: &&Refund| {
            intent.is_some() && refund.payment_intent == intent && refund.status.as_deref() != Some("failed")
        };
        SessionView {
            id: self.id,
            status: self.status.unwrap_or_default(),
            payment_status: self.payment_status.unwrap_or_default(),
            amount: self.amount_total.unwrap_or_default(),
            refunded: refunds.iter().filter(of_it).map(|refund| refund.amount).sum(),
            currency: self.currency.unwrap_or_default(),
            metadata: self.metadata,
            intent,
            payment_link: self.payment_link,
        }
    }
}
