//! The Stripe calls this service makes: a price and a link for a quote, the link's state, a refund.

use std::borrow::Cow;
use std::sync::Arc;

use bytes::Bytes;
use http::StatusCode;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use url::Url;

use super::http::{Answer, Http};
use super::retry::{Passing, Setback, persist};
use crate::clock::Deadline;
use crate::config::{Config, Limits};
use crate::defects::Hooks;
use crate::secret::Secret;

/// The API version whose shapes this client reads.
const VERSION: &str = "2026-07-29.dahlia";

/// Talks to Stripe with our key.
#[derive(Debug)]
pub(crate) struct Stripe {
    http: Http,
    limits: Limits,
    base: String,
    key: Secret,
    hooks: Arc<Hooks>,
}

/// Why a call did not succeed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum StripeError {
    /// The request was understood and refused.
    #[error("refused with {status} {kind} {code}")]
    Refused { status: u16, kind: String, code: String },
    /// Stripe kept a server error under this idempotency key and will repeat it for as long as it remembers the key.
    #[error("an earlier server error ({0}) is kept under the idempotency key")]
    Stuck(u16),
    /// A success whose content cannot be used.
    #[error("the answer is unreadable: {0}")]
    Unreadable(&'static str),
    #[error("Stripe: {0}")]
    Passing(#[from] Passing),
}

/// A payment link as far as it matters here.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct PaymentLink {
    pub(crate) id: String,
    /// Where the buyer pays.
    pub(crate) url: Option<String>,
    #[serde(default)]
    pub(crate) active: bool,
    restrictions: Option<Restrictions>,
}

#[derive(Debug, Clone, Deserialize)]
struct Restrictions {
    completed_sessions: Option<CompletedSessions>,
}

#[derive(Debug, Clone, Deserialize)]
struct CompletedSessions {
    #[serde(default)]
    count: u64,
}

impl PaymentLink {
    /// Whether somebody has gone through with a payment on this link, even if the money is still on its way.
    pub(crate) fn used(&self) -> bool {
        let sessions = self.restrictions.as_ref().and_then(|found| found.completed_sessions.as_ref());
        sessions.is_some_and(|sessions| sessions.count > 0)
    }

    /// The page to send the buyer to, if it is an absolute web address that can stand in a header.
    pub(crate) fn page(&self) -> Option<&str> {
        let text = self.url.as_deref()?;
        let url = Url::parse(text).ok()?;
        let sound = matches!(url.scheme(), "http" | "https")
            && url.has_host()
            && text.bytes().all(|byte| byte.is_ascii_graphic());
        sound.then_some(text)
    }
}

