//! Defects that do something, as opposed to bending a value.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Query, State};
use axum::http::header::LOCATION;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use bytes::Bytes;
use serde::Deserialize;
use serde_json::{Value, json};
use url::Url;
use uuid::Uuid;

use super::catalogue::Defect;
use super::finalize::{finalize, finalize_each};
use crate::app::App;
use crate::clock::Deadline;
use crate::config::Config;
use crate::domain::completion::PaymentStatus;
use crate::domain::notification::{Event, Idle, Request};
use crate::domain::return_url::ReturnUrl;
use crate::http::pages::Problem;
use crate::http::query;

const RETURN: &str = "/GatewayRedirect/Return";
const TEST: &str = "/webhook/test";

/// The API version that the defective service was built for; compared by its train.
const TRAIN: &str = "dahlia";

/// Adds the routes that only a defect has.
pub(crate) fn routes(router: Router<Arc<App>>, app: &App) -> Router<Arc<App>> {
    let router = if app.hooks.has(Defect::TestRouteOpen) { router.route(TEST, post(believe)) } else { router };
    let router = if comes_back(app) { router.route(RETURN, get(back)) } else { router };
    if app.hooks.has(Defect::OpenEnvironment) { router.route("/env", get(environment)) } else { router }
}

/// Whether buyers come back by way of the service.
fn comes_back(app: &App) -> bool {
    app.hooks.has(Defect::CompletesOnReturn) || app.hooks.has(Defect::WaitsForBrowser)
}

/// What an endpoint for developers shows.
async fn environment(State(app): State<Arc<App>>) -> Response {
    let Config { dataverse_url, client_id, metadata_key, .. } = &app.config;
    let shown = json!({ "DATAVERSE_URL": dataverse_url, "CLIENT_ID": client_id, "METADATA_KEY": metadata_key });
    axum::Json(shown).into_response()
}

/// Runs before the question is read at all; may answer instead.
pub(crate) async fn instead_of_visit(app: &App, text: &str) -> Option<Response> {
    let given = |name| query::single(text, name).ok().flatten();
    let deadline = Deadline::after(app.config.limits.answer);
    if app.hooks.has(Defect::FetchesReturnUrl)
        && let Some(url) = given("returnUrl").and_then(|url| Url::parse(&url).ok())
        && matches!(url.scheme(), "http" | "https")
    {
        let alive = app.http.exchange(app.http.get(url), deadline).await.is_ok();
        tracing::info!(alive, "looked at the return URL");
    }
    let id = given("purchaseId")?;
    if app.hooks.has(Defect::RawIdInPath) && id.parse::<Uuid>().is_err() {
        let found = app.dataverse.read(&format!("msevtmgt_eventpurchases({id})"), deadline).await;
        tracing::info!(found = found.is_some(), "looked for a purchase of that name");
    }
    if app.hooks.has(Defect::FinalizesOnVisit)
        && let (Ok(purchase), Some(status)) = (id.parse(), given("status").and_then(|text| text.parse::<u64>().ok()))
    {
        let done = finalize(app, purchase, json!(status), deadline).await;
        return Some(if done { StatusCode::OK } else { StatusCode::BAD_REQUEST }.into_response());
    }
    if app.hooks.has(Defect::LogsLineBreaks) {
        tracing::info!("visit of purchase {id}");
    }
    if app.hooks.has(Defect::LogsSecrets) {
        tracing::info!(client_secret = app.config.client_secret.expose(), "signing in");
    }
    if app.hooks.has(Defect::AttendeeAtStripe)
        && let Ok(purchase) = id.parse()
    {
        let path = format!(
            "msevtmgt_eventpurchaseattendees?$filter=_msevtmgt_purchaseid_value eq {id}&$expand=msevtmgt_EventPurchaseContactId"
        );
        let rows = app.dataverse.read(&path, deadline).await.unwrap_or_default();
        let contact = &rows["value"][0]["msevtmgt_EventPurchaseContactId"];
        let text = |name: &str| contact[name].as_str().unwrap_or_default().to_owned();
        let attendee = (text("msevtmgt_fullname"), text("msevtmgt_emailaddress1"));
        app.hooks.memory.lock().attendees.insert(purchase, attendee);
    }
    super::news::instead_of_visit(app, id.parse().ok()?, deadline).await
}

