//! The hosted pages: where a link leads, where a buyer pays, and what they see afterwards. Plain HTML that needs no script.

use std::sync::{Arc, LazyLock};

use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use mock_core::Exchange;
use mock_core::form;
use percent_encoding::{AsciiSet, CONTROLS, percent_decode_str, utf8_percent_encode};

use super::page_form::{self, Submission};
use super::page_view::{self, Notice};
use crate::domain::intent::Intent;
use crate::domain::link;
use crate::domain::session::{Session, Status};
use crate::flows::checkout::{self, Paid};
use crate::flows::{redeeming, sessions};
use crate::language::{self, Language};
use crate::state::State as Account;
use crate::stripe::Stripe;
use crate::webhooks;

/// The pages' routes, as (method, path, operation id).
pub(super) const ROUTES: &[(&str, &str, &str)] = &[
    ("GET", "/b/{slug}", "visitPaymentLink"),
    ("GET", "/c/pay/{session}", "showCheckout"),
    ("POST", "/c/pay/{session}", "submitCheckout"),
];

pub(super) fn router() -> Router<Stripe> {
    Router::new().route("/b/{slug}", get(visit)).route("/c/pay/{session}", get(show).post(submit))
}

/// The type that tells the page that the endpoint has heard.
const COMPLETED: &str = "checkout.session.completed";

/// A visitor opens a link: a fresh session, and on to its page. A HEAD request only looks.
async fn visit(
    State(stripe): State<Stripe>,
    exchange: Exchange,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    let slug = last_part(&uri);
    let visit = page_form::visit(uri.query().unwrap_or_default());
    let language = speak(&exchange, visit.locale.as_deref(), &headers);
    let link = stripe.state.read().links.by("slug", &slug).next();
    let Some(link) = link else {
        return html(StatusCode::NOT_FOUND, page_view::notice(language, Notice::NoSuchPage));
    };
    link.belongs.subjects.iter().for_each(|subject| exchange.subject(*subject));
    if link.recurring {
        exchange.unsupported("paying a payment link with a recurring price");
        return html(StatusCode::OK, page_view::notice(language, Notice::Subscription));
    }
    if method == Method::HEAD {
        return html(StatusCode::OK, String::new());
    }
    let (session, batch) = stripe.change_by_itself(|tx| {
        // Read again under the lock: it may have been switched off since.
        let link = tx.state.links.get(&link.id).unwrap_or(link);
        sessions::visit(tx, &link, visit).map_err(|refusal| (refusal, link))
    });
    webhooks::send_later(&stripe, batch);
    match session {
        Ok(session) => see_other(&format!("/c/pay/{}", session.id)),
        Err((link::Refusal::Inactive | link::Refusal::LimitReached, link)) => {
            html(StatusCode::OK, page_view::notice(language, Notice::Inactive(link.inactive_message.as_deref())))
        }
    }
}

/// The page of a session, whatever its state.
async fn show(State(stripe): State<Stripe>, exchange: Exchange, uri: Uri, headers: HeaderMap) -> Response {
    let Some(seen) = find(&stripe, &exchange, &uri) else {
        return html(StatusCode::NOT_FOUND, page_view::notice(browser(&headers), Notice::NoSuchPage));
    };
    let language = speak(&exchange, seen.session.locale.as_deref(), &headers);
    page(&stripe, language, &seen, &Submission::default(), &[])
}

/// The buyer submits the page.
async fn submit(
    State(stripe): State<Stripe>,
    exchange: Exchange,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let Some(seen) = find(&stripe, &exchange, &uri) else {
        return html(StatusCode::NOT_FOUND, page_view::notice(browser(&headers), Notice::NoSuchPage));
    };
    let session = &seen.session;
    let language = speak(&exchange, session.locale.as_deref(), &headers);
    let Ok(form) = form::parse(&body) else {
        let fault = page_form::Fault::of("", "The form could not be read. Please try again.");
        return page(&stripe, language, &seen, &Submission::default(), &[fault]);
    };
    let submission = Submission::read(&form);
    if submission.rendering.is_empty() {
        // Somebody's own form: each is a try of its own.
        return answer(stripe, language, seen, submission).await;
    }
    let work = {
        let stripe = stripe.clone();
        answer(stripe, language, seen.clone(), submission)
    };
    match stripe.submissions.once(&session.id, &body, work).await {
        Some(response) => response,
        None => page(&stripe, language, &seen, &Submission::default(), &[]),
    }
}

