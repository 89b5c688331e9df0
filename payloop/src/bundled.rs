//! The completion service that comes along, in this very process: listening first, so that its address is known before anything else is.

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr};

use completion_service::{Config, Defect, Log};
use tokio::net::TcpListener;
use url::Url;

use crate::near::did_you_mean;

/// A port taken for a service, or a page, that has yet to start.
#[derive(Debug)]
pub(crate) struct Reserved {
    listener: TcpListener,
    address: SocketAddr,
}

impl Reserved {
    /// Takes a port of the loopback address; 0 takes a free one.
    pub(crate) async fn port(port: u16) -> std::io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
        let address = listener.local_addr()?;
        Ok(Self { listener, address })
    }

    /// Where the service will answer.
    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// The listener, for something else than the service.
    pub(crate) fn into_listener(self) -> TcpListener {
        self.listener
    }

    /// Starts the service with this environment.
    pub(crate) fn start(self, env: &BTreeMap<String, String>) -> Result<completion_service::Running, String> {
        completion_service::serve(config(env)?, self.listener).map_err(|error| error.to_string())
    }

    /// The same with a log of its own.
    pub(crate) fn start_logged(
        self,
        env: &BTreeMap<String, String>,
        log: &Log,
    ) -> Result<completion_service::Running, String> {
        let config = Config::from_env(|name| env.get(name).cloned()).map_err(|error| error.to_string())?;
        completion_service::serve_logged(config, self.listener, log).map_err(|error| error.to_string())
    }

    /// Starts the other right service, which is not what `up` or a plain `certify` run.
    pub(crate) fn start_queued(self, env: &BTreeMap<String, String>) -> Result<queued_service::Running, String> {
        let get = |name: &str| env.get(name).cloned();
        let config = queued_service::Config::from_env(get).map_err(|error| error.to_string())?;
        queued_service::serve(config, self.listener).map_err(|error| error.to_string())
    }
}

/// What an environment says to the service, or all that is wrong with it.
pub(crate) fn config(env: &BTreeMap<String, String>) -> Result<Config, String> {
    Config::from_env(|name| env.get(name).cloned()).map_err(|error| error.to_string())
}

/// The base URL of a service at an address.
pub(crate) fn base(address: SocketAddr) -> Url {
    #[expect(clippy::expect_used, reason = "a socket address behind http:// is always a URL")]
    Url::parse(&format!("http://{address}")).expect("a socket address makes a URL")
}

/// The defect of this name, or a message that names those that are near, and where all are listed.
pub(crate) fn defect(name: &str) -> Result<Defect, String> {
    Defect::by_name(name).ok_or_else(|| {
        let all = Defect::all();
        let near = did_you_mean(name, all.iter().map(|defect| defect.name()));
        format!("there is no defect {name:?}{near}\n`payloop list` shows all {}", all.len())
    })
}
