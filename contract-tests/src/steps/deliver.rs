//! Events on their way to the service: composed by the suite and signed by our Stripe, or held back, dropped, sent again.

use mock_core::control::dto::EntryView;
use mock_core::journal::{Direction, Filter};
use mock_stripe::control::dto::{
    Compose, Composed, Deliveries, DeliveryView, Hold, HoldAction, Resend, Selection, Settled,
};
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::{Value, json};
use uuid::Uuid;

use super::purchase::Purchase;
use crate::model::Stop;
use crate::runner::Ctx;

/// An event that the suite composes: its content is ours, its signature is right unless the shape says otherwise.
#[derive(Clone, Debug, PartialEq)]
pub struct Forged {
    what: String,
    make: Make,
}

#[derive(Clone, Debug, PartialEq)]
enum Make {
    /// A whole event around this object.
    Event { kind: String, object: Value },
    /// As our Stripe composes it.
    Composed(Box<Compose>),
}

/// What the service made of a composed event.
#[derive(Clone, Debug)]
pub struct Delivered {
    /// The answer's status.
    pub status: Option<u16>,
    /// Why there was no answer.
    pub failure: Option<String>,
    /// How far the clock of the service is ahead of ours, in seconds, where its answer says.
    pub clock_off: Option<i64>,
    /// The delivery in the journal.
    pub entry: Option<EntryView>,
    /// The bytes that were sent.
    pub payload: String,
}

/// A delivery of our Stripe, and no more of it than what tells it from others.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Numbered {
    /// Its number.
    pub number: u64,
    /// The event's id.
    pub event: String,
}

#[derive(Deserialize)]
struct Listed {
    deliveries: Vec<Numbered>,
}

impl Delivered {
    /// Whether it was acknowledged.
    pub fn is_success(&self) -> bool {
        self.status.is_some_and(|status| (200..300).contains(&status))
    }

    /// Whether it was refused: any 4xx.
    pub fn is_refusal(&self) -> bool {
        self.status.is_some_and(|status| (400..500).contains(&status))
    }

    /// What came back, for people.
    pub fn shown(&self) -> String {
        self.status.map_or_else(
            || format!("no answer: {}", self.failure.as_deref().unwrap_or("unknown")),
            |status| status.to_string(),
        )
    }

    /// The same with the beginning of the answer's body.
    pub fn told(&self) -> String {
        let answer = self.entry.as_ref().and_then(|entry| entry.answer.as_ref());
        let said = answer.map(|answer| crate::check::text::excerpt(&answer.body)).unwrap_or_default();
        if said.is_empty() { self.shown() } else { format!("{}, {said}", self.shown()) }
    }
}

impl Forged {
    /// An event of this type about an object that belongs to no purchase.
    pub fn of_type(kind: &str) -> Self {
        let name = kind.split('.').next().unwrap_or_default();
        let object = json!({ "id": "obj_payloop", "object": name, "livemode": false, "metadata": {} });
        Self { what: kind.to_owned(), make: Make::Event { kind: kind.to_owned(), object } }
    }

    /// A completed and paid session of the same account for something else: it carries no purchase id.
    pub fn session_without_purchase() -> Self {
        let object = json!({
            "id": "cs_test_payloopOtherProduct",
            "object": "checkout.session",
            "amount_subtotal": 1900,
            "amount_total": 1900,
            "client_reference_id": null,
            "currency": "usd",
            "livemode": false,
            "metadata": {},
            "mode": "payment",
            "payment_intent": "pi_payloopOtherProduct",
            "payment_link": null,
            "payment_status": "paid",
            "status": "complete",
        });
        Self {
            what: "checkout.session.completed for another product".to_owned(),
            make: Make::Event { kind: "checkout.session.completed".to_owned(), object },
        }
    }

    /// As our Stripe composes it; `what` describes it for people.
    pub fn composed(what: impl Into<String>, compose: Compose) -> Self {
        Self { what: what.into(), make: Make::Composed(Box::new(compose)) }
    }
}

impl Ctx {
    /// Has our Stripe deliver an event at once, and waits for the answer. It belongs to all purchases of this case.
    pub async fn deliver(&self, forged: Forged) -> Result<Delivered, Stop> {
        let before = self.control().world().await?;
        self.step(format!("had Stripe deliver {}", forged.what));
        let mut compose = match forged.make {
            Make::Composed(compose) => *compose,
            Make::Event { kind, object } => {
                let event = json!({
                    "id": format!("evt_1{}", self.ids().base62("forged event", &self.scope(), 23)),
                    "object": "event",
                    "api_version": mock_stripe::Config::default().api_version,
                    "created": before.wall.as_second(),
                    "data": { "object": object },
                    "livemode": false,
                    "pending_webhooks": 1,
                    "request": { "id": null, "idempotency_key": null },
                    "type": kind,
                });
                Compose { payload: Some(format!("{event:#}")), ..Compose::default() }
            }
        };
        if compose.subjects.is_empty() {
            compose.subjects = self.subjects();
        }
        let subject = compose.subjects.first().copied();
        let known = compose.event.is_some() && !compose.fresh_id;
        let composed: Composed = self.control().post("/v1/stripe/deliveries", &compose).await?;
        let answer = composed.answers.first().ok_or_else(|| Stop::suite("our Stripe delivered nothing"))?;
        // What nobody's Stripe has ever made is judged by the case alone.
        let made_up = serde_json::from_str::<Value>(&composed.payload).ok().filter(|_| !known);
        if let Some(id) = made_up.as_ref().and_then(|event| event.get("id")).and_then(Value::as_str) {
            self.disown(id);
        }
        let entry = self.delivery_entry(before.journal.last_seq, subject, &composed.payload).await?;
        if let Some(entry) = &entry {
            self.show(entry);
        }
        Ok(Delivered {
            status: answer.status,
            failure: answer.error.clone(),
            clock_off: entry.as_ref().and_then(clock_off),
            entry,
            payload: composed.payload,
        })
    }