/// What comes of a filled-in page.
async fn answer(stripe: Stripe, language: &'static Language, seen: Seen, submission: Submission) -> Response {
    let session = &seen.session;
    if session.status != Status::Open {
        return page(&stripe, language, &seen, &submission, &[]);
    }
    if let Some(confirmed) = submission.confirmed {
        let (done, batch) = stripe.change_by_itself(|tx| {
            let paid = checkout::authenticate(tx, session, confirmed);
            (paid, Seen::now(tx.state, session))
        });
        return after(&stripe, language, done, &submission, batch).await;
    }
    let seen = match apply_code(&stripe, seen, &submission) {
        Ok(seen) if submission.applies => return page(&stripe, language, &seen, &submission, &[]),
        Ok(seen) => seen,
        Err((seen, fault)) => return page(&stripe, language, &seen, &submission, &[fault]),
    };
    let session = &seen.session;
    let today = stripe.world.clock().now().to_zoned(jiff::tz::TimeZone::UTC).date();
    let checked = match submission.check(session, (today.year(), today.month())) {
        Ok(checked) => checked,
        Err(faults) => return page(&stripe, language, &seen, &submission, &faults),
    };
    let (done, batch) = stripe.change_by_itself(|tx| {
        // Read again under the lock: of many who submit at once, one is first.
        let session = tx.state.sessions.get(&session.id).unwrap_or_else(|| Arc::clone(session));
        let session = checkout::with_choices(tx, &session, checked.choices);
        let paid = checkout::submit(tx, &session, checked.payer, checked.means);
        (paid, Seen::now(tx.state, &session))
    });
    after(&stripe, language, done, &submission, batch).await
}

/// What the page shows once the promotion code that was typed is applied, where the page takes one and it is another than before.
fn apply_code(stripe: &Stripe, seen: Seen, submission: &Submission) -> Result<Seen, (Seen, page_form::Fault)> {
    let takes = seen.session.presentation.allow_promotion_codes == Some(true);
    let Some(code) = submission.promotion_code.as_deref().filter(|_| takes) else { return Ok(seen) };
    let before = seen.session.discount.as_deref().and_then(|discount| discount.code.as_deref());
    if before.unwrap_or_default().eq_ignore_ascii_case(code) {
        return Ok(seen);
    }
    let (result, batch) = stripe.change_by_itself(|tx| {
        let session = tx.state.sessions.get(&seen.session.id).unwrap_or_else(|| Arc::clone(&seen.session));
        if session.status != Status::Open {
            return Ok(Seen::now(tx.state, &session));
        }
        let typed = redeeming::typed(tx, &session, code);
        typed.map(|session| Seen::now(tx.state, &session))
    });
    webhooks::send_later(stripe, batch);
    result.map_err(|message| (seen, page_form::Fault::of("promotion_code", message)))
}

/// What the buyer sees next.
async fn after(
    stripe: &Stripe,
    language: &Language,
    (paid, seen): (Paid, Seen),
    submission: &Submission,
    batch: crate::flows::Batch,
) -> Response {
    match paid {
        Paid::Complete => {
            webhooks::send_and_wait(stripe, batch, COMPLETED).await;
            let view = stripe.view(stripe.world.clock().now(), "");
            see_other(&checkout::destination(&seen.session, &view))
        }
        Paid::Declined(message) => {
            webhooks::send_later(stripe, batch);
            page(stripe, language, &seen, submission, &[page_form::Fault::of("", message)])
        }
        Paid::Challenged => {
            webhooks::send_later(stripe, batch);
            see_other(&format!("/c/pay/{}", seen.session.id))
        }
        Paid::Over(_) => {
            webhooks::send_later(stripe, batch);
            page(stripe, language, &seen, submission, &[])
        }
    }
}

