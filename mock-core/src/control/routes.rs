//! The route table of the control API and its handlers. A fake adds its own routes below `/v1/<fake>`.

use std::time::Duration;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post, put};
use bytes::Bytes;
use http::{StatusCode, Uri, header};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::door::door;
use super::dto::{
    Advance, EntryView, ErrorDetail, ErrorView, FaultsView, JobView, JournalView, Numbered, Quiet, Quieted, SetGuard,
    SetSwitch, SwitchView, WorldView,
};
use super::live::live;
use super::reads::reads;
use crate::faults::{Effect, Plan};
use crate::journal::{Filter, Look, as_curl, as_line, as_text};
use crate::world::World;

/// The longest body that the control API reads, in bytes.
const MOST_BODY: usize = 4 * 1024 * 1024;

/// The longest that a caller may wait for silence.
const MOST_WAIT: Duration = Duration::from_secs(600);

/// Every route that a world has without its fakes' own, as (method, path).
pub const ROUTES: &[(&str, &str)] = &[
    ("GET", "/v1/world"),
    ("GET", "/v1/clock"),
    ("POST", "/v1/clock/advance"),
    ("GET", "/v1/clock/agenda"),
    ("GET", "/v1/journal"),
    ("DELETE", "/v1/journal"),
    ("GET", "/v1/journal/live"),
    ("GET", "/v1/journal/{seq}"),
    ("POST", "/v1/reads"),
    ("POST", "/v1/quiet"),
    ("GET", "/v1/faults"),
    ("POST", "/v1/faults"),
    ("DELETE", "/v1/faults"),
    ("DELETE", "/v1/faults/{id}"),
    ("GET", "/v1/switches"),
    ("DELETE", "/v1/switches"),
    ("PUT", "/v1/switches/{id}"),
    ("POST", "/v1/snapshots"),
    ("POST", "/v1/snapshots/{id}/restore"),
    ("POST", "/v1/reset"),
    ("PUT", "/v1/guard"),
];

/// The control API of a world. `more` holds the fakes' own routes, already below `/v1/<fake>`.
pub fn router(world: &World, more: Router) -> Router {
    let routes = Router::new()
        .route("/v1/world", get(show_world))
        .route("/v1/clock", get(show_world))
        .route("/v1/clock/advance", post(advance))
        .route("/v1/clock/agenda", get(agenda))
        .route("/v1/journal", get(read_journal).delete(clear_journal))
        .route("/v1/journal/live", get(|State(world): State<World>| async move { live(world) }))
        .route("/v1/journal/{seq}", get(read_entry))
        .route("/v1/quiet", post(quiet))
        .route("/v1/faults", get(faults).post(add_fault).delete(clear_faults))
        .route("/v1/faults/{id}", axum::routing::delete(remove_fault))
        .route("/v1/switches", get(switches).delete(reset_switches))
        .route("/v1/switches/{id}", put(set_switch))
        .route("/v1/snapshots", post(snapshot))
        .route("/v1/snapshots/{id}/restore", post(restore))
        .route("/v1/reset", post(reset))
        .route("/v1/guard", put(set_guard))
        .with_state(world.clone())
        .merge(more);
    let all = routes.clone().fallback(unknown);
    routes
        .route("/v1/reads", post(|body: Bytes| reads(all, body)))
        .fallback(unknown)
        .method_not_allowed_fallback(wrong_method)
        .layer(DefaultBodyLimit::max(MOST_BODY))
        .layer(axum::middleware::from_fn(door))
}

/// Why the control API refused.
#[derive(Clone, Debug)]
pub struct Problem {
    status: StatusCode,
    message: String,
    hint: String,
}

impl Problem {
    /// A refusal: what was wrong, and what would be right.
    pub fn new(status: StatusCode, message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { status, message: message.into(), hint: hint.into() }
    }

    /// 400.
    pub fn bad(message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, message, hint)
    }

    /// 404.
    pub fn missing(message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, message, hint)
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let view = ErrorView { error: ErrorDetail { message: self.message, hint: self.hint } };
        (self.status, answer(&view)).into_response()
    }
}

impl From<Problem> for Response {
    fn from(problem: Problem) -> Self {
        problem.into_response()
    }
}

/// A JSON answer.
pub fn answer(view: &impl Serialize) -> Response {
    // The shapes are plain data with text keys; turning them into JSON does not fail.
    let body = serde_json::to_vec(view).unwrap_or_default();
    ([(header::CONTENT_TYPE, "application/json")], body).into_response()
}

