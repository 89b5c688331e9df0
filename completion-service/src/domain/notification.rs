//! Reads a verified Stripe event and says what it asks for, without looking anywhere else.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::value::RawValue;
use uuid::Uuid;

use super::money::Currency;
use super::purchase::parse_purchase_id;

/// The envelope of an event; unknown members are ignored.
#[derive(Debug, Deserialize)]
pub struct Event<'a> {
    /// `evt_…`.
    #[serde(default)]
    pub id: String,
    /// For example `checkout.session.completed`.
    #[serde(rename = "type")]
    pub kind: String,
    /// Whether real money moved.
    pub livemode: Option<bool>,
    /// The API version the event is written in.
    pub api_version: Option<String>,
    /// Set when the event happened in a connected account, which is never ours.
    pub account: Option<String>,
    #[serde(borrow)]
    data: Option<Data<'a>>,
}

#[derive(Debug, Deserialize)]
struct Data<'a> {
    #[serde(borrow)]
    object: Option<&'a RawValue>,
}

/// The parts of a Checkout Session (or `PaymentIntent`) that decide anything.
#[derive(Debug, Deserialize)]
struct Session {
    #[serde(default)]
    id: String,
    payment_status: Option<String>,
    amount_total: Option<i64>,
    currency: Option<String>,
    payment_intent: Option<Reference>,
    metadata: Option<BTreeMap<String, serde_json::Value>>,
    livemode: Option<bool>,
}

/// An id, or the expanded object that carries it.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Reference {
    Id(String),
    Object { id: String },
}

impl Reference {
    fn into_id(self) -> String {
        match self {
            Self::Id(id) | Self::Object { id } => id,
        }
    }
}

/// A verified body that is no usable event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the body is not a Stripe event")]
pub struct NotAnEvent;

/// Who we are, as far as events can tell strangers from us.
#[derive(Debug, Clone, Copy)]
pub struct Reader<'a> {
    /// Metadata key that carries the purchase id.
    pub metadata_key: &'a str,
    /// Mode of our API key, if it shows one.
    pub livemode: Option<bool>,
}

/// What an event asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Request {
    /// Nothing, for this reason.
    Nothing(Idle),
    /// Money came in for a purchase.
    Settle(Payment),
    /// A payment was finally rejected.
    Reject(Payment),
}

/// A session's claim to be the payment of a purchase. Not believed before it is compared with the purchase.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Payment {
    /// From the metadata.
    pub purchase: Uuid,
    /// `cs_…`.
    pub session: String,
    /// `amount_total` in Stripe's smallest unit.
    pub minor: Option<i64>,
    /// The session's currency.
    pub currency: Option<Currency>,
    /// `pi_…`; absent when nothing was due.
    pub intent: Option<String>,
    /// Whether Stripe says that nothing was due (`no_payment_required`).
    pub nothing_due: bool,
}

/// Why an event needs no work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Idle {
    /// A type that this service does not use.
    #[error("event type not used")]
    OtherType,
    /// From a connected account.
    #[error("event of another account")]
    OtherAccount,
    /// Test event with a live key or the reverse.
    #[error("event of the other mode")]
    OtherMode,
    /// No purchase id: something else sold by the same account.
    #[error("session without purchase id")]
    NoPurchase,
    /// The id is not a UUID: the order of another system.
    #[error("purchase id is not a UUID")]
    ForeignId,
    /// Payment is still on its way; a later event tells.
    #[error("payment not received yet")]
    Unpaid,
}

impl<'a> Event<'a> {
    /// Parses a body whose signature was checked.
    ///
    /// # Errors
    /// [`NotAnEvent`] for anything but a JSON object with a `type`.
    pub fn parse(body: &'a [u8]) -> Result<Self, NotAnEvent> {
        serde_json::from_slice(body).map_err(|_| NotAnEvent)
    }

