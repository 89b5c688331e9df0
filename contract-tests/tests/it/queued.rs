//! The second right service, built in another way: it passes everything too, or the suite demands one design.

use std::collections::BTreeMap;
use std::time::Duration;

use contract_tests::target::{LaunchError, Launcher, Span};
use contract_tests::{Level, Options, Profile};
use futures_util::future::BoxFuture;
use parking_lot::Mutex;
use queued_service::{Config, Running};
use tokio::net::TcpListener;
use url::Url;

use crate::reference::green;
use crate::world::certify_with;

/// The queued service in this process.
pub(crate) struct Queued {
    base: Url,
    listener: Mutex<Option<TcpListener>>,
    env: Mutex<BTreeMap<String, String>>,
    running: tokio::sync::Mutex<Option<Running>>,
}

impl Queued {
    pub(crate) async fn new() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = Url::parse(&format!("http://{}", listener.local_addr().unwrap())).unwrap();
        let (env, running) = (Mutex::default(), tokio::sync::Mutex::new(None));
        Self { base, listener: Mutex::new(Some(listener)), env, running }
    }

    async fn listen(&self) -> std::io::Result<TcpListener> {
        if let Some(listener) = self.listener.lock().take() {
            return Ok(listener);
        }
        TcpListener::bind(self.base.socket_addrs(|| None)?.as_slice()).await
    }
}

impl Launcher for Queued {
    fn managed(&self) -> bool {
        true
    }

    fn base(&self) -> Url {
        self.base.clone()
    }

    fn start(&self, env: BTreeMap<String, String>) -> BoxFuture<'_, Result<(), LaunchError>> {
        Box::pin(async move {
            let failed = |why: String| LaunchError::Embedded(why);
            let config = Config::from_env(|name| env.get(name).cloned()).map_err(|error| failed(error.to_string()))?;
            let listener = self.listen().await.map_err(|error| failed(error.to_string()))?;
            let running = queued_service::serve(config, listener).map_err(|error| failed(error.to_string()))?;
            *self.env.lock() = env;
            *self.running.lock().await = Some(running);
            Ok(())
        })
    }

    fn stop(&self) -> BoxFuture<'_, ()> {
        Box::pin(async move {
            // The address is free again only when the service has really ended.
            let running = self.running.lock().await.take();
            if let Some(running) = running {
                running.shutdown().await;
            }
        })
    }

    fn restart(&self) -> BoxFuture<'_, Result<(), LaunchError>> {
        Box::pin(async move {
            if let Some(running) = self.running.lock().await.take() {
                running.shutdown().await;
            }
            let env = self.env.lock().clone();
            self.start(env).await
        })
    }

    fn output(&self) -> String {
        String::new()
    }

    fn ended(&self) -> Option<String> {
        None
    }

    fn arguments(&self) -> String {
        "--exec queued-service".to_owned()
    }
}

/// The profile as it is shipped, for a service in this process.
pub(crate) fn queued_profile() -> Profile {
    let text = include_str!("../../../fixtures/profiles/queued.toml");
    let mut profile = Profile::parse("queued.toml", text).unwrap();
    profile.service.ready_path = None;
    profile.budgets.settle = Span(Duration::from_millis(250));
    profile
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_queued_service_passes_every_case_that_applies() {
    // Not optimised, all at once would take longer than the service waits for others.
    let options = Options { level: Level::Secure, jobs: 12, strict: true, ..Options::default() };
    let mut report = certify_with(Queued::new().await, queued_profile(), options).await;
    // In this process nobody can tell its log from others; the service's own tests read it.
    report.cases.retain(|case| case.id != "S-X07");
    // A session has no other sessions beside it, and real-time journeys no legacy operations.
    green(&report, &["C-L01", "C-L02", "C-L03", "C-L04", "R-D08", "R-D09", "S-T03", "S-T10"]);
}
