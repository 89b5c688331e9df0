//! Stripe's API: checkout sessions are made, looked at and expired; payments are refunded.

use reqwest::{Client, RequestBuilder};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::config::{Config, Secret};
use crate::money::{Amount, Currency};
use crate::outgoing::{Answer, send};
use crate::trouble::Trouble;

/// The version whose shapes are read here.
const VERSION: &str = "2026-07-29.dahlia";

/// One account.
#[derive(Debug)]
pub(crate) struct Stripe {
    client: Client,
    base: String,
    key: Secret,
}

/// A checkout session as far as it matters.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Session {
    pub(crate) id: String,
    pub(crate) url: Option<String>,
    status: String,
    #[serde(default)]
    payment_status: String,
    amount_total: Option<i64>,
    currency: Option<String>,
    #[serde(default)]
    metadata: Map<String, Value>,
    payment_intent: Option<Intent>,
}

/// An id, or what it stands for.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
enum Intent {
    Id(String),
    Whole { id: String, status: String, latest_charge: Option<Charge> },
}

#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
enum Charge {
    Id(#[expect(dead_code, reason = "told apart from a whole charge by being text")] String),
    Whole { amount_refunded: i64 },
}

/// What became of a session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum State {
    /// It can be paid.
    Open,
    /// The buyer is through, the money is on its way.
    UnderWay,
    /// The money is there; the payment, where anything was due.
    Paid(Option<String>),
    /// The money was there and has gone back, or some of it.
    Refunded,
    /// Nobody paid, or the bank refused to, and no more can be paid here.
    Over,
}

impl Answer {
    /// Whether Stripe repeats what it answered before under the same idempotency key.
    fn is_repeated(&self) -> bool {
        self.header("idempotent-replayed") == Some("true")
    }
}

impl Session {
    pub(crate) fn state(&self) -> State {
        let (intent, status, refunded) = match &self.payment_intent {
            None => (None, "", 0),
            Some(Intent::Id(id)) => (Some(id), "", 0),
            Some(Intent::Whole { id, status, latest_charge }) => {
                let refunded = match latest_charge {
                    Some(Charge::Whole { amount_refunded }) => *amount_refunded,
                    Some(Charge::Id(_)) | None => 0,
                };
                (Some(id), status.as_str(), refunded)
            }
        };
        match (self.status.as_str(), self.payment_status.as_str(), status) {
            ("open", ..) => State::Open,
            ("complete", "paid" | "no_payment_required", _) if refunded > 0 => State::Refunded,
            ("complete", "paid" | "no_payment_required", _) => State::Paid(intent.cloned()),
            ("complete", _, "requires_payment_method" | "canceled") | ("expired", ..) => State::Over,
            _ => State::UnderWay,
        }
    }

    /// What was, or is to be, paid in all.
    pub(crate) fn amount(&self) -> Option<Amount> {
        Some(Amount { minor: self.amount_total?, currency: Currency::parse(self.currency.as_deref()?)? })
    }

    pub(crate) fn metadata(&self, key: &str) -> Option<&str> {
        self.metadata.get(key)?.as_str()
    }

    /// The page to pay at, if it is a web address that can stand in a header.
    pub(crate) fn page(&self) -> Option<&str> {
        let text = self.url.as_deref()?;
        let sound = text.bytes().all(|byte| byte.is_ascii_graphic())
            && url::Url::parse(text).is_ok_and(|url| matches!(url.scheme(), "http" | "https"));
        sound.then_some(text)
    }
}

/// Bracketed names with their values.
pub(crate) type Form = Vec<(String, String)>;

impl Stripe {
    pub(crate) fn new(client: Client, config: &Config) -> Self {
        Self { client, base: config.stripe.clone(), key: config.stripe_key.clone() }
    }

    /// A session as it is now, with its payment and whether that went back.
    pub(crate) async fn session(&self, id: &str) -> Result<Session, Trouble> {
        let url = format!("{}?expand[]=payment_intent.latest_charge", self.of(id));
        let answer = self.call(self.client.get(url)).await?;
        read(&answer)
    }

    /// Makes a session, as often as this is called with one key the same one. An answer that Stripe only repeats shows the session as it
    /// was when it was made, so that one is looked at again. `None`: Stripe keeps a server error of its own under this key.
    pub(crate) async fn make(&self, form: &Form, key: &str) -> Result<Option<Session>, Trouble> {
        let answer = self.post("/v1/checkout/sessions", form, Some(key)).await?;
        if !answer.is_repeated() {
            return read(&answer).map(Some);
        }
        if answer.status >= 500 {
            return Ok(None);
        }
        let session: Session = read(&answer)?;
        self.session(&session.id).await.map(Some)
    }

    /// Ends an open session, so that nobody can pay there.
    pub(crate) async fn expire(&self, id: &str) -> Result<(), Trouble> {
        let url = format!("{}/expire", self.of(id));
        let answer = self.call(self.client.post(url)).await?;
        read::<Session>(&answer).map(drop)
    }