    /// The journal's entry of a composed delivery.
    async fn delivery_entry(
        &self,
        after: u64,
        subject: Option<Uuid>,
        payload: &str,
    ) -> Result<Option<EntryView>, Stop> {
        let filter = Filter {
            after: Some(after),
            fake: Some("stripe".to_owned()),
            direction: Some(Direction::Outbound),
            subject,
            ..Filter::default()
        };
        let entries = self.control().journal(&filter).await?.entries;
        Ok(entries.into_iter().find(|entry| entry.request.body == payload))
    }

    /// Makes a rule for the deliveries about a purchase, of one type or of all.
    pub async fn rule(&self, action: HoldAction, purchase: &Purchase, event: Option<&str>) -> Result<(), Stop> {
        let words = match action {
            HoldAction::Hold => "hold back",
            HoldAction::Drop => "drop",
            HoldAction::Duplicate => "send twice",
            HoldAction::BreakSignature => "sign wrongly",
        };
        self.step(format!("told Stripe to {words} {} about this purchase", event.unwrap_or("all events")));
        let hold = Hold {
            action,
            text: Some(purchase.id.to_string()),
            subjects: Vec::new(),
            event: event.map(str::to_owned),
            count: None,
        };
        self.control().post::<IgnoredAny>("/v1/stripe/holds", &hold).await?;
        Ok(())
    }

    /// Has our Stripe hold back every delivery about any of these purchases.
    pub async fn hold_back(&self, purchases: &[Purchase]) -> Result<(), Stop> {
        self.step(format!("told Stripe to hold back all events about these {} purchases", purchases.len()));
        let subjects = purchases.iter().map(|purchase| purchase.id).collect();
        let hold = Hold { action: HoldAction::Hold, text: None, subjects, event: None, count: None };
        self.control().post::<IgnoredAny>("/v1/stripe/holds", &hold).await?;
        Ok(())
    }

    /// The deliveries about a purchase, of one type or of all, oldest first.
    pub async fn deliveries(&self, purchase: Uuid, event: Option<&str>) -> Result<Vec<DeliveryView>, Stop> {
        let kind = event.map(|event| format!("&event_type={event}")).unwrap_or_default();
        let found: Deliveries = self.control().get(&format!("/v1/stripe/deliveries?subject={purchase}{kind}")).await?;
        Ok(found.deliveries)
    }

    /// All deliveries about these purchases, by their numbers and the ids of their events.
    pub async fn deliveries_about(&self, purchases: &[Purchase]) -> Result<Vec<Numbered>, Stop> {
        let path = |purchase: &Purchase| format!("/v1/stripe/deliveries?subject={}", purchase.id);
        let found: Vec<Listed> = self.control().read(purchases.iter().map(path).collect()).await?;
        Ok(found.into_iter().flat_map(|listed| listed.deliveries).collect())
    }

    /// Lets go of all deliveries about a purchase that are held back; says how many there were.
    pub async fn release(&self, purchase: &Purchase) -> Result<usize, Stop> {
        self.step("released what Stripe held back");
        let selection = Selection { subject: Some(purchase.id), ..Selection::default() };
        let released: Deliveries = self.control().post("/v1/stripe/deliveries/release", &selection).await?;
        Ok(released.deliveries.len())
    }

    /// Has Stripe send a delivery (again), whatever became of it so far; waits for the answer, which is the last attempt of what comes back.
    pub async fn resend(&self, delivery: &DeliveryView) -> Result<DeliveryView, Stop> {
        let again = if delivery.attempts.is_empty() { "" } else { " again" };
        self.step(format!("had Stripe send {}{again}", delivery.event_type));
        let path = format!("/v1/stripe/deliveries/{}/resend", delivery.number);
        Ok(self.control().post(&path, &Resend::default()).await?)
    }

    /// Has the bank answer a debit: it pays, or it does not.
    pub async fn bank_answers(&self, purchase: &Purchase, pays: bool) -> Result<(), Stop> {
        self.step(if pays { "had the bank pay the debit" } else { "had the bank refuse the debit" });
        let ledger = self.ledger(purchase.id).await?;
        let intent = ledger.sessions.iter().find_map(|session| session.intent.clone());
        let intent = intent.ok_or_else(|| Stop::suite("our Stripe has no payment for the debit"))?;
        let path = format!("/v1/stripe/payments/{intent}/{}", if pays { "settle" } else { "fail" });
        self.control().post::<Settled>(&path, &json!({})).await?;
        Ok(())
    }
}

/// How far the service's clock is ahead of ours, by the `Date` of its answer.
fn clock_off(entry: &EntryView) -> Option<i64> {
    let date = entry.answer.as_ref()?.header("date")?;
    let theirs = jiff::fmt::rfc2822::parse(date).ok()?.timestamp();
    Some(theirs.as_second() - entry.wall.as_second())
}