/// A JSON body as its shape; an empty body counts as `{}`.
pub fn body_of<T: DeserializeOwned>(body: &[u8]) -> Result<T, Problem> {
    let body = if body.trim_ascii().is_empty() { b"{}".as_slice() } else { body };
    let mut json = serde_json::Deserializer::from_slice(body);
    let shape = serde_path_to_error::deserialize(&mut json).map_err(|error| {
        Problem::bad(
            format!("the body is not right at {}: {}", error.path(), error.inner()),
            "fixtures/openapi/control.yaml describes every body",
        )
    })?;
    json.end()
        .map_err(|error| Problem::bad(format!("the body goes on after its end: {error}"), "send one JSON object"))?;
    Ok(shape)
}

async fn show_world(State(world): State<World>) -> Response {
    answer(&WorldView {
        seed: world.ids().seed(),
        clock: world.clock().mode(),
        now: world.clock().now(),
        wall: world.clock().wall(),
        advanced_seconds: world.clock().advanced().as_secs(),
        guard: world.guard_is_on(),
        places: world
            .places()
            .all()
            .into_iter()
            .map(|(name, url)| (name.to_owned(), url.as_str().trim_end_matches('/').to_owned()))
            .collect(),
        journal: world.journal().summary(),
    })
}

async fn advance(State(world): State<World>, body: Bytes) -> Result<Response, Problem> {
    let by = body_of::<Advance>(&body)?.span().map_err(|message| Problem::bad(message, "send {\"by\":\"31m\"}"))?;
    Ok(answer(&world.advance(by).await))
}

async fn agenda(State(world): State<World>) -> Response {
    answer(&world.scheduler().pending().into_iter().map(JobView::from).collect::<Vec<_>>())
}

#[derive(Default, serde::Deserialize)]
#[serde(default)]
struct Format {
    format: Option<String>,
}

/// Splits `format=` from the rest of a query, which is the filter.
fn filter_of(uri: &Uri) -> Result<(Filter, Option<String>), Problem> {
    let wrong = |error: &dyn std::fmt::Display| {
        Problem::bad(
            format!("the query is not right: {error}"),
            "filters: after, again, fake, direction, operation, method, path, text, subject, status, remarkable, last; format=json|lines|text|curl",
        )
    };
    let query = uri.query().unwrap_or_default();
    let format: Format = axum::extract::Query::try_from_uri(uri).map_err(|error| wrong(&error))?.0;
    let rest = query.split('&').filter(|pair| !pair.starts_with("format=")).collect::<Vec<_>>().join("&");
    let rest: Uri = format!("/?{rest}").parse().map_err(|error| wrong(&error))?;
    let filter = axum::extract::Query::<Filter>::try_from_uri(&rest).map_err(|error| wrong(&error))?.0;
    Ok((filter, format.format))
}

async fn read_journal(State(world): State<World>, uri: Uri) -> Result<Response, Problem> {
    let (filter, format) = filter_of(&uri)?;
    let Look { entries, summary, open } = world.journal().look(&filter);
    let secrets = world.secrets();
    let text = |render: &dyn Fn(&crate::journal::Entry) -> String| {
        let lines: Vec<_> = entries.iter().map(|entry| render(entry)).collect();
        lines.join("\n") + "\n"
    };
    match format.as_deref() {
        None | Some("json") => Ok(answer(&JournalView {
            summary,
            entries: entries.iter().map(|entry| EntryView::of(entry, secrets)).collect(),
            open,
        })),
        Some("lines") => Ok(text(&|entry| as_line(entry, secrets)).into_response()),
        Some("text") => Ok(text(&|entry| as_text(entry, secrets)).into_response()),
        Some("curl") => {
            Ok(text(&|entry| as_curl(entry, secrets, &world.places().base(entry.fake).unwrap_or_default()))
                .into_response())
        }
        Some(other) => Err(Problem::bad(format!("there is no format {other:?}"), "formats: json, lines, text, curl")),
    }
}

async fn read_entry(State(world): State<World>, Path(seq): Path<String>, uri: Uri) -> Result<Response, Problem> {
    let number = seq
        .parse::<u64>()
        .map_err(|_| Problem::bad(format!("{seq:?} is not a number"), "entries are numbered from 1"))?;
    let entry = world.journal().get(number).ok_or_else(|| {
        Problem::missing(format!("the journal holds no entry {number}"), "GET /v1/journal lists what it holds")
    })?;
    let (_, format) = filter_of(&uri)?;
    match format.as_deref() {
        None | Some("json") => Ok(answer(&EntryView::of(&entry, world.secrets()))),
        Some("lines") => Ok(as_line(&entry, world.secrets()).into_response()),
        Some("text") => Ok(as_text(&entry, world.secrets()).into_response()),
        Some("curl") => {
            Ok(as_curl(&entry, world.secrets(), &world.places().base(entry.fake).unwrap_or_default()).into_response())
        }
        Some(other) => Err(Problem::bad(format!("there is no format {other:?}"), "formats: json, lines, text, curl")),
    }
}