    /// What this event asks for.
    ///
    /// # Errors
    /// [`NotAnEvent`] if a session event carries no readable session.
    pub fn request(&self, reader: Reader<'_>) -> Result<Request, NotAnEvent> {
        let nothing = |idle| Ok(Request::Nothing(idle));
        let failed = match self.kind.as_str() {
            "checkout.session.completed" | "checkout.session.async_payment_succeeded" => false,
            "checkout.session.async_payment_failed" => true,
            // One expired session of a link says nothing about the others: the platform's timeout decides.
            _ => return nothing(Idle::OtherType),
        };
        if self.account.is_some() {
            return nothing(Idle::OtherAccount);
        }
        let session: Session = self.object()?;
        if let (Some(ours), Some(theirs)) = (reader.livemode, self.livemode.or(session.livemode))
            && ours != theirs
        {
            return nothing(Idle::OtherMode);
        }
        let Some(text) = metadata_text(session.metadata.as_ref(), reader.metadata_key) else {
            return nothing(Idle::NoPurchase);
        };
        let Some(purchase) = parse_purchase_id(text) else {
            return nothing(Idle::ForeignId);
        };
        let nothing_due = match (failed, session.payment_status.as_deref()) {
            (true, _) | (false, Some("paid")) => false,
            (false, Some("no_payment_required")) => true,
            (false, _) => return nothing(Idle::Unpaid),
        };
        let payment = Payment {
            purchase,
            session: session.id,
            minor: session.amount_total,
            currency: session.currency.as_deref().and_then(Currency::parse),
            intent: session.payment_intent.map(Reference::into_id),
            nothing_due,
        };
        Ok(if failed { Request::Reject(payment) } else { Request::Settle(payment) })
    }

    fn object<T: Deserialize<'a>>(&self) -> Result<T, NotAnEvent> {
        let object = self.data.as_ref().and_then(|data| data.object).ok_or(NotAnEvent)?;
        serde_json::from_str(object.get()).map_err(|_| NotAnEvent)
    }

    /// The API version's train: the text after its dot.
    #[cfg(feature = "defects")]
    pub(crate) fn train(&self) -> Option<&str> {
        self.api_version.as_deref()?.split_once('.').map(|(_, train)| train)
    }

    /// The purchase id in the object's metadata, whatever kind of object it is.
    #[cfg(feature = "defects")]
    pub(crate) fn any_purchase(&self, metadata_key: &str) -> Option<Uuid> {
        #[derive(Deserialize)]
        struct AnyObject {
            metadata: Option<BTreeMap<String, serde_json::Value>>,
        }
        let object: AnyObject = self.object().ok()?;
        parse_purchase_id(metadata_text(object.metadata.as_ref(), metadata_key)?)
    }
}

