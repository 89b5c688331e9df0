//! Starts, serves and stops.

use std::future::IntoFuture;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::Request;
use axum::middleware::{Next, from_fn};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use tracing::instrument::WithSubscriber as _;

use crate::app::App;
use crate::config::Config;
use crate::error::Error;
use crate::http::router::router;
use crate::log::Log;

/// How long open requests may take to finish when the service is told to stop.
const GRACE: Duration = Duration::from_secs(10);

/// A running service. Dropping it stops it at once; [`Running::shutdown`] lets open requests finish.
#[derive(Debug)]
pub struct Running {
    /// Where it listens.
    pub addr: SocketAddr,
    app: Arc<App>,
    stop: CancellationToken,
    server: Option<JoinHandle<()>>,
}

/// Listens on the configured address and serves.
///
/// # Errors
/// If the address cannot be had, or the HTTP client cannot be built.
pub async fn start(config: Config) -> Result<Running, Error> {
    let address = SocketAddr::new(config.host, config.port);
    let listener = TcpListener::bind(address).await.map_err(|source| Error::Listen { address, source })?;
    serve(config, listener)
}

/// Serves on a listener that is open already. Must be called inside a Tokio runtime.
///
/// # Errors
/// If the listener has no address, or the HTTP client cannot be built.
pub fn serve(config: Config, listener: TcpListener) -> Result<Running, Error> {
    run(config, listener, None)
}

/// The same, with everything that its requests log in this log and nowhere else.
///
/// # Errors
/// As [`serve`].
pub fn serve_logged(config: Config, listener: TcpListener, log: &Log) -> Result<Running, Error> {
    run(config, listener, Some(log))
}

fn run(config: Config, listener: TcpListener, log: Option<&Log>) -> Result<Running, Error> {
    let configured = SocketAddr::new(config.host, config.port);
    let addr = listener.local_addr().map_err(|source| Error::Listen { address: configured, source })?;
    if config.allowed_return_origins.is_empty() {
        tracing::warn!("ALLOWED_RETURN_ORIGINS is empty: every returnUrl will be refused");
    }
    let app = Arc::new(App::new(config)?);
    #[cfg(feature = "defects")]
    let listener = if app.hooks.has(crate::defects::Defect::ReadsLengthsItself) {
        crate::defects::front::before(listener).map_err(|source| Error::Listen { address: configured, source })?
    } else {
        listener
    };
    let stop = CancellationToken::new();
    let mut router = router(Arc::clone(&app));
    if let Some(log) = log {
        #[cfg(feature = "defects")]
        let plain = app.hooks.has(crate::defects::Defect::LogsLineBreaks);
        #[cfg(not(feature = "defects"))]
        let plain = false;
        let dispatch = if plain { log.plain_dispatch() } else { log.dispatch() };
        router = router
            .layer(from_fn(move |request: Request, next: Next| next.run(request).with_subscriber(dispatch.clone())));
    }
    let serving = axum::serve(listener, router).with_graceful_shutdown(stop.clone().cancelled_owned()).into_future();
    let server = tokio::spawn(async move {
        if let Err(error) = serving.await {
            tracing::error!(%error, "the server ended");
        }
    });
    Ok(Running { addr, app, stop, server: Some(server) })
}

impl Running {
    /// Takes no new requests, lets open ones and the work behind them finish for up to ten seconds, then stops.
    pub async fn shutdown(mut self) {
        self.stop.cancel();
        self.app.hooks.stop();
        self.app.work.close();
        let Some(mut server) = self.server.take() else {
            return;
        };
        let finished = async {
            drop((&mut server).await);
            self.app.work.wait().await;
        };
        if tokio::time::timeout(GRACE, finished).await.is_err() {
            tracing::warn!("stopped with requests still open");
        }
        server.abort();
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.stop.cancel();
        if let Some(server) = self.server.take() {
            server.abort();
        }
    }
}