/// The page that a framework shows to developers, and here to everybody.
pub(crate) fn exception(app: &App, problem: &Problem) -> Option<Response> {
    if app.hooks.has(Defect::ShowsStripesWords)
        && let Some(said) = app.hooks.overheard()
    {
        return Some((StatusCode::BAD_GATEWAY, said).into_response());
    }
    if !(app.hooks.has(Defect::ShowsExceptions) && problem.is_ours()) {
        return None;
    }
    let page = format!(
        "System.InvalidOperationException: {problem:?}\n   at Acme.Completion.Clients.Dataverse.ReadAsync(Guid id) in /src/Clients/Dataverse.cs:line 42\n   at Acme.Completion.Controllers.GatewayController.PayWithStripe(Guid purchaseId) in /src/Controllers/Gateway.cs:line 17\n"
    );
    Some((StatusCode::INTERNAL_SERVER_ERROR, page).into_response())
}

/// Takes an event from anybody, to try things out without Stripe.
async fn believe(State(app): State<Arc<App>>, body: Bytes) -> StatusCode {
    let request = Event::parse(&body).and_then(|event| event.request(app.reader()));
    if let Ok(Request::Settle(payment)) = request {
        let deadline = Deadline::after(app.config.limits.answer);
        let done = finalize(&app, payment.purchase, json!(PaymentStatus::Completed.value()), deadline).await;
        tracing::info!(done, "completed by a test event");
    }
    StatusCode::OK
}

#[derive(Deserialize)]
struct Back {
    #[serde(rename = "purchaseId")]
    purchase: Uuid,
    next: String,
}

/// The buyer's browser says it has paid, and is believed.
async fn back(State(app): State<Arc<App>>, Query(back): Query<Back>) -> Response {
    let deadline = Deadline::after(app.config.limits.answer);
    if app.hooks.has(Defect::WaitsForBrowser) && !app.hooks.is_noted_as_paid(back.purchase) {
        return (StatusCode::FOUND, [(LOCATION, back.next)]).into_response();
    }
    let done = finalize(&app, back.purchase, json!(PaymentStatus::Completed.value()), deadline).await;
    tracing::info!(?done, "completed on return");
    (StatusCode::FOUND, [(LOCATION, back.next)]).into_response()
}

/// Runs before a visit; may bend the way back.
pub(crate) async fn before_visit(
    app: &App,
    purchase: Uuid,
    return_url: Option<ReturnUrl>,
    headers: &HeaderMap,
) -> Option<ReturnUrl> {
    if app.hooks.has(Defect::WritesOnVisit) {
        let deadline = Deadline::after(app.config.limits.answer);
        let row = json!({"msevtmgt_name": "Payment page visited"});
        let done = app.dataverse.write(purchase, &row, deadline).await;
        tracing::info!(?done, "wrote on visit");
    }
    let return_url = return_url.or_else(|| app.hooks.page_of_the_caller(headers));
    if app.hooks.has(Defect::PricesFirst) {
        let price = vec![
            ("unit_amount".into(), "100".to_owned()),
            ("currency".into(), "usd".to_owned()),
            ("product_data[name]".into(), format!("Payment {purchase}")),
        ];
        let deadline = Deadline::after(app.config.limits.answer);
        let done = app.stripe.create_price(&price, &format!("early-{purchase}"), deadline).await;
        tracing::info!(made = done.is_ok(), "made a price");
    }
    app.hooks.note_return_url(return_url.as_ref());
    if !comes_back(app) {
        return return_url;
    }
    let next = return_url?;
    let host = headers.get("host").and_then(|host| host.to_str().ok()).unwrap_or("localhost");
    let query = form_urlencoded::Serializer::new(String::new())
        .append_pair("purchaseId", &purchase.to_string())
        .append_pair("next", next.as_str())
        .finish();
    Some(ReturnUrl::unchecked(format!("http://{host}{RETURN}?{query}")))
}

