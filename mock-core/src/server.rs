//! Binds a face to a port, with TLS or without, and serves it until told to stop.

use std::convert::Infallible;
use std::future::{Ready, ready};
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, OnceLock};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::Router;
use axum::extract::Request;
use axum::extract::connect_info::Connected;
use axum::response::Response;
use axum::serve::IncomingStream;
use futures_util::future::BoxFuture;
use http::Method;
use thiserror::Error;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tower::Service;
use url::Url;

use crate::connection::{Peer, Wire};
use crate::exchange::{Dialect, Dress, exchange};
use crate::journal::{Direction, Entry, Request as Asked};
use crate::tls::{Acceptor, Remark};
use crate::world::World;

/// How long open connections may take to end when a server is told to stop.
const GRACE: Duration = Duration::from_millis(500);

/// One public side of a fake: a router that speaks one system's dialect under one contract.
pub struct Face {
    /// Its name in the journal and in [`crate::Places`].
    pub name: &'static str,
    /// Its routes, with fallbacks that answer in its dialect.
    pub router: Router,
    /// How it words errors made outside its handlers.
    pub dialect: Arc<dyn Dialect>,
    /// Its OpenAPI document.
    pub contract: &'static str,
    /// The longest request body in bytes.
    pub body_limit: usize,
}

impl std::fmt::Debug for Face {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Face").field("name", &self.name).finish_non_exhaustive()
    }
}

impl Face {
    /// The routes with the exchange layer on: bounded, journaled, guarded, open to faults.
    pub fn dressed(self, world: &World) -> Dressed {
        let dress = Dress {
            world: world.clone(),
            fake: self.name,
            dialect: self.dialect,
            contract: OnceLock::new(),
            contract_text: self.contract,
            body_limit: self.body_limit,
        };
        let dress = Arc::new(dress);
        // The face owns the world: with a handle to the face, neither would ever end.
        let warmed = Arc::downgrade(&dress);
        world.to_warm(move || {
            if let Some(dress) = warmed.upgrade() {
                dress.warm();
            }
        });
        Dressed { dress, router: self.router, peer: None }
    }
}

/// A face's routes with the exchange layer on. For tests it is a service that needs no port.
#[derive(Clone)]
pub struct Dressed {
    dress: Arc<Dress>,
    router: Router,
    /// The other end of the connection that this handle serves.
    peer: Option<Peer>,
}

impl std::fmt::Debug for Dressed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Dressed").field("fake", &self.dress.fake).finish_non_exhaustive()
    }
}

impl Service<Request> for Dressed {
    type Response = Response;
    type Error = Infallible;
    type Future = BoxFuture<'static, Result<Response, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request) -> Self::Future {
        let Self { dress, router, peer } = self.clone();
        Box::pin(async move { Ok(exchange(&dress, peer, router, request).await) })
    }
}

/// Makes the service of each connection.
struct Connections(Dressed);

impl Service<IncomingStream<'_, Wire>> for Connections {
    type Response = Dressed;
    type Error = Infallible;
    type Future = Ready<Result<Dressed, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, stream: IncomingStream<'_, Wire>) -> Self::Future {
        ready(Ok(Dressed { peer: Some(Peer::connect_info(stream)), ..self.0.clone() }))
    }
}

/// Why a server did not start.
#[derive(Debug, Error)]
pub enum ServeError {
    /// The address cannot be listened on.
    #[error(
        "failed to listen on {addr} for {name}: {source}; is another program using the port? Port 0 picks a free one"
    )]
    Bind {
        /// What was to listen.
        name: &'static str,
        /// Where.
        addr: SocketAddr,
        /// What the system said.
        source: io::Error,
    },
}

/// Where a server listens, and how.
#[derive(Clone, Debug)]
pub struct Listen {
    /// The address; port 0 picks a free one.
    pub addr: SocketAddr,
    /// With it the server speaks https, else http.
    pub tls: Option<Acceptor>,
}

/// In plain http.
impl From<SocketAddr> for Listen {
    fn from(addr: SocketAddr) -> Self {
        Self { addr, tls: None }
    }
}

