//! A platform and a service inside the test process, wired to each other over HTTP.

use std::collections::BTreeMap;
use std::sync::{Arc, Weak};
use std::time::Duration;

use completion_service::{Config, Defect, Log, Running};
use contract_tests::target::{LaunchError, Launcher, Span};
use contract_tests::{Another, Level, Options, Profile, Ran, Report, Setup, Worlds};
use futures_util::future::BoxFuture;
use mock_core::journal::Journal;
use mock_platform::{Builder, Platform, ServiceUrls};
use parking_lot::Mutex;
use tokio::net::TcpListener;
use url::Url;

/// The reference service, embedded, with some defects or none.
pub(crate) struct Embedded {
    base: Url,
    listener: Mutex<Option<TcpListener>>,
    env: Mutex<BTreeMap<String, String>>,
    running: tokio::sync::Mutex<Option<Running>>,
    defects: Vec<Defect>,
    /// Variables that replace those of the run, to misconfigure it.
    wrong: BTreeMap<String, String>,
    log: Log,
}

impl Embedded {
    pub(crate) async fn new(defects: &[Defect]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = Url::parse(&format!("http://{}", listener.local_addr().unwrap())).unwrap();
        Self {
            base,
            listener: Mutex::new(Some(listener)),
            env: Mutex::default(),
            running: tokio::sync::Mutex::new(None),
            defects: defects.to_vec(),
            wrong: BTreeMap::new(),
            log: Log::default(),
        }
    }

    async fn listen_again(&self) -> Result<TcpListener, LaunchError> {
        let address = self.base.socket_addrs(|| None).map_err(|error| LaunchError::Embedded(error.to_string()))?;
        let listener = TcpListener::bind(address.as_slice());
        listener.await.map_err(|error| LaunchError::Embedded(error.to_string()))
    }

    pub(crate) fn with(mut self, name: &str, value: &str) -> Self {
        self.wrong.insert(name.to_owned(), value.to_owned());
        self
    }
}

impl Launcher for Embedded {
    fn managed(&self) -> bool {
        true
    }

    fn base(&self) -> Url {
        self.base.clone()
    }

    fn start(&self, mut env: BTreeMap<String, String>) -> BoxFuture<'_, Result<(), LaunchError>> {
        Box::pin(async move {
            env.extend(self.wrong.clone());
            *self.env.lock() = env.clone();
            let defects: Vec<&str> = self.defects.iter().map(|defect| defect.name()).collect();
            env.insert("DEFECTS".to_owned(), defects.join(","));
            let config = Config::from_env(|name| env.get(name).cloned())
                .map_err(|error| LaunchError::Embedded(error.to_string()))?;
            let listener = self.listener.lock().take();
            let listener = match listener {
                Some(listener) => listener,
                None => self.listen_again().await?,
            };
            let running = completion_service::serve_logged(config, listener, &self.log)
                .map_err(|error| LaunchError::Embedded(error.to_string()))?;
            *self.running.lock().await = Some(running);
            Ok(())
        })
    }

    fn stop(&self) -> BoxFuture<'_, ()> {
        Box::pin(async move {
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

    fn written(&self) -> Option<String> {
        Some(self.log.written())
    }

    fn ended(&self) -> Option<String> {
        None
    }

    fn copy(&self) -> Option<BoxFuture<'_, Result<Arc<dyn Launcher>, LaunchError>>> {
        Some(Box::pin(async move {
            let copy: Arc<dyn Launcher> =
                Arc::new(Self { wrong: self.wrong.clone(), ..Self::new(&self.defects).await });
            Ok(copy)
        }))
    }

    fn arguments(&self) -> String {
        self.defects.iter().map(|defect| format!("--demo-defect {}", defect.name())).collect::<Vec<_>>().join(" ")
    }
}

/// More worlds for a service that there can be several of.
struct More {
    platform: Builder,
    service: Arc<dyn Launcher>,
    /// The journals of all worlds of the run.
    made: Arc<Mutex<Vec<Weak<Journal>>>>,
}

impl Worlds for More {
    fn another(&self) -> BoxFuture<'_, Result<Another, String>> {
        Box::pin(async move {
            let copy = self.service.copy().ok_or("there is but one of the service")?;
            let launcher = copy.await.map_err(|error| error.to_string())?;
            let started = self.platform.clone().service(ServiceUrls::at(&launcher.base())).start().await;
            let platform = started.map_err(|error| error.to_string())?;
            self.made.lock().push(Arc::downgrade(platform.world().journal()));
            Ok(Another { endpoints: platform.endpoints().clone(), launcher, fakes: Box::new(platform) })
        })
    }
}