    /// Gives a whole payment back. One that went back before is no error.
    pub(crate) async fn refund(&self, form: &Form, key: &str) -> Result<(), Trouble> {
        let answer = self.post("/v1/refunds", form, Some(key)).await?;
        match read::<Map<String, Value>>(&answer) {
            Err(Trouble::Refused(why)) if why.ends_with("charge_already_refunded") => Ok(()),
            other => other.map(drop),
        }
    }

    /// Ids are Stripe's own, and plain: see [`is_plain`].
    fn of(&self, session: &str) -> String {
        format!("{}/v1/checkout/sessions/{session}", self.base)
    }

    async fn post(&self, path: &str, form: &Form, key: Option<&str>) -> Result<Answer, Trouble> {
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
        let request = self.client.post(format!("{}{path}", self.base));
        let request = request.header("content-type", "application/x-www-form-urlencoded").body(body);
        self.call(match key {
            Some(key) => request.header("idempotency-key", key),
            None => request,
        })
        .await
    }

    async fn call(&self, request: RequestBuilder) -> Result<Answer, Trouble> {
        send("Stripe", request.header("stripe-version", VERSION).bearer_auth(self.key.expose())).await
    }
}

/// Whether text can be an id of Stripe's: it then stands safely in a path and names a file.
pub(crate) fn is_plain(id: &str) -> bool {
    (1..=255).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

fn read<T: DeserializeOwned>(answer: &Answer) -> Result<T, Trouble> {
    if answer.status == 200 {
        return serde_json::from_slice(&answer.body)
            .map_err(|_| Trouble::broken("Stripe answered with something else"));
    }
    let fault: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
    let code = fault.pointer("/error/code").and_then(Value::as_str).unwrap_or_default();
    let code: String = code.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '_').take(60).collect();
    let said = format!("Stripe answered {} {code}", answer.status);
    let passes = match answer.header("stripe-should-retry") {
        Some("true") => true,
        Some("false") => false,
        // A server error that is repeated under its key will be repeated again.
        _ => matches!(answer.status, 409 | 424 | 429 | 500..) && !answer.is_repeated(),
    };
    Err(match answer.status {
        _ if passes => Trouble::passing(said, answer.wait()),
        404 => Trouble::Missing,
        400 | 402 => Trouble::Refused(said),
        _ => Trouble::broken(said),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(json: &str, expect: State) {
        let session: Session = serde_json::from_str(json).expect("a session");
        assert_eq!(session.state(), expect, "{json}");
    }

    #[test]
    fn what_becomes_of_a_session() {
        let paid = || State::Paid(Some("pi_1".to_owned()));
        check(r#"{"id":"cs_1","status":"open","payment_status":"unpaid"}"#, State::Open);
        check(r#"{"id":"cs_1","status":"complete","payment_status":"paid","payment_intent":"pi_1"}"#, paid());
        let whole = |payment: &str, intent: &str, charge: &str| {
            format!(
                r#"{{"id":"cs_1","status":"complete","payment_status":"{payment}",
                    "payment_intent":{{"id":"pi_1","status":"{intent}","latest_charge":{charge}}}}}"#
            )
        };
        check(&whole("paid", "succeeded", r#"{"amount_refunded":0}"#), paid());
        check(&whole("paid", "succeeded", r#"{"amount_refunded":14950}"#), State::Refunded);
        check(&whole("unpaid", "processing", "null"), State::UnderWay);
        check(&whole("unpaid", "requires_payment_method", r#""ch_1""#), State::Over);
        check(r#"{"id":"cs_1","status":"expired","payment_status":"unpaid"}"#, State::Over);
        check(r#"{"id":"cs_1","status":"complete","payment_status":"no_payment_required"}"#, State::Paid(None));
    }

    #[test]
    fn only_a_web_address_is_a_page() {
        for (url, good) in [
            (r#""https://checkout.stripe.com/c/pay/cs_1#f""#, true),
            (r#""http://127.0.0.1:4404/c/pay/cs_1""#, true),
            ("null", false),
            (r#""""#, false),
            (r#""/pay""#, false),
            (r#""javascript:alert(1)""#, false),
            (r#""https://x.test/\r\na: b""#, false),
        ] {
            let session: Session =
                serde_json::from_str(&format!(r#"{{"id":"cs_1","status":"open","url":{url}}}"#)).expect("a session");
            assert_eq!(session.page().is_some(), good, "{url}");
        }
    }

    #[test]
    fn ids_are_plain() {
        assert!(is_plain("cs_test_a1B2"));
        for id in ["", "../x", "evt_1/x", "evt_1?x", "evt 1", "evt_\u{e9}"] {
            assert!(!is_plain(id), "{id}");
        }
    }
}
