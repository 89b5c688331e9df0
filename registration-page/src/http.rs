//! The page's routes. Whatever a visitor without script does is done here; with script, the browser calls the Event API itself.

use std::sync::Arc;

use askama::Template;
use axum::Router;
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use bytes::Bytes;
use futures_util::future::join_all;
use http::{HeaderMap, HeaderValue, StatusCode, header};

use crate::api::{Api, ApiError};
use crate::fault::{Fault, faults};
use crate::form::{Form, Press};
use crate::model::Event;
use crate::note::{FORGET, Note};
use crate::offer::Offer;
use crate::registration::Registration;
use crate::view::{Asked, Events, Frame, Notice, Registering, Shown, Waiting};

/// The longest form that is read, in bytes: ten people with long answers to many questions fit.
const MOST_FORM: usize = 256 * 1024;

/// What a handler has.
#[derive(Debug)]
pub(crate) struct App {
    /// The page's own origin.
    pub(crate) own: String,
    /// The Event API's origin, which the page's script calls.
    pub(crate) api_origin: String,
    pub(crate) api: Api,
}

pub(crate) fn router(app: Arc<App>) -> Router {
    let css = || std::future::ready(asset("text/css; charset=utf-8", include_str!("../assets/page.css")));
    let script = || std::future::ready(asset("text/javascript; charset=utf-8", include_str!("../assets/page.js")));
    Router::new()
        .route("/", get(home))
        .route("/events/{id}", get(show).post(submit))
        .route("/page.css", get(css))
        .route("/page.js", get(script))
        .fallback(nowhere)
        .layer(DefaultBodyLimit::max(MOST_FORM))
        .with_state(app)
}

/// `GET /`: the events; or, once after a registration, what became of it. Payments return here.
async fn home(State(app): State<Arc<App>>, headers: HeaderMap) -> Response {
    if let Some(note) = Note::recall(&headers) {
        let event = app.api.event(&note.event).await.ok();
        let page = Notice::back(Frame::of(&app.api), &note, event.as_ref());
        return (forget(), app.page(StatusCode::OK, &page)).into_response();
    }
    let found = match app.api.events().await {
        Ok(events) => Ok(join_all(events.iter().map(|event| app.shown(event))).await),
        Err(error) => Err(error),
    };
    let (status, events, problem) = match found {
        Ok(events) => (StatusCode::OK, events, None),
        Err(error) => (StatusCode::BAD_GATEWAY, Vec::new(), Some(error.to_string())),
    };
    app.page(status, &Events { frame: Frame::of(&app.api), list: events, problem })
}

/// `GET /events/{id}`: an event with its form.
async fn show(State(app): State<Arc<App>>, Path(id): Path<String>) -> Response {
    match app.find(&id).await {
        Ok(offer) => {
            // Where no place is left the waiting list is what a visitor can want.
            let form = Form { waitlist: offer.full() && offer.event.waitlist, ..Form::blank() };
            app.form(StatusCode::OK, &offer, &form, Vec::new(), String::new(), false)
        }
        Err(error) => app.gone(&error),
    }
}

/// `POST /events/{id}`: one more person, one less, or the registration.
async fn submit(State(app): State<Arc<App>>, Path(id): Path<String>, headers: HeaderMap, body: Bytes) -> Response {
    // A form of another site must not register anybody here. Browsers say where a form comes from.
    let origin = headers.get(header::ORIGIN).and_then(|origin| origin.to_str().ok());
    if origin.is_some_and(|origin| origin != app.own) {
        let lines = vec![format!("It was sent by {}, and this page is {}.", origin.unwrap_or_default(), app.own)];
        let title = "This form is not of this page".to_owned();
        return app.page(StatusCode::FORBIDDEN, &Notice { frame: Frame::of(&app.api), title, lines, reference: None });
    }
    let offer = match app.find(&id).await {
        Ok(found) => found,
        Err(error) => return app.gone(&error),
    };
    let mut form = Form::read(&body);
    form.waitlist &= offer.event.waitlist;
    if form.press != Press::Register {
        let asked_before = form.people.len();
        let form = form.pressed();
        let focus = if form.people.len() > asked_before {
            format!("first-name-{}", form.people.len())
        } else {
            "add".to_owned()
        };
        return app.form(StatusCode::OK, &offer, &form, Vec::new(), focus, false);
    }
    let faults = faults(&form, &offer);
    if !faults.is_empty() {
        return app.form(StatusCode::UNPROCESSABLE_ENTITY, &offer, &form, faults, String::new(), false);
    }
    match app.api.register(&offer.event.id, &Registration::of(&form, &offer)).await {
        Ok(link) => {
            let note = Note::of(&offer.event.id, form.people.len(), form.waitlist, link.as_deref());
            (cookie(&note.remember()), Redirect::to(link.as_deref().unwrap_or("/"))).into_response()
        }
        Err(error) => {
            let (status, message) = refusal(&error, offer.event.waitlist);
            let fault = Fault { field: String::new(), message };
            app.form(status, &offer, &form, vec![fault], String::new(), is_about_places(&error))
        }
    }
}