/// A profile for tests: the embedded service is silent sooner than one at the other end of a network.
pub(crate) fn profile() -> Profile {
    let mut profile = Profile::default();
    "reference".clone_into(&mut profile.service.name);
    profile.budgets.settle = Span(Duration::from_millis(60));
    // Less than it waits for others by itself: the cases that count on it are over sooner.
    profile.env.insert("CALL_TIMEOUT_MS".to_owned(), "6000".to_owned());
    profile.env.insert("ANSWER_WITHIN_MS".to_owned(), "8500".to_owned());
    profile
}

/// The same for a service in front of outbound marketing, as it is shipped.
pub(crate) fn outbound_profile() -> Profile {
    let text = include_str!("../../../fixtures/profiles/outbound.toml");
    let mut profile = Profile::parse("outbound.toml", text).unwrap();
    profile.service.ready_path = None;
    profile.budgets.settle = Span(Duration::from_millis(60));
    profile
}

/// One run of the suite against an embedded service on its own platform.
pub(crate) async fn certify_with(service: impl Launcher + 'static, profile: Profile, options: Options) -> Report {
    certify_on(Platform::builder(), service, profile, options).await
}

/// The same on a platform of another kind.
pub(crate) async fn certify_on(
    platform: Builder,
    service: impl Launcher + 'static,
    profile: Profile,
    options: Options,
) -> Report {
    run_on(platform, service, profile, options, true).await.0.report
}

/// The same in one world: what is generated is played there too.
pub(crate) async fn certify_in_one_world(
    service: impl Launcher + 'static,
    profile: Profile,
    options: Options,
) -> Report {
    run_on(Platform::builder(), service, profile, options, false).await.0.report
}

async fn run_on(
    platform: Builder,
    service: impl Launcher + 'static,
    profile: Profile,
    options: Options,
    several: bool,
) -> (Ran, Vec<Weak<Journal>>) {
    let service: Arc<dyn Launcher> = Arc::new(service);
    let platform = platform.seed(options.seed);
    let made = Arc::<Mutex<Vec<Weak<Journal>>>>::default();
    let more = More { platform: platform.clone(), service: Arc::clone(&service), made: Arc::clone(&made) };
    let more: Arc<dyn Worlds> = Arc::new(more);
    let worlds = (several && service.copy().is_some()).then_some(more);
    let platform = platform.service(ServiceUrls::at(&service.base())).start().await.unwrap();
    made.lock().push(Arc::downgrade(platform.world().journal()));
    let endpoints = platform.endpoints().clone();
    let setup = Setup { endpoints, profile, launcher: service, options, worlds };
    let ran = contract_tests::run_recorded(setup, |_| {}).await.unwrap();
    platform.stop().await;
    let worlds = std::mem::take(&mut *made.lock());
    (ran, worlds)
}

/// The same with the usual profile, or with that of outbound marketing for defects that show there.
pub(crate) async fn certify(defects: &[Defect], options: Options) -> Report {
    let outbound = defects.iter().any(|defect| defect.is_outbound());
    let profile = if outbound { outbound_profile() } else { profile() };
    certify_with(Embedded::new(defects).await, profile, options).await
}

/// The same, with what the verdicts were made from.
pub(crate) async fn certify_recorded(defects: &[Defect], options: Options) -> Ran {
    run_on(Platform::builder(), Embedded::new(defects).await, profile(), options, true).await.0
}

/// The worlds that a run of the right service had, by their journals; the run is over, and its platform stopped.
pub(crate) async fn worlds_of(options: Options) -> Vec<Weak<Journal>> {
    run_on(Platform::builder(), Embedded::new(&[]).await, profile(), options, true).await.1
}

/// The same in front of any service, with any profile.
pub(crate) async fn certify_recorded_with(service: impl Launcher + 'static, profile: Profile, options: Options) -> Ran {
    run_on(Platform::builder(), service, profile, options, true).await.0
}

/// Options for the cases that match these patterns.
pub(crate) fn only(patterns: &[&str]) -> Options {
    let cases = patterns.iter().map(|pattern| (*pattern).to_owned()).collect();
    let level = if patterns.iter().all(|pattern| pattern.starts_with("C-")) { Level::Core } else { Level::Secure };
    Options { cases, level, ..Options::default() }
}
