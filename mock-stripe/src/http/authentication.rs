//! Where the bank asks the buyer of a payment without checkout (3-D Secure). Plain HTML that needs no script.

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use bytes::Bytes;
use http::{HeaderMap, StatusCode, Uri};
use mock_core::Exchange;
use mock_core::form;

use super::page::{browser, html, last_part, see_other};
use super::page_form::Submission;
use super::page_view::{self, Notice};
use crate::domain::intent::{Intent, Status};
use crate::flows::confirming::{self, Answered};
use crate::language::Language;
use crate::stripe::Stripe;
use crate::webhooks;
use crate::wire;

/// The page's routes, as (method, path, operation id).
pub(super) const ROUTES: &[(&str, &str, &str)] = &[
    ("GET", "/c/authenticate/{intent}", "showAuthentication"),
    ("POST", "/c/authenticate/{intent}", "submitAuthentication"),
];

pub(super) fn router() -> Router<Stripe> {
    Router::new().route("/c/authenticate/{intent}", get(show).post(submit))
}

async fn show(State(stripe): State<Stripe>, exchange: Exchange, uri: Uri, headers: HeaderMap) -> Response {
    let language = browser(&headers);
    match find(&stripe, &exchange, &uri) {
        Some(intent) => page(&stripe, language, &intent),
        None => html(StatusCode::NOT_FOUND, page_view::notice(language, Notice::NoSuchPage)),
    }
}

/// The buyer answers, and goes back to the seller where the seller said so.
async fn submit(
    State(stripe): State<Stripe>,
    exchange: Exchange,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let language = browser(&headers);
    let Some(intent) = find(&stripe, &exchange, &uri) else {
        return html(StatusCode::NOT_FOUND, page_view::notice(language, Notice::NoSuchPage));
    };
    let submission = form::parse(&body).map(|form| Submission::read(&form)).unwrap_or_default();
    let Some(confirmed) = submission.confirmed else { return page(&stripe, language, &intent) };
    if submission.rendering.is_empty() {
        return answer(stripe, language, intent, confirmed).await;
    }
    let work = answer(stripe.clone(), language, Arc::clone(&intent), confirmed);
    match stripe.submissions.once(&intent.id, &body, work).await {
        Some(response) => response,
        None => page(&stripe, language, &intent),
    }
}

/// What comes of the buyer's answer.
async fn answer(stripe: Stripe, language: &'static Language, intent: Arc<Intent>, confirmed: bool) -> Response {
    let (answered, batch) = stripe.change_by_itself(|tx| confirming::authenticate(tx, &intent.id, confirmed));
    webhooks::send_later(&stripe, batch);
    let intent = stripe.state.read().intents.get(&intent.id).unwrap_or(intent);
    let status = match answered {
        Answered::Succeeded => "succeeded",
        Answered::Failed => "failed",
        Answered::NotAsked => return page(&stripe, language, &intent),
    };
    match &intent.return_url {
        Some(url) => see_other(&back(url, &intent, status)),
        None => page(&stripe, language, &intent),
    }
}

/// The intent in the path, if the address bears its secret.
fn find(stripe: &Stripe, exchange: &Exchange, uri: &Uri) -> Option<Arc<Intent>> {
    let intent = stripe.state.read().intents.get(&last_part(uri))?;
    let pairs = form::pairs(uri.query().unwrap_or_default().as_bytes(), 20).unwrap_or_default();
    let secret = pairs.into_iter().find(|(name, _)| name == "payment_intent_client_secret").map(|(_, value)| value)?;
    let right = bool::from(subtle::ConstantTimeEq::ct_eq(secret.as_bytes(), intent.client_secret.as_bytes()));
    if !right || intent.session.is_some() {
        return None;
    }
    intent.belongs.subjects.iter().for_each(|subject| exchange.subject(*subject));
    Some(intent)
}

fn page(stripe: &Stripe, language: &Language, intent: &Intent) -> Response {
    let text = match intent.status {
        Status::RequiresAction => {
            let view = stripe.view(stripe.world.clock().now(), "");
            let url = wire::authentication_url(intent, &view);
            page_view::challenge(
                language,
                url.strip_prefix(&*view.base).unwrap_or(&url),
                &stripe.world.ids().hex("rendering", &intent.belongs.scope, 16),
                intent.currency,
                intent.amount,
            )
        }
        Status::RequiresPaymentMethod | Status::Canceled => page_view::notice(language, Notice::NotConfirmed),
        _ => page_view::notice(language, Notice::Confirmed),
    };
    html(StatusCode::OK, text)
}

/// The seller's address with what became of the payment.
fn back(url: &str, intent: &Intent, status: &str) -> String {
    let (url, fragment) = match url.split_once('#') {
        Some((url, fragment)) => (url, format!("#{fragment}")),
        None => (url, String::new()),
    };
    let told: String = form_urlencoded::Serializer::new(String::new())
        .append_pair("payment_intent", &intent.id)
        .append_pair("payment_intent_client_secret", &intent.client_secret)
        .append_pair("redirect_status", status)
        .finish();
    let joint = if url.contains('?') { "&" } else { "?" };
    format!("{url}{joint}{told}{fragment}")
}
