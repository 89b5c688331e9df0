//! A port of the completion service that Microsoft publishes as a sample, kept as superficial as it says it is
//! (<https://learn.microsoft.com/dynamics365/customer-insights/journeys/developer/payment-gateway-integration>).
//!
//! Same behaviour, other tools: where the sample uses the organization service (SOAP), this port uses the Web API. Choices that
//! the page leaves open follow ASP.NET Core and Stripe.net: an absent `purchaseId` binds to the empty GUID, a malformed one is
//! 400, an exception that nobody catches is an empty 500, cents are `(long)(amount * 100)`, and `ParseEvent` checks the API
//! version's train but no signature.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use axum::Router;
use axum::extract::{DefaultBodyLimit, RawQuery, State};
use axum::http::header::LOCATION;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use bytes::Bytes;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::app::App;
use crate::clients::stripe::Form;
use crate::clock::{self, Deadline};
use crate::domain::completion::PaymentStatus;
use crate::http::query::decode;
use crate::http::router::{EVENTS, PAY};

/// The train of the API version that the Stripe.net build in use was made for.
const TRAIN: &str = "dahlia";

/// The web server's default limit for bodies, in bytes.
const LARGEST_BODY: usize = 30_000_000;

#[derive(Debug)]
struct Sample {
    app: Arc<App>,
    calls: AtomicU64,
}

/// What the sample's web framework makes of an exception.
struct Unhandled;

impl IntoResponse for Unhandled {
    fn into_response(self) -> Response {
        StatusCode::INTERNAL_SERVER_ERROR.into_response()
    }
}

/// The two controllers of the sample; `/healthz` is ours, so that a suite can see it start.
pub(crate) fn router(app: Arc<App>) -> Router {
    let sample = Arc::new(Sample { app, calls: AtomicU64::new(0) });
    Router::new()
        .route(PAY, get(pay).head(async || StatusCode::METHOD_NOT_ALLOWED))
        .route(EVENTS, post(handle).layer(DefaultBodyLimit::max(LARGEST_BODY)))
        .route("/healthz", get(crate::http::health::alive))
        .with_state(sample)
}

async fn pay(State(sample): State<Arc<Sample>>, RawQuery(query): RawQuery) -> Response {
    let query = query.unwrap_or_default();
    let purchase = match first(&query, "purchaseId") {
        None => Uuid::nil(),
        Some(text) => match parse_guid(&text) {
            Some(id) => id,
            None => return bad_request(),
        },
    };
    let redirect_url = first(&query, "returnUrl");
    match sample.redirect_url(purchase, redirect_url).await {
        Ok(url) => (StatusCode::FOUND, [(LOCATION, url)]).into_response(),
        Err(unhandled) => unhandled.into_response(),
    }
}

impl Sample {
    /// A new price and a new link for every visit.
    async fn redirect_url(&self, purchase: Uuid, redirect_url: Option<String>) -> Result<HeaderValue, Unhandled> {
        let App { config, dataverse, stripe, .. } = &*self.app;
        let deadline = Deadline::after(config.limits.work);
        let row = dataverse.purchase(purchase, deadline).await.map_err(|_| Unhandled)?;
        let amount = row.price.ok_or(Unhandled)?;
        let currency = row.currency.unwrap_or_else(|| "USD".into());
        let cents = (amount * Decimal::ONE_HUNDRED).trunc().to_i64().ok_or(Unhandled)?;

        let price: Form = vec![
            ("unit_amount".into(), cents.to_string()),
            ("currency".into(), currency),
            ("product_data[name]".into(), format!("Payment {purchase}")),
        ];
        let price = stripe.create_price(&price, &self.random_key(), deadline).await.map_err(|_| Unhandled)?;
        let mut link: Form = vec![
            ("line_items[0][price]".into(), price.object.id),
            ("line_items[0][quantity]".into(), "1".into()),
            ("metadata[order_id]".into(), purchase.to_string()),
            ("metadata[time]".into(), now_as_text()),
        ];
        if let Some(url) = redirect_url {
            link.push(("after_completion[type]".into(), "redirect".into()));
            link.push(("after_completion[redirect][url]".into(), url));
        }
        let link = stripe.create_link(&link, &self.random_key(), deadline).await.map_err(|_| Unhandled)?;
        HeaderValue::from_str(&link.object.url.ok_or(Unhandled)?).map_err(|_| Unhandled)
    }