/// A running server. It stops when dropped.
#[derive(Debug)]
pub struct Server {
    addr: SocketAddr,
    url: Url,
    stop: Option<oneshot::Sender<()>>,
    task: JoinHandle<()>,
}

impl Server {
    /// Runs what `serving` makes of the listener and the signal to stop.
    fn start<S>(open: Bound, serving: impl FnOnce(Wire, BoxFuture<'static, ()>) -> S) -> Self
    where
        S: IntoFuture<Output = io::Result<()>, IntoFuture: Send + 'static>,
    {
        let (stop, stopped) = oneshot::channel::<()>();
        let serving = serving(open.wire, Box::pin(async move { drop(stopped.await) })).into_future();
        // Serving ends only by the signal.
        let task = tokio::spawn(async move { drop(serving.await) });
        Self { addr: open.addr, url: open.url, stop: Some(stop), task }
    }

    /// Where it listens.
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// Its base URL.
    pub fn url(&self) -> Url {
        self.url.clone()
    }

    /// Stops taking connections, lets open exchanges end for half a second, and breaks off the rest.
    pub async fn stop(mut self) {
        if let Some(stop) = self.stop.take() {
            // A closed channel means that it has stopped already.
            stop.send(()).unwrap_or_default();
        }
        drop(tokio::time::timeout(GRACE, &mut self.task).await);
        self.task.abort();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Serves a face of a world, and makes its place known.
pub async fn serve(world: &World, face: Face, at: impl Into<Listen>) -> Result<Server, ServeError> {
    let name = face.name;
    let plans = Some((world.clone(), name));
    let open = listen(world, name, at.into(), recorded(world, name), plans).await?;
    let connections = Connections(face.dressed(world));
    Ok(Server::start(open, |wire, stopped| axum::serve(wire, connections).with_graceful_shutdown(stopped)))
}

/// Serves a router as it is (the control API, the console), and makes its place known.
pub async fn serve_router(
    world: &World,
    name: &'static str,
    router: Router,
    at: impl Into<Listen>,
) -> Result<Server, ServeError> {
    // What people and cases do is no part of the journal.
    let told: Remark = Arc::new(move |peer, _, why| tracing::warn!(name, peer, "{why}"));
    let open = listen(world, name, at.into(), told, None).await?;
    let service = router.into_make_service_with_connect_info::<Peer>();
    Ok(Server::start(open, |wire, stopped| axum::serve(wire, service).with_graceful_shutdown(stopped)))
}

/// Puts connections that did not come to be into the journal, where whoever wonders about silence looks first.
fn recorded(world: &World, name: &'static str) -> Remark {
    let journal = Arc::clone(world.journal());
    Arc::new(move |peer, flaw, why| {
        tracing::warn!(name, peer, "{why}");
        let request = Asked {
            method: Method::CONNECT,
            target: "(no request: the connection was not opened)".to_owned(),
            ..Asked::default()
        };
        let entry = Entry {
            fake: name,
            direction: Direction::Inbound,
            peer: peer.into(),
            request: request.into(),
            fault: flaw.map(|flaw| flaw.describe().to_owned()),
            ..Entry::empty()
        };
        journal.begin(entry).failed(why);
    })
}

/// A place that is listened on.
struct Bound {
    wire: Wire,
    addr: SocketAddr,
    url: Url,
}

async fn listen(
    world: &World,
    name: &'static str,
    at: Listen,
    remark: Remark,
    plans: Option<(World, &'static str)>,
) -> Result<Bound, ServeError> {
    let Listen { addr, tls } = at;
    let failed = |source| ServeError::Bind { name, addr, source };
    let listener = TcpListener::bind(addr).await.map_err(failed)?;
    let addr = listener.local_addr().map_err(failed)?;
    let url = url_of(if tls.is_some() { "https" } else { "http" }, addr);
    world.places().set(name, url.clone());
    world.start();
    Ok(Bound { wire: Wire { listener, tls, remark, plans }, addr, url })
}

fn url_of(scheme: &str, addr: SocketAddr) -> Url {
    #[expect(clippy::expect_used, reason = "a socket address behind http:// or https:// is always a URL")]
    Url::parse(&format!("{scheme}://{addr}")).expect("a socket address makes a URL")
}