fn metadata_text<'m>(metadata: Option<&'m BTreeMap<String, serde_json::Value>>, key: &str) -> Option<&'m str> {
    metadata?.get(key)?.as_str().filter(|text| !text.is_empty())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::*;

    const ID: &str = "a4d9e358-949f-f011-bbd3-6045bd02f64d";

    fn event(kind: &str, session: Value) -> Value {
        json!({
            "id": "evt_1", "object": "event", "type": kind, "livemode": false, "unknown": [1],
            "data": {"object": session},
        })
    }

    fn session(status: &str, metadata: Value) -> Value {
        json!({
            "id": "cs_test_1", "payment_status": status, "amount_total": 14950, "currency": "eur",
            "payment_intent": "pi_1", "metadata": metadata, "unknown": null,
        })
    }

    #[track_caller]
    fn check(event: Value, expected: Result<Request, NotAnEvent>) {
        let body = serde_json::to_vec_pretty(&event).expect("json");
        let reader = Reader { metadata_key: "order_id", livemode: Some(false) };
        let seen = Event::parse(&body).and_then(|event| event.request(reader));
        assert_eq!(seen, expected);
    }

    fn payment(nothing_due: bool) -> Payment {
        Payment {
            purchase: ID.parse().expect("a UUID"),
            session: "cs_test_1".into(),
            minor: Some(14950),
            currency: Currency::parse("eur"),
            intent: Some("pi_1".into()),
            nothing_due,
        }
    }

    const COMPLETED: &str = "checkout.session.completed";

    #[test]
    fn paid_sessions_settle() {
        let paid = session("paid", json!({"order_id": ID}));
        check(event(COMPLETED, paid.clone()), Ok(Request::Settle(payment(false))));
        check(event("checkout.session.async_payment_succeeded", paid), Ok(Request::Settle(payment(false))));
        check(
            event(COMPLETED, session("paid", json!({"order_id": ID.to_uppercase(), "time": "x"}))),
            Ok(Request::Settle(payment(false))),
        );
        check(
            event(COMPLETED, session("no_payment_required", json!({"order_id": ID}))),
            Ok(Request::Settle(payment(true))),
        );
    }

    #[test]
    fn an_expanded_payment_intent_is_read() {
        let mut paid = session("paid", json!({"order_id": ID}));
        paid["payment_intent"] = json!({"id": "pi_1", "object": "payment_intent"});
        check(event(COMPLETED, paid), Ok(Request::Settle(payment(false))));
    }

    #[test]
    fn failed_payments_reject() {
        check(
            event("checkout.session.async_payment_failed", session("unpaid", json!({"order_id": ID}))),
            Ok(Request::Reject(payment(false))),
        );
    }

    #[test]
    fn everything_else_is_left_alone() {
        let paid = session("paid", json!({"order_id": ID}));
        let nothing = |idle| Ok(Request::Nothing(idle));
        for kind in ["checkout.session.expired", "payment_intent.payment_failed", "charge.refunded", "invented.type"] {
            check(event(kind, paid.clone()), nothing(Idle::OtherType));
        }
        check(event("product.created", json!(null)), nothing(Idle::OtherType));
        check(event(COMPLETED, session("unpaid", json!({"order_id": ID}))), nothing(Idle::Unpaid));
        check(event(COMPLETED, session("paid", json!({}))), nothing(Idle::NoPurchase));
        check(event(COMPLETED, session("paid", json!(null))), nothing(Idle::NoPurchase));
        check(event(COMPLETED, session("paid", json!({"order_id": ""}))), nothing(Idle::NoPurchase));
        check(event(COMPLETED, session("paid", json!({"order_id": 7}))), nothing(Idle::NoPurchase));
        for foreign in ["WC-1042", "'; drop", "{}", &"x".repeat(4096), &Uuid::nil().to_string()] {
            check(event(COMPLETED, session("paid", json!({"order_id": foreign}))), nothing(Idle::ForeignId));
        }
    }

    #[test]
    fn strangers_are_left_alone() {
        let mut live = event(COMPLETED, session("paid", json!({"order_id": ID})));
        live["livemode"] = json!(true);
        check(live, Ok(Request::Nothing(Idle::OtherMode)));
        let mut connected = event(COMPLETED, session("paid", json!({"order_id": ID})));
        connected["account"] = json!("acct_1");
        check(connected, Ok(Request::Nothing(Idle::OtherAccount)));
    }

    #[test]
    fn what_is_no_event_is_said_so() {
        for body in ["", "null", "[]", "{}", "\"x\"", "{\"type\":1}", "{\"type\":\"x\"", "NaN"] {
            assert!(Event::parse(body.as_bytes()).is_err(), "{body}");
        }
        check(json!({"type": COMPLETED}), Err(NotAnEvent));
        check(json!({"type": COMPLETED, "data": {}}), Err(NotAnEvent));
        check(event(COMPLETED, json!([])), Err(NotAnEvent));
        check(event(COMPLETED, json!({"amount_total": "149"})), Err(NotAnEvent));
    }

    #[test]
    fn deep_nesting_is_refused_without_harm() {
        let deep =
            format!("{{\"type\":\"x\",\"data\":{{\"object\":{}1{}}}}}", "[".repeat(100_000), "]".repeat(100_000));
        let event = Event::parse(deep.as_bytes()).expect("skipped without recursion");
        assert_eq!(event.kind, "x");
        let deep = deep.replace("\"x\"", &format!("\"{COMPLETED}\""));
        let reader = Reader { metadata_key: "order_id", livemode: None };
        assert_eq!(Event::parse(deep.as_bytes()).and_then(|event| event.request(reader)), Err(NotAnEvent));
    }

    proptest! {
        #[test]
        fn no_body_panics(body in prop::collection::vec(any::<u8>(), 0..300)) {
            let reader = Reader { metadata_key: "order_id", livemode: None };
            prop_assert!(Event::parse(&body).and_then(|event| event.request(reader)).is_err() || !body.is_empty());
        }
    }
}