    /// Another key for each call, as the SDK makes them: this process, this moment, this call.
    fn random_key(&self) -> String {
        let call = self.calls.fetch_add(1, Ordering::Relaxed);
        let place = std::ptr::from_ref(self).addr();
        let text = format!("{}-{place}-{}-{call}", std::process::id(), clock::unix_now());
        Uuid::new_v5(&Uuid::NAMESPACE_OID, text.as_bytes()).to_string()
    }
}

async fn handle(State(sample): State<Arc<Sample>>, body: Bytes) -> Response {
    match sample.event(&body).await {
        Ok(status) if status == StatusCode::BAD_REQUEST => bad_request(),
        Ok(status) => status.into_response(),
        Err(unhandled) => unhandled.into_response(),
    }
}

impl Sample {
    async fn event(&self, body: &[u8]) -> Result<StatusCode, Unhandled> {
        // EventUtility.ParseEvent: no signature; only a version of another train is a StripeException.
        let event: Value = serde_json::from_slice(body).map_err(|_| Unhandled)?;
        let version = event.get("api_version").and_then(Value::as_str).ok_or(Unhandled)?;
        if version.split_once('.').is_none_or(|(_, train)| train != TRAIN) {
            return Ok(StatusCode::BAD_REQUEST);
        }
        if event.get("type").and_then(Value::as_str) != Some("checkout.session.completed") {
            return Ok(StatusCode::OK);
        }
        let session = event.pointer("/data/object").filter(|it| it.is_object()).ok_or(Unhandled)?;
        let metadata = session.get("metadata").and_then(Value::as_object).ok_or(Unhandled)?;
        let purchase = match metadata.get("order_id") {
            Some(id) => id.as_str().and_then(parse_guid).ok_or(Unhandled)?,
            None => Uuid::nil(),
        };
        let paid = session.get("payment_status").and_then(Value::as_str) == Some("paid");
        if paid && !purchase.is_nil() {
            let App { config, dataverse, .. } = &*self.app;
            let deadline = Deadline::after(config.limits.work);
            let parameters = json!({
                "msevtmgt_purchaseid": purchase,
                "msevtmgt_paymentstatus": PaymentStatus::Completed.value(),
            });
            let finalize = "msevtmgt_finalizeregistrationpayment";
            dataverse.operate(finalize, &parameters, deadline).await.map_err(|_| Unhandled)?;
        }
        Ok(StatusCode::OK)
    }
}

/// The moment in ISO 8601.
fn now_as_text() -> String {
    jiff::Timestamp::from_second(clock::unix_now()).unwrap_or_default().to_string()
}

/// The first value of a parameter, names compared without case; empty text counts as absent.
fn first(query: &str, name: &str) -> Option<String> {
    query
        .split('&')
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
        .find(|(key, _)| decode(key).is_some_and(|key| key.eq_ignore_ascii_case(name)))
        .and_then(|(_, value)| decode(value))
        .filter(|value| !value.is_empty())
        .map(Into::into)
}

/// `Guid.Parse`: blanks around it, braces and a missing hyphen are all fine.
fn parse_guid(text: &str) -> Option<Uuid> {
    Uuid::try_parse(text.trim()).ok().filter(|_| !text.contains("urn"))
}

/// The framework's problem document.
fn bad_request() -> Response {
    let problem = json!({
        "type": "https://tools.ietf.org/html/rfc9110#section-15.5.1",
        "title": "Bad Request",
        "status": 400,
    });
    (StatusCode::BAD_REQUEST, axum::Json(problem)).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_value_counts() {
        let query = "a=1&PURCHASEID=x%20y&purchaseId=z&returnUrl=";
        assert_eq!(first(query, "purchaseId").as_deref(), Some("x y"));
        assert_eq!(first(query, "returnUrl"), None);
    }

    #[test]
    fn guids_are_read_as_the_framework_does() {
        let id = "a4d9e358-949f-f011-bbd3-6045bd02f64d";
        for text in [id, &id.to_uppercase(), &format!("{{{id}}}"), &id.replace('-', ""), &format!(" {id} ")] {
            assert_eq!(parse_guid(text).map(|guid| guid.to_string()).as_deref(), Some(id));
        }
        assert_eq!(parse_guid("WC-1042"), None);
        assert_eq!(parse_guid(&format!("urn:uuid:{id}")), None);
    }
}
