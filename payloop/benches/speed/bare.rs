//! Bare axum handlers for the exchanges that a journal holds: each parses what comes, keeps it, looks its answer up, and gives the very
//! bytes that the fake gave. Nothing is checked.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::response::Response;
use axum::routing::{MethodFilter, on};
use bytes::Bytes;
use http::{HeaderMap, Method, StatusCode, Uri, header};
use mock_core::journal::{Direction, Entry, Filter};
use mock_core::{World, http_client};
use tokio::net::TcpListener;

/// What a bare server holds.
struct Memory {
    answers: BTreeMap<(String, String), Answer>,
    kept: Mutex<BTreeMap<usize, Parsed>>,
}

struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
    /// Sent, and waited for, before the answer is given.
    webhook: Option<(String, HeaderMap, Bytes)>,
}

#[expect(dead_code, reason = "it is kept for what keeping costs; nobody reads it")]
enum Parsed {
    Json(serde_json::Value),
    Form(Vec<(String, String)>),
}

/// Bare servers in the place of fakes.
pub(crate) struct Bare {
    places: Vec<(String, String)>,
}

impl Bare {
    /// Serves everything that came into a fake of `world` and stands in its journal. `more` names other texts to put something else in
    /// the place of.
    pub(crate) async fn after(world: &World, more: &[(String, String)]) -> Self {
        let mut places = more.to_vec();
        let mut listeners = Vec::new();
        for (fake, url) in world.places().all() {
            let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
            let address = listener.local_addr().expect("an address").to_string();
            places.push((format!("127.0.0.1:{}", url.port().expect("a port")), address));
            listeners.push((fake, listener));
        }
        let entries = world.journal().find(&Filter::default());
        for (fake, listener) in listeners {
            let router = router(fake, &entries, &places);
            drop(tokio::spawn(async move {
                let small_at_once = axum::serve::ListenerExt::tap_io(listener, |stream| drop(stream.set_nodelay(true)));
                axum::serve(small_at_once, router).await
            }));
        }
        Self { places }
    }

    /// A text that names the fakes, naming the bare servers instead.
    pub(crate) fn instead(&self, text: &str) -> String {
        replaced(text, &self.places)
    }
}

fn replaced(text: &str, places: &[(String, String)]) -> String {
    places.iter().fold(text.to_owned(), |text, (from, to)| text.replace(from, to))
}

fn router(fake: &str, entries: &[Arc<Entry>], places: &[(String, String)]) -> Router {
    let of = |direction| entries.iter().filter(move |entry| entry.fake == fake && entry.direction == direction);
    let webhook = of(Direction::Outbound).next().map(|entry| {
        let request = &entry.request;
        (replaced(&request.target, places), request.headers.to_map(), request.body.clone())
    });
    let mut answers = BTreeMap::new();
    let mut routes = BTreeSet::new();
    for entry in of(Direction::Inbound) {
        let answer = entry.answer.as_ref().expect("every exchange was answered");
        let mut headers = HeaderMap::new();
        for (name, value) in answer.headers.to_map().iter().filter(|(name, _)| *name != header::CONTENT_LENGTH) {
            headers.append(name, replaced(value.to_str().expect("text"), places).parse().expect("a header value"));
        }
        let body = replaced(std::str::from_utf8(&answer.body).expect("text"), places).into();
        let pays = entry.request.method == Method::POST && entry.request.path().starts_with("/c/pay/");
        let webhook = webhook.clone().filter(|_| pays);
        let (method, path) = (entry.request.method.to_string(), entry.request.path().to_owned());
        answers.insert(
            (method.clone(), entry.request.target.clone()),
            Answer { status: answer.status, headers, body, webhook },
        );
        routes.insert((method, path));
    }
    let memory = Arc::new(Memory { answers, kept: Mutex::default() });
    let mut router = Router::new();
    for (method, path) in routes {
        let filter = if method == "GET" { MethodFilter::GET } else { MethodFilter::POST };
        router = router.route(&path, on(filter, handle));
    }
    router.with_state(memory)
}

async fn handle(
    State(memory): State<Arc<Memory>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if !body.is_empty() {
        let parsed = if kind.starts_with("application/json") {
            Parsed::Json(serde_json::from_slice(&body).expect("JSON"))
        } else {
            Parsed::Form(form_pairs(&body))
        };
        let mut kept = memory.kept.lock().expect("no handler panicked");
        let number = kept.len();
        kept.insert(number, parsed);
    }
    let answer = memory.answers.get(&(method.to_string(), uri.to_string())).expect("what was asked before");
    if let Some((url, headers, body)) = &answer.webhook {
        let call = http_client().post(url).headers(headers.clone()).body(body.clone());
        assert!(call.send().await.expect("an answer").status().is_success());
    }
    let mut response = Response::new(Body::from(answer.body.clone()));
    *response.status_mut() = answer.status;
    *response.headers_mut() = answer.headers.clone();
    response
}

fn form_pairs(body: &[u8]) -> Vec<(String, String)> {
    url::form_urlencoded::parse(body).into_owned().collect()
}