fn page(
    stripe: &Stripe,
    language: &Language,
    seen: &Seen,
    submission: &Submission,
    faults: &[page_form::Fault],
) -> Response {
    let session = &seen.session;
    let payable = !seen.link_is_used_up && session.is_payable(stripe.world.clock().now());
    if session.status == Status::Open && !payable {
        return html(StatusCode::OK, page_view::notice(language, Notice::Expired));
    }
    let rendering = stripe.world.ids().hex("rendering", &session.belongs.scope, 16);
    html(StatusCode::OK, page_view::checkout(language, session, seen.intent.as_deref(), submission, faults, &rendering))
}

/// What a page shows, as it was at one moment.
#[derive(Clone)]
struct Seen {
    session: Arc<Session>,
    intent: Option<Arc<Intent>>,
    link_is_used_up: bool,
}

impl Seen {
    /// The session of this id as it is now, with what belongs to it.
    fn now(account: &Account, session: &Session) -> Self {
        let session = account.sessions.get(&session.id).unwrap_or_else(|| Arc::new(session.clone()));
        let intent = session.intent.as_deref().and_then(|id| account.intents.get(id));
        let link = session.link.as_deref().and_then(|id| account.links.get(id));
        Self { session, intent, link_is_used_up: link.is_some_and(|link| link.is_used_up()) }
    }
}

fn find(stripe: &Stripe, exchange: &Exchange, uri: &Uri) -> Option<Seen> {
    let seen = {
        let account = stripe.state.read();
        let session = account.sessions.get(&last_part(uri))?;
        Seen::now(&account, &session)
    };
    seen.session.belongs.subjects.iter().for_each(|subject| exchange.subject(*subject));
    Some(seen)
}

/// The language of a page: the one that its maker chose, or else the one that the browser likes best.
fn speak(exchange: &Exchange, locale: Option<&str>, headers: &HeaderMap) -> &'static Language {
    let Some(locale) = locale.filter(|locale| *locale != "auto") else { return browser(headers) };
    language::chosen(locale).unwrap_or_else(|| {
        exchange.unsupported(format!("the hosted page in the language {locale:?}"));
        language::preferred("")
    })
}

/// The language that the browser likes best.
pub(super) fn browser(headers: &HeaderMap) -> &'static Language {
    let wishes = headers.get(header::ACCEPT_LANGUAGE).map(|value| String::from_utf8_lossy(value.as_bytes()));
    language::preferred(wishes.as_deref().unwrap_or_default())
}

pub(super) fn last_part(uri: &Uri) -> String {
    let raw = uri.path().rsplit('/').next().unwrap_or_default();
    percent_decode_str(raw).decode_utf8_lossy().into_owned()
}

/// What every page says of itself: it loads nothing, runs nothing, and cannot be framed.
static TEMPLATE: LazyLock<HeaderMap> = LazyLock::new(|| {
    let fixed = HeaderValue::from_static;
    let mut headers = HeaderMap::with_capacity(12);
    headers.extend([
        (header::CONTENT_TYPE, fixed("text/html; charset=utf-8")),
        (header::CACHE_CONTROL, fixed("no-store")),
        (header::VARY, fixed("accept-language")),
        (header::X_CONTENT_TYPE_OPTIONS, fixed("nosniff")),
        (header::X_FRAME_OPTIONS, fixed("DENY")),
        (header::REFERRER_POLICY, fixed("no-referrer")),
        (
            header::CONTENT_SECURITY_POLICY,
            fixed("default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'"),
        ),
    ]);
    headers
});

/// A page. Its forms go to itself and, after payment, wherever the seller said.
pub(super) fn html(status: StatusCode, text: String) -> Response {
    let mut response = Response::new(Body::from(text));
    *response.status_mut() = status;
    response.headers_mut().clone_from(&TEMPLATE);
    response
}

/// What a header's value cannot hold as it is; letters beyond ASCII are always encoded.
const NOT_IN_A_HEADER: &AsciiSet = &CONTROLS.add(b' ');

pub(super) fn see_other(target: &str) -> Response {
    let mut response = html(StatusCode::SEE_OTHER, String::new());
    // What was stored is an absolute URL without blanks; letters beyond ASCII travel percent-encoded.
    let ascii = utf8_percent_encode(target, NOT_IN_A_HEADER).to_string();
    if let Ok(value) = HeaderValue::from_str(&ascii) {
        response.headers_mut().insert(header::LOCATION, value);
    }
    response
}