/// A created object, and whether Stripe only repeated an earlier answer.
#[derive(Debug)]
pub(crate) struct Created<T> {
    pub(crate) object: T,
    pub(crate) replayed: bool,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Price {
    pub(crate) id: String,
}

#[derive(Deserialize)]
struct Refund {
    #[expect(dead_code, reason = "a refund is recognised by having an id")]
    id: String,
}

#[derive(Deserialize, Default)]
struct Fault {
    error: FaultBody,
}

#[derive(Deserialize, Default)]
struct FaultBody {
    #[serde(rename = "type", default)]
    kind: String,
    code: Option<String>,
}

/// Form fields in order.
pub(crate) type Form = Vec<(Cow<'static, str>, String)>;

impl Stripe {
    pub(crate) fn new(http: Http, config: &Config, hooks: Arc<Hooks>) -> Self {
        Self {
            http,
            limits: config.limits,
            base: config.stripe_api_base.as_str().trim_end_matches('/').to_owned(),
            key: config.stripe_api_key.clone(),
            hooks,
        }
    }

    /// `POST /v1/prices`.
    pub(crate) async fn create_price(
        &self,
        form: &Form,
        key: &str,
        deadline: Deadline,
    ) -> Result<Created<Price>, StripeError> {
        self.post("/v1/prices", form, Some(key), deadline).await
    }

    /// `POST /v1/payment_links`.
    pub(crate) async fn create_link(
        &self,
        form: &Form,
        key: &str,
        deadline: Deadline,
    ) -> Result<Created<PaymentLink>, StripeError> {
        self.post("/v1/payment_links", form, Some(key), deadline).await
    }

    /// `GET /v1/payment_links/{id}`.
    pub(crate) async fn link(&self, id: &str, deadline: Deadline) -> Result<PaymentLink, StripeError> {
        let url = self.url(&format!("/v1/payment_links/{}", path_segment(id)))?;
        persist(&self.limits, deadline, || async {
            let answer = self.send(self.http.get(url.clone()), deadline).await?;
            self.read(&answer)
        })
        .await
    }

    /// Closes a link to new payments.
    pub(crate) async fn deactivate_link(&self, id: &str, deadline: Deadline) -> Result<(), StripeError> {
        let path = format!("/v1/payment_links/{}", path_segment(id));
        let form = vec![("active".into(), "false".to_owned())];
        self.post::<PaymentLink>(&path, &form, None, deadline).await.map(drop)
    }

    /// `POST /v1/refunds` for the whole payment. A payment that was refunded before counts as a success.
    pub(crate) async fn refund(&self, form: &Form, key: &str, deadline: Deadline) -> Result<(), StripeError> {
        match self.post::<Refund>("/v1/refunds", form, Some(key), deadline).await {
            Ok(_) => Ok(()),
            Err(StripeError::Refused { code, .. }) if code == "charge_already_refunded" => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// Whether `GET /v1/checkout/sessions/{id}` finds something; only a defect asks.
    #[cfg(feature = "defects")]
    pub(crate) async fn knows_session(&self, id: &str, deadline: Deadline) -> bool {
        let Ok(url) = self.url(&format!("/v1/checkout/sessions/{}", path_segment(id))) else { return false };
        self.send(self.http.get(url), deadline).await.is_ok_and(|answer| answer.status == StatusCode::OK)
    }

    async fn post<T: DeserializeOwned>(
        &self,
        path: &str,
        form: &Form,
        key: Option<&str>,
        deadline: Deadline,
    ) -> Result<Created<T>, StripeError> {
        let url = self.url(path)?;
        let body = Bytes::from(encode(form));
        persist(&self.limits, deadline, || async {
            let mut request = self
                .http
                .post(url.clone())
                .header("content-type", "application/x-www-form-urlencoded")
                .body(body.clone());
            if let Some(key) = key.filter(|_| self.hooks.sends_keys()) {
                request = request.header("idempotency-key", key);
            }
            let answer = self.send(request, deadline).await?;
            Ok(Created { object: self.read(&answer)?, replayed: replayed(&answer) })
        })
        .await
    }

    async fn send(&self, request: reqwest::RequestBuilder, deadline: Deadline) -> Result<Answer, Passing> {
        let request = request
            .header("accept", "application/json")
            .header("stripe-version", VERSION)
            .bearer_auth(self.key.expose());
        self.http.exchange(request, deadline).await
    }

    fn read<T: DeserializeOwned>(&self, answer: &Answer) -> Result<T, Setback<StripeError>> {
        read(answer, self.hooks.heeds_stripe()).map_err(|setback| {
            self.hooks.overhear(&answer.body);
            self.hooks.at_stripe(setback)
        })
    }

    fn url(&self, path: &str) -> Result<Url, StripeError> {
        Url::parse(&format!("{}{path}", self.base)).map_err(|_| StripeError::Unreadable("the URL cannot be built"))
    }
}

/// Bracketed names and values, form-encoded in the order given.
fn encode(form: &Form) -> String {
    form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish()
}

fn path_segment(id: &str) -> String {
    percent_encoding::utf8_percent_encode(id, percent_encoding::NON_ALPHANUMERIC).to_string().replace("%5F", "_")
}

fn replayed(answer: &Answer) -> bool {
    answer.header("idempotent-replayed") == Some("true")
}

fn read<T: DeserializeOwned>(answer: &Answer, heeds_stripe: bool) -> Result<T, Setback<StripeError>> {
    if answer.status == StatusCode::OK {
        return serde_json::from_slice(&answer.body)
            .map_err(|_| Setback::Final(StripeError::Unreadable("not the object asked for")));
    }
    let status = answer.status.as_u16();
    if status >= 500 && replayed(answer) {
        return Err(Setback::Final(StripeError::Stuck(status)));
    }
    let FaultBody { kind, code } = serde_json::from_slice::<Fault>(&answer.body).unwrap_or_default().error;
    let code = code.unwrap_or_default();
    // Stripe's own word comes first; without it conflicts, throttling and server errors may pass.
    let passes = match answer.header("stripe-should-retry").filter(|_| heeds_stripe) {
        Some("true") => true,
        Some("false") => false,
        _ => matches!(status, 409 | 429 | 500..),
    };
    Err(if passes {
        let reason = format!("Stripe answered {status} {code}");
        Setback::Again(Passing::busy(reason, answer.retry_after()))
    } else if status >= 500 || status == 429 {
        // Not now, but not refused either.
        let reason = format!("Stripe answered {status} {code}");
        Setback::Final(Passing::busy(reason, answer.retry_after()).into())
    } else {
        Setback::Final(StripeError::Refused { status, kind, code })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn page(json: &str, expected: Option<&str>) {
        let link: PaymentLink = serde_json::from_str(json).expect("a link");
        assert_eq!(link.page(), expected, "{json}");
    }

    #[test]
    fn only_a_sound_page_is_handed_out() {
        page(r#"{"id":"plink_1","url":"https://buy.stripe.com/test_1"}"#, Some("https://buy.stripe.com/test_1"));
        page(r#"{"id":"plink_1","url":"http://127.0.0.1:4404/b/1"}"#, Some("http://127.0.0.1:4404/b/1"));
        page(r#"{"id":"plink_1","url":null}"#, None);
        page(r#"{"id":"plink_1"}"#, None);
        page(r#"{"id":"plink_1","url":""}"#, None);
        page(r#"{"id":"plink_1","url":"/pay"}"#, None);
        page(r#"{"id":"plink_1","url":"javascript:alert(1)"}"#, None);
        page(r#"{"id":"plink_1","url":"https://buy.stripe.com/\r\nx: y"}"#, None);
    }

    #[test]
    fn a_link_tells_whether_it_was_used() {
        for (json, used) in [
            (r#"{"id":"p","restrictions":{"completed_sessions":{"count":1,"limit":1}}}"#, true),
            (r#"{"id":"p","restrictions":{"completed_sessions":{"count":0,"limit":1}}}"#, false),
            (r#"{"id":"p","restrictions":null}"#, false),
        ] {
            let link: PaymentLink = serde_json::from_str(json).expect("a link");
            assert_eq!(link.used(), used, "{json}");
        }
    }

    #[test]
    fn forms_keep_order_and_encode_brackets() {
        let form = vec![("a[0][b]".into(), "1 €".to_owned()), ("c".into(), "x&y=%2F".to_owned())];
        assert_eq!(encode(&form), "a%5B0%5D%5Bb%5D=1+%E2%82%AC&c=x%26y%3D%252F");
    }

    #[test]
    fn ids_stay_in_their_segment() {
        assert_eq!(path_segment("plink_1Ab"), "plink_1Ab");
        assert_eq!(path_segment("../x?y"), "%2E%2E%2Fx%3Fy");
    }
}