/// Any other path.
async fn nowhere(State(app): State<Arc<App>>) -> Response {
    let lines = vec!["Please check the address, or choose an event.".to_owned()];
    let title = "There is no such page".to_owned();
    app.page(StatusCode::NOT_FOUND, &Notice { frame: Frame::of(&app.api), title, lines, reference: None })
}

/// What a visitor is told of a refusal. The Event API has one word that pages can translate.
fn refusal(error: &ApiError, waitlist: bool) -> (StatusCode, String) {
    match error {
        ApiError::Refused { message, .. } if is_about_places(error) => {
            let instead = if waitlist { " You can join the waiting list instead, below." } else { "" };
            (
                StatusCode::CONFLICT,
                format!("There are not enough places left. Nobody was registered.{instead} ({message})"),
            )
        }
        ApiError::Refused { status, message, .. } if !status.is_server_error() => {
            (StatusCode::UNPROCESSABLE_ENTITY, format!("Nobody was registered. The organizer's system says: {message}"))
        }
        other => (StatusCode::BAD_GATEWAY, format!("Nobody can be registered right now. {other}")),
    }
}

fn is_about_places(error: &ApiError) -> bool {
    matches!(error, ApiError::Refused { code: Some(code), .. } if code == "EventCapacityReached")
}

impl App {
    /// An event with all that its form needs.
    async fn find(&self, id: &str) -> Result<Offer, ApiError> {
        let api = &self.api;
        let (event, passes, sessions, questions, registered) =
            tokio::join!(api.event(id), api.passes(id), api.sessions(id), api.questions(id), api.registered(id));
        Ok(Offer {
            event: event?,
            passes: passes?,
            sessions: sessions?,
            questions: questions?,
            registered: registered.ok(),
        })
    }

    /// An event of the list. What cannot be read of its passes is left out: the list has its use without.
    async fn shown(&self, event: &Event) -> Shown {
        let id = &event.id;
        let (passes, registered) = tokio::join!(self.api.passes(id), self.api.registered(id));
        Shown::of(&Offer {
            event: event.clone(),
            passes: passes.unwrap_or_default(),
            sessions: Vec::new(),
            questions: Vec::new(),
            registered: registered.ok(),
        })
    }

    /// The form. `short` says that the Event API has just told of too few places.
    fn form(
        &self,
        status: StatusCode,
        offer: &Offer,
        form: &Form,
        faults: Vec<Fault>,
        focus: String,
        short: bool,
    ) -> Response {
        let heading = if faults.iter().any(|fault| fault.field.is_empty()) {
            "This did not work"
        } else {
            "Please correct what is wrong"
        };
        let event = Shown::of(offer);
        let offered = event.waitlist && (event.full || short || form.waitlist);
        let waiting = Waiting { offered, chosen: form.waitlist, automatic: form.automatic };
        let people = Asked::all(form);
        self.page(status, &Registering { frame: Frame::of(&self.api), event, people, waiting, faults, heading, focus })
    }

    /// An event that cannot be shown.
    fn gone(&self, error: &ApiError) -> Response {
        let (status, title) = match error {
            ApiError::Refused { status: StatusCode::NOT_FOUND, .. } => {
                (StatusCode::NOT_FOUND, "There is no such event")
            }
            _ => (StatusCode::BAD_GATEWAY, "The event cannot be shown"),
        };
        self.page(status, &Notice::failed(Frame::of(&self.api), title, error))
    }

    fn page(&self, status: StatusCode, page: &impl Template) -> Response {
        let html = match page.render() {
            Ok(html) => html,
            Err(error) => {
                // Templates write text into a string, which does not fail.
                tracing::error!(%error, "a page could not be written");
                return StatusCode::INTERNAL_SERVER_ERROR.into_response();
            }
        };
        // Nothing but the page's own style and script, and calls to the Event API. Forms lead to whoever takes the payment.
        let policy = format!(
            "default-src 'none'; style-src 'self'; script-src 'self'; img-src data:; connect-src {}; frame-ancestors 'none'; base-uri 'none'",
            self.api_origin
        );
        let headers = [
            (header::CONTENT_TYPE, "text/html; charset=utf-8"),
            (header::CACHE_CONTROL, "no-store"),
            (header::REFERRER_POLICY, "same-origin"),
            (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        ];
        let mut response = (status, headers, html).into_response();
        if let Ok(policy) = HeaderValue::from_str(&policy) {
            response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
        }
        response
    }
}

fn asset(kind: &'static str, text: &'static str) -> Response {
    let headers = [
        (header::CONTENT_TYPE, kind),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::CACHE_CONTROL, "no-cache"),
    ];
    (headers, text).into_response()
}

fn forget() -> HeaderMap {
    HeaderMap::from_iter([(header::SET_COOKIE, HeaderValue::from_static(FORGET))])
}

fn cookie(text: &str) -> HeaderMap {
    HeaderValue::from_str(text).map(|value| HeaderMap::from_iter([(header::SET_COOKIE, value)])).unwrap_or_default()
}
