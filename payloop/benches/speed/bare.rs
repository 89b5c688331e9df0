//! Bare axum handlers that do the same exchanges as the fakes: parse what comes, keep it, and answer the very bytes that a fake answered.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::response::Response;
use axum::routing::{MethodFilter, on};
use bytes::Bytes;
use http::{HeaderMap, Method, StatusCode, header};
use mock_core::journal::{Direction, Entry, Filter};
use mock_core::{World, http_client};
use tokio::net::TcpListener;

/// Everything that bare handlers were sent, parsed.
#[derive(Default)]
struct Kept(Mutex<Vec<Parsed>>);

#[expect(dead_code, reason = "it is kept for what keeping costs; nobody reads it")]
enum Parsed {
    Json(serde_json::Value),
    Form(Vec<(String, String)>),
    Nothing,
}

/// What a bare handler answers, and what it sends before it does.
#[derive(Clone)]
struct Reply {
    status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
    webhook: Option<(String, HeaderMap, Bytes)>,
    kept: Arc<Kept>,
}

/// Bare servers in place of fakes.
pub(crate) struct Bare {
    /// The fakes' addresses, and the bare ones in their place.
    pub(crate) places: Vec<(String, String)>,
}

impl Bare {
    /// Answers everything that the journal of `world` holds. `more` are other texts to put something else in place of.
    pub(crate) async fn after(world: &World, more: &[(String, String)]) -> Self {
        let mut places = more.to_vec();
        let mut listeners = BTreeMap::new();
        for (fake, url) in world.places().all() {
            let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
            let address = listener.local_addr().unwrap();
            places.push((format!("127.0.0.1:{}", url.port().unwrap()), address.to_string()));
            listeners.insert(fake, listener);
        }
        let entries = world.journal().find(&Filter::default());
        for (fake, listener) in listeners {
            let router = router(fake, &entries, &places);
            drop(tokio::spawn(async move { axum::serve(listener, router).await }));
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
    let kept = Arc::new(Kept::default());
    let mut webhook =
        entries.iter().find(|entry| entry.fake == fake && entry.direction == Direction::Outbound).map(|entry| {
            let request = &entry.request;
            (replaced(&request.target, places), request.headers.clone(), request.body.clone())
        });
    let mut routes: BTreeMap<(String, String), Reply> = BTreeMap::new();
    for entry in entries.iter().filter(|entry| entry.fake == fake && entry.direction == Direction::Inbound) {
        let Some(answer) = &entry.answer else { continue };
        let mut headers = HeaderMap::new();
        for (name, value) in &answer.headers {
            if name != header::CONTENT_LENGTH {
                headers.append(name, replaced(value.to_str().unwrap(), places).parse().unwrap());
            }
        }
        let body = replaced(std::str::from_utf8(&answer.body).unwrap(), places).into();
        let pays = entry.request.method == Method::POST && entry.request.path().starts_with("/c/pay/");
        let webhook = if pays { webhook.take() } else { None };
        let key = (entry.request.path().to_owned(), entry.request.method.to_string());
        routes.insert(key, Reply { status: answer.status, headers, body, webhook, kept: Arc::clone(&kept) });
    }
    let mut router = Router::new();
    for ((path, method), reply) in routes {
        let filter = if method == "GET" { MethodFilter::GET } else { MethodFilter::POST };
        router = router.route(&path, on(filter, handle).with_state(reply));
    }
    router
}

async fn handle(State(reply): State<Reply>, headers: HeaderMap, body: Bytes) -> Response {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let parsed = if body.is_empty() {
        Parsed::Nothing
    } else if kind.starts_with("application/json") {
        Parsed::Json(serde_json::from_slice(&body).unwrap_or_default())
    } else {
        Parsed::Form(url::form_urlencoded::parse(&body).into_owned().collect())
    };
    reply.kept.0.lock().unwrap().push(parsed);
    if let Some((url, headers, body)) = reply.webhook {
        let sent = http_client().post(url).headers(headers).body(body).send().await.unwrap();
        assert!(sent.status().is_success());
    }
    let mut response = Response::new(Body::from(reply.body));
    *response.status_mut() = reply.status;
    *response.headers_mut() = reply.headers;
    response
}
