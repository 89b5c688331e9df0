//! A tiny face to test the world with: it echoes, it is slow on demand, it panics on demand.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::Router;
use axum::response::{IntoResponse as _, Response};
use axum::routing::{any, get};
use bytes::Bytes;
use http::StatusCode;
use mock_core::{ClockMode, Dialect, Exchange, Face, World, server};

pub(crate) const LOOPBACK: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), 0);

/// Words errors as `status code message`.
pub(crate) struct PlainWords;

fn worded(status: StatusCode, text: String) -> Response<Bytes> {
    let mut response = Response::new(Bytes::from(text));
    *response.status_mut() = status;
    response
}

impl Dialect for PlainWords {
    fn payload_too_large(&self, limit: usize) -> Response<Bytes> {
        worded(StatusCode::PAYLOAD_TOO_LARGE, format!("more than {limit} bytes"))
    }

    fn internal_error(&self, what: &str) -> Response<Bytes> {
        worded(StatusCode::INTERNAL_SERVER_ERROR, what.to_owned())
    }

    fn fault(&self, status: StatusCode, code: Option<&str>, message: Option<&str>) -> Response<Bytes> {
        let mut answer = worded(status, format!("{} {}", code.unwrap_or("-"), message.unwrap_or("-")));
        let length = answer.body().len();
        answer.headers_mut().insert(http::header::CONTENT_LENGTH, length.into());
        answer
    }
}

/// A world with one face, served.
pub(crate) struct Bench {
    pub(crate) world: World,
    pub(crate) base: String,
    /// How often the face's work was done.
    pub(crate) done: Arc<AtomicUsize>,
    _server: server::Server,
}

impl Bench {
    pub(crate) async fn start() -> Self {
        Self::with_clock(ClockMode::Real).await
    }

    pub(crate) async fn with_clock(mode: ClockMode) -> Self {
        Self::listening(mode, LOOPBACK).await
    }

    pub(crate) async fn listening(mode: ClockMode, at: impl Into<server::Listen>) -> Self {
        let world = World::builder().seed(7).clock(mode).build();
        let done = Arc::new(AtomicUsize::new(0));
        let counter = Arc::clone(&done);
        let router = Router::new()
            .route(
                "/echo",
                any(move |exchange: Exchange, body: Bytes| {
                    counter.fetch_add(1, Ordering::SeqCst);
                    async move {
                        exchange.note(format!("scope {}", exchange.scope()));
                        body
                    }
                }),
            )
            .route(
                "/panic",
                get(|| async {
                    // An index out of bounds panics, as a mistake in a fake would.
                    let empty: &[&'static str] = std::hint::black_box(&[]);
                    empty[0]
                }),
            )
            .route(
                "/nothing",
                get(|exchange: Exchange| async move {
                    exchange.unsupported("the nothing operation");
                    StatusCode::NOT_IMPLEMENTED.into_response()
                }),
            );
        let face = Face { name: "stripe", router, dialect: Arc::new(PlainWords), contract: "", body_limit: 1024 };
        let server = server::serve(&world, face, at).await.expect("a free port");
        let base = server.url().as_str().trim_end_matches('/').to_owned();
        Self { world, base, done, _server: server }
    }

    pub(crate) async fn post(&self, path: &str, body: &str) -> Result<reqwest::Response, reqwest::Error> {
        mock_core::separate_http_client().post(format!("{}{path}", self.base)).body(body.to_owned()).send().await
    }

    pub(crate) async fn get(&self, path: &str) -> Result<reqwest::Response, reqwest::Error> {
        mock_core::separate_http_client().get(format!("{}{path}", self.base)).send().await
    }
}
