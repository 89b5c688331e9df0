//! Starts, takes up what was left, serves, stops.

use std::future::IntoFuture as _;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use crate::app::App;
use crate::config::Config;
use crate::queue;
use crate::web::routes;

/// How long what is going on may take when the service is told to stop. What is not done by then is done after the next start.
const GRACE: Duration = Duration::from_secs(4);

/// Why the service does not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The address cannot be had.
    #[error("failed to listen on {0}: {1}")]
    Listen(SocketAddr, io::Error),
    /// No client for outgoing calls.
    #[error("failed to set up outgoing calls: {0}")]
    Client(String),
    /// The folder for events and notes cannot be used.
    #[error("failed to use the folder QUEUE_DIR: {0}")]
    Folder(io::Error),
}

/// A running service. Dropped, it stops at once, as if it were killed; [`Running::shutdown`] lets it finish.
#[derive(Debug)]
pub struct Running {
    /// Where it listens.
    pub address: SocketAddr,
    app: Arc<App>,
    server: JoinHandle<()>,
}

/// Listens where the configuration says, and serves.
///
/// # Errors
/// [`StartError`].
pub async fn start(config: Config) -> Result<Running, StartError> {
    let address = SocketAddr::new(config.host, config.port);
    let listener = TcpListener::bind(address).await.map_err(|error| StartError::Listen(address, error))?;
    serve(config, listener)
}

/// Serves on a listener that is there already; inside a Tokio runtime.
///
/// # Errors
/// [`StartError`].
pub fn serve(config: Config, listener: TcpListener) -> Result<Running, StartError> {
    let wanted = SocketAddr::new(config.host, config.port);
    let address = listener.local_addr().map_err(|error| StartError::Listen(wanted, error))?;
    let public_url = config.public_url.clone().unwrap_or_else(|| format!("http://{address}"));
    if config.origins.is_empty() {
        tracing::warn!("ALLOWED_RETURN_ORIGINS is empty: no return URL will be taken");
    }
    let app = Arc::new(App::new(config, public_url)?);
    if !app.store.lasts() {
        tracing::warn!("QUEUE_DIR is not set: events that are not dealt with are lost when this process ends");
    }
    let (left, odd) = app.store.left().map_err(StartError::Folder)?;
    for path in odd {
        tracing::error!(path = %path.display(), "this event cannot be read and is left where it is");
    }
    if !left.is_empty() {
        tracing::info!(events = left.len(), "taking up what was left");
    }
    for job in left {
        queue::put(&app, job);
    }
    let stop = app.queue.stop.clone();
    let serving = axum::serve(listener, routes(Arc::clone(&app))).with_graceful_shutdown(stop.cancelled_owned());
    let server = tokio::spawn(async move {
        if let Err(error) = serving.into_future().await {
            tracing::error!(%error, "the server ended");
        }
    });
    Ok(Running { address, app, server })
}

impl Running {
    /// Takes nothing new, and lets open requests and the events in hand finish for four seconds.
    pub async fn shutdown(mut self) {
        let queue = &self.app.queue;
        queue.stop.cancel();
        queue.tasks.close();
        let finished = async {
            // A server that broke has said so.
            drop((&mut self.server).await);
            queue.tasks.wait().await;
        };
        if tokio::time::timeout(GRACE, finished).await.is_err() {
            tracing::warn!("stopped in the middle of something");
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.app.queue.stop.cancel();
        self.app.queue.kill.cancel();
        self.server.abort();
    }
}