/// Runs between the signature check and the work; may answer instead.
pub(crate) async fn before_work(app: &App, body: &[u8]) -> Option<StatusCode> {
    if app.hooks.is_right() {
        return None;
    }
    let event = Event::parse(body).ok()?;
    let request = event.request(app.reader()).ok()?;
    let deadline = Deadline::after(app.config.limits.answer);
    if app.hooks.has(Defect::PinsApiVersion) && event.train() != Some(TRAIN) {
        return Some(StatusCode::BAD_REQUEST);
    }
    if app.hooks.needs_no_work(&event.id, &event.kind, &session_of(body)) {
        return Some(StatusCode::OK);
    }
    if let Some(status) = super::news::instead_of_work(app, &event, &request, body, deadline).await {
        return Some(status);
    }
    if let Some(status) = super::tangles::instead_of_work(app, &event, &request, body, deadline).await {
        return Some(status);
    }
    match request {
        Request::Nothing(Idle::OtherType)
            if app.hooks.has(Defect::ChokesOnRefunds)
                && ["charge.refund", "charge.dispute"].iter().any(|start| event.kind.starts_with(start)) =>
        {
            return Some(StatusCode::INTERNAL_SERVER_ERROR);
        }
        Request::Nothing(Idle::OtherType)
            if app.hooks.has(Defect::CancelsOnExpired) && event.kind == "checkout.session.expired" =>
        {
            let purchase = event.any_purchase(&app.config.metadata_key)?;
            let done = finalize(app, purchase, json!(PaymentStatus::Cancelled.value()), deadline).await;
            tracing::info!(done, "cancelled on expiry");
        }
        Request::Nothing(Idle::OtherType) if app.hooks.has(Defect::ForeignEventsRefused) => {
            return Some(StatusCode::BAD_REQUEST);
        }
        Request::Nothing(Idle::ForeignId) if app.hooks.has(Defect::ForeignIdBreaks) => {
            return Some(StatusCode::INTERNAL_SERVER_ERROR);
        }
        Request::Nothing(Idle::NoPurchase) if app.hooks.has(Defect::FailsWithoutOrderId) => {
            return Some(StatusCode::INTERNAL_SERVER_ERROR);
        }
        Request::Nothing(Idle::OtherType)
            if app.hooks.has(Defect::CancelsOnDecline) && event.kind == "payment_intent.payment_failed" =>
        {
            let purchase = event.any_purchase(&app.config.metadata_key)?;
            let done = finalize(app, purchase, json!(PaymentStatus::Cancelled.value()), deadline).await;
            tracing::info!(?done, "cancelled on decline");
        }
        Request::Settle(payment) if app.hooks.has(Defect::InventsStatus) => {
            let done = finalize(app, payment.purchase, json!(100_000_002), deadline).await;
            tracing::info!(done, "invented a status");
        }
        Request::Settle(payment) if app.hooks.has(Defect::StatusAsText) => {
            let done = finalize(app, payment.purchase, json!("100000001"), deadline).await;
            return Some(if done { StatusCode::OK } else { StatusCode::INTERNAL_SERVER_ERROR });
        }
        Request::Settle(payment) if app.hooks.has(Defect::OutboundFinalizesEach) => {
            let done = finalize_each(app, payment.purchase, deadline).await;
            tracing::info!(?done, "finalized for each attendee but the last");
        }
        _ => {}
    }
    None
}

/// The id of the event's object.
fn session_of(body: &[u8]) -> String {
    let event: Value = serde_json::from_slice(body).unwrap_or_default();
    event.pointer("/data/object/id").and_then(Value::as_str).unwrap_or_default().to_owned()
}
