//! A right service, or one with a defect, under the suite's hand: started, stopped and started again in this process, at one address.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use completion_service::{Defect, Log};
use contract_tests::{LaunchError, Launcher};
use futures_util::future::BoxFuture;
use url::Url;

use crate::bundled::{self, Reserved};

/// Which service it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Build {
    /// The bundled one: Payment Links, the work done before the answer; right or with one defect.
    Synchronous(Option<Defect>),
    /// The other right one: Checkout Sessions, a queue between the answer and the work.
    Queued,
}

impl Build {
    /// What is wrong with it, if anything.
    pub(crate) const fn defect(self) -> Option<Defect> {
        match self {
            Self::Synchronous(defect) => defect,
            Self::Queued => None,
        }
    }

    /// Which of the two services.
    pub(crate) const fn service(self) -> &'static str {
        match self {
            Self::Synchronous(_) => "completion-service",
            Self::Queued => "queued-service",
        }
    }
}

/// It runs until this is dropped, or longer where it is let finish.
#[derive(Debug)]
enum Running {
    Synchronous(completion_service::Running),
    Queued(queued_service::Running),
}

/// A service in this process.
#[derive(Debug)]
pub(crate) struct Embedded {
    address: SocketAddr,
    build: Build,
    state: Mutex<State>,
    log: Log,
}

#[derive(Debug, Default)]
struct State {
    reserved: Option<Reserved>,
    running: Option<Running>,
    env: BTreeMap<String, String>,
}

impl Embedded {
    /// Takes a free port for it.
    pub(crate) async fn new(build: Build) -> Result<Self, LaunchError> {
        let reserved = reserve(0).await?;
        let address = reserved.address();
        Ok(Self {
            address,
            build,
            state: Mutex::new(State { reserved: Some(reserved), ..State::default() }),
            log: Log::default(),
        })
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Nothing that holds the lock can panic half-way through a change.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn run(&self, mut env: BTreeMap<String, String>) -> Result<(), LaunchError> {
        if let Some(defect) = self.build.defect() {
            env.insert("DEFECTS".to_owned(), defect.name().to_owned());
        }
        // Before the port is touched: a service that refuses to start keeps its place.
        bundled::config(&env).map_err(LaunchError::Embedded)?;
        let reserved = self.state().reserved.take();
        let reserved = match reserved {
            Some(reserved) => reserved,
            None => reserve(self.address.port()).await?,
        };
        let running = match self.build {
            Build::Synchronous(_) => reserved.start_logged(&env, &self.log).map(Running::Synchronous),
            Build::Queued => reserved.start_queued(&env).map(Running::Queued),
        };
        let running = running.map_err(LaunchError::Embedded)?;
        let mut state = self.state();
        state.env = env;
        state.running = Some(running);
        Ok(())
    }

    async fn end(&self) {
        let running = self.state().running.take();
        match running {
            Some(Running::Synchronous(running)) => running.shutdown().await,
            Some(Running::Queued(running)) => running.shutdown().await,
            None => {}
        }
    }
}

async fn reserve(port: u16) -> Result<Reserved, LaunchError> {
    Reserved::port(port).await.map_err(|error| LaunchError::Embedded(format!("no port to listen on: {error}")))
}

impl Launcher for Embedded {
    fn managed(&self) -> bool {
        true
    }

    fn base(&self) -> Url {
        bundled::base(self.address)
    }

    fn start(&self, env: BTreeMap<String, String>) -> BoxFuture<'_, Result<(), LaunchError>> {
        Box::pin(self.run(env))
    }

    fn stop(&self) -> BoxFuture<'_, ()> {
        Box::pin(self.end())
    }

    fn restart(&self) -> BoxFuture<'_, Result<(), LaunchError>> {
        Box::pin(async {
            self.end().await;
            let env = self.state().env.clone();
            self.run(env).await
        })
    }

    fn output(&self) -> String {
        String::new()
    }

    fn written(&self) -> Option<String> {
        // The queued service writes to the process's own log: what it writes is read where it is started with --exec.
        (self.build != Build::Queued).then(|| self.log.written())
    }

    fn ended(&self) -> Option<String> {
        None
    }

    fn copy(&self) -> Option<BoxFuture<'_, Result<Arc<dyn Launcher>, LaunchError>>> {
        Some(Box::pin(async {
            let copy: Arc<dyn Launcher> = Arc::new(Self::new(self.build).await?);
            Ok(copy)
        }))
    }

    fn arguments(&self) -> String {
        match self.build {
            Build::Synchronous(defect) => {
                defect.map(|defect| format!("--demo-defect {}", defect.name())).unwrap_or_default()
            }
            Build::Queued => "--exec queued-service".to_owned(),
        }
    }
}
