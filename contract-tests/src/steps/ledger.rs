//! What our Stripe has for one purchase: the measure of all checks about money.

use std::collections::BTreeMap;
use std::fmt;

use mock_stripe::control::dto;
use serde::{Deserialize, Serialize};
use serde_json::Value;
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
        let ledger: dto::Ledger = self.control().get(&format!("/v1/stripe/objects?subject={purchase}")).await?;
        Ok(read(&ledger))
    }
}

fn read(ledger: &dto::Ledger) -> Ledger {
    let links = ledger.payment_links.iter().map(|link| {
        let after = link.pointer("/after_completion/redirect/url");
        payable(link, Payable::Link, &ledger.payable, after)
    });
    let own_sessions = ledger
        .sessions
        .iter()
        .filter(|session| session["payment_link"].is_null())
        .map(|session| payable(session, Payable::Session, &ledger.payable, session.get("success_url")));
    Ledger {
        payables: links.chain(own_sessions).collect(),
        sessions: ledger.sessions.iter().map(|session| session_view(session, &ledger.refunds)).collect(),
    }
}

fn payable(object: &Value, kind: Payable, open: &[String], target: Option<&Value>) -> PayableView {
    let id = text(object, "id");
    let items: Vec<&Value> =
        object.pointer("/line_items/data").and_then(Value::as_array).into_iter().flatten().collect();
    PayableView {
        active: open.contains(&id),
        id,
        kind,
        url: text(object, "url"),
        amount: (!items.is_empty()).then(|| items.iter().map(|item| number(item, "amount_total")).sum()),
        currency: text(object, "currency"),
        quantity: items.iter().map(|item| item["quantity"].as_u64().unwrap_or_default()).sum(),
        metadata: metadata(object),
        return_url: target.and_then(Value::as_str).map(str::to_owned),
    }
}

fn session_view(session: &Value, refunds: &[Value]) -> SessionView {
    let intent = session["payment_intent"].as_str();
    let of_it = |refund: &&Value| {
        intent.is_some() && refund["payment_intent"].as_str() == intent && refund["status"].as_str() != Some("failed")
    };
    SessionView {
        id: text(session, "id"),
        status: text(session, "status"),
        payment_status: text(session, "payment_status"),
        amount: number(session, "amount_total"),
        refunded: refunds.iter().filter(of_it).map(|refund| number(refund, "amount")).sum(),
        currency: text(session, "currency"),
        metadata: metadata(session),
        intent: intent.map(str::to_owned),
        payment_link: session["payment_link"].as_str().map(str::to_owned),
    }
}

fn text(object: &Value, name: &str) -> String {
    object[name].as_str().unwrap_or_default().to_owned()
}

fn number(object: &Value, name: &str) -> i64 {
    object[name].as_i64().unwrap_or_default()
}

fn metadata(object: &Value) -> BTreeMap<String, String> {
    let members = object["metadata"].as_object().into_iter().flatten();
    members.filter_map(|(name, value)| Some((name.clone(), value.as_str()?.to_owned()))).collect()
}