async fn clear_journal(State(world): State<World>) -> StatusCode {
    world.journal().clear();
    StatusCode::NO_CONTENT
}

async fn quiet(State(world): State<World>, body: Bytes) -> Result<Response, Problem> {
    let ask: Quiet = body_of(&body)?;
    let limit = Duration::from_millis(ask.limit_ms).min(MOST_WAIT);
    let quiet = world.journal().quiet(&ask.subjects, Duration::from_millis(ask.settle_ms), limit).await;
    Ok(answer(&Quieted { quiet }))
}

async fn faults(State(world): State<World>) -> Response {
    answer(&FaultsView { plans: world.faults().all() })
}

async fn add_fault(State(world): State<World>, body: Bytes) -> Result<Response, Problem> {
    let plan: Plan = body_of(&body)?;
    plan.check().map_err(|error| Problem::bad(error.to_string(), "leave it out"))?;
    if matches!(plan.effect, Effect::Certificate { .. }) {
        let places = world.places().all();
        let meant = |name: &str| plan.matcher.fake.as_deref().is_none_or(|fake| fake == name);
        if !places.iter().any(|(name, url)| meant(name) && url.scheme() == "https") {
            return Err(Problem::bad("no listener that the plan is about speaks https", "start with --tls"));
        }
    }
    Ok((StatusCode::CREATED, answer(&Numbered { id: world.faults().add(plan) })).into_response())
}

async fn remove_fault(State(world): State<World>, Path(id): Path<String>) -> Result<Response, Problem> {
    let removed = id.parse().ok().and_then(|id| world.faults().remove(id));
    removed
        .map(|status| answer(&status))
        .ok_or_else(|| Problem::missing(format!("there is no fault plan {id}"), "GET /v1/faults lists them"))
}

async fn clear_faults(State(world): State<World>) -> StatusCode {
    world.faults().clear();
    StatusCode::NO_CONTENT
}

async fn switches(State(world): State<World>) -> Response {
    let views: Vec<_> = world
        .switches()
        .all()
        .into_iter()
        .zip(world.switches().settings())
        .map(|(switch, setting)| SwitchView { switch, setting })
        .collect();
    answer(&views)
}

async fn set_switch(State(world): State<World>, Path(id): Path<String>, body: Bytes) -> Result<StatusCode, Problem> {
    let set: SetSwitch = body_of(&body)?;
    world
        .switches()
        .set(&id, set.scope.as_deref(), &set.value)
        .map_err(|error| Problem::bad(error.to_string(), "GET /v1/switches lists switches and values"))?;
    Ok(StatusCode::NO_CONTENT)
}

async fn reset_switches(State(world): State<World>) -> StatusCode {
    world.switches().reset();
    StatusCode::NO_CONTENT
}

async fn snapshot(State(world): State<World>) -> Response {
    let id = world.snapshot() as u64;
    (StatusCode::CREATED, answer(&Numbered { id })).into_response()
}

async fn restore(State(world): State<World>, Path(id): Path<String>) -> Result<StatusCode, Problem> {
    if id.parse().is_ok_and(|id| world.restore(id)) {
        return Ok(StatusCode::NO_CONTENT);
    }
    Err(Problem::missing(format!("there is no snapshot {id}"), "POST /v1/snapshots makes one and answers its number"))
}

async fn reset(State(world): State<World>) -> StatusCode {
    world.reset();
    StatusCode::NO_CONTENT
}

async fn set_guard(State(world): State<World>, body: Bytes) -> Result<StatusCode, Problem> {
    let set: SetGuard = body_of(&body)?;
    world.set_guard(set.on);
    Ok(StatusCode::NO_CONTENT)
}

async fn unknown(uri: Uri) -> Problem {
    Problem::missing(
        format!("the control API has no {}", uri.path()),
        "GET /v1/world shows the world; fixtures/openapi/control.yaml lists every route",
    )
}

async fn wrong_method(uri: Uri) -> Problem {
    Problem::new(
        StatusCode::METHOD_NOT_ALLOWED,
        format!("{} does not take this method", uri.path()),
        "fixtures/openapi/control.yaml lists every route",
    )
}
