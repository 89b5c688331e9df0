//! Serves the page on a listener that is open already, until told to stop.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use thiserror::Error;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use url::Url;

use crate::api::Api;
use crate::http::{App, router};

/// How long open requests may take to finish when the page is told to stop.
const GRACE: Duration = Duration::from_millis(500);

/// What the page needs to know.
#[derive(Clone, Debug)]
pub struct Config {
    /// The Event API's endpoint as the web application's form shows it, ending in `/eventmanagement`.
    pub event_api: String,
    /// The web application's token. It stands in the page for its script, as it does on any such page.
    pub token: String,
    /// The client for calls of the page's own server; it has to trust the Event API's certificate and to follow no redirect.
    pub client: reqwest::Client,
}

/// Why the page did not start.
#[derive(Debug, Error)]
pub enum ServeError {
    /// The endpoint is no http or https URL.
    #[error("the Event API's endpoint {0:?} is no http or https URL")]
    Endpoint(String),
    /// The listener has no address.
    #[error("failed to read the address that the registration page listens on: {0}")]
    Listener(#[from] io::Error),
}

/// A running page. It stops when dropped.
#[derive(Debug)]
pub struct Running {
    stop: Option<oneshot::Sender<()>>,
    task: JoinHandle<()>,
}

/// Serves the page. Needs a tokio runtime.
pub fn serve(listener: TcpListener, config: Config) -> Result<Running, ServeError> {
    let endpoint = Url::parse(&config.event_api).ok().filter(|url| matches!(url.scheme(), "http" | "https"));
    let endpoint = endpoint.ok_or_else(|| ServeError::Endpoint(config.event_api.clone()))?;
    let own = format!("http://{}", listener.local_addr()?);
    let app = App { own, api_origin: endpoint.origin().ascii_serialization(), api: Api::new(config) };
    let (stop, stopped) = oneshot::channel::<()>();
    let serving = axum::serve(listener, router(Arc::new(app)))
        .with_graceful_shutdown(async move { drop(stopped.await) })
        .into_future();
    // Serving ends only by the signal.
    let task = tokio::spawn(async move { drop(serving.await) });
    Ok(Running { stop: Some(stop), task })
}

impl Running {
    /// Takes no new requests, lets open ones finish for half a second, then stops.
    pub async fn shutdown(mut self) {
        if let Some(stop) = self.stop.take() {
            // A closed channel means that it has stopped already.
            stop.send(()).unwrap_or_default();
        }
        drop(tokio::time::timeout(GRACE, &mut self.task).await);
        self.task.abort();
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.task.abort();
    }
}
