//! How a service comes to run: somebody else's business, ours, or in this very process.

use std::collections::BTreeMap;
use std::sync::Arc;

use futures_util::future::BoxFuture;
use thiserror::Error;
use url::Url;

/// Starts and stops a service. Implemented by [`super::External`], by [`super::Exec`], and by whoever embeds one.
pub trait Launcher: Send + Sync {
    /// Whether the suite may stop and start the service.
    fn managed(&self) -> bool;
    /// Where the service will answer; known before it starts, since it goes into templates and into Stripe's endpoint.
    fn base(&self) -> Url;
    /// Starts it with this environment and returns once it is ready.
    fn start(&self, env: BTreeMap<String, String>) -> BoxFuture<'_, Result<(), LaunchError>>;
    /// Stops it.
    fn stop(&self) -> BoxFuture<'_, ()>;
    /// Stops it and starts it again as before.
    fn restart(&self) -> BoxFuture<'_, Result<(), LaunchError>>;
    /// What it wrote last, for reports; empty when nobody can know.
    fn output(&self) -> String;
    /// Everything that it wrote to standard output and standard error since the run began, up to some megabytes of the latest; `None` where
    /// nobody can know.
    fn written(&self) -> Option<String> {
        None
    }
    /// How it ended, when it did without being told to.
    fn ended(&self) -> Option<String>;
    /// Another copy of the same service at an address of its own, yet to be started; `None` where there is but one.
    fn copy(&self) -> Option<BoxFuture<'_, Result<Arc<dyn Launcher>, LaunchError>>> {
        None
    }
    /// The arguments that name this service on payloop's command line, for the command that runs a case again.
    fn arguments(&self) -> String;
}

/// Why a service did not start.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum LaunchError {
    /// The command cannot be run at all.
    #[error("failed to run `{command}`: {why}")]
    Spawn {
        /// The command.
        command: String,
        /// What the system said.
        why: String,
    },
    /// It ended before it was ready.
    #[error("`{command}` ended before it was ready ({how})")]
    Ended {
        /// The command.
        command: String,
        /// Its exit status.
        how: String,
        /// What it wrote last.
        output: String,
    },
    /// It does not answer in time.
    #[error("`{command}` was not ready after {seconds} s: {waited_for}")]
    NotReady {
        /// The command.
        command: String,
        /// How long was waited.
        seconds: u64,
        /// For what, and what was seen last.
        waited_for: String,
        /// What it wrote last.
        output: String,
    },
    /// Somebody else runs it.
    #[error("the service was started by somebody else; only they can restart it")]
    NotOurs,
    /// An embedded service could not start.
    #[error("the embedded service did not start: {0}")]
    Embedded(String),
}

impl LaunchError {
    /// What the service wrote before it failed.
    pub fn output(&self) -> &str {
        match self {
            Self::Ended { output, .. } | Self::NotReady { output, .. } => output,
            Self::Spawn { .. } | Self::NotOurs | Self::Embedded(_) => "",
        }
    }
}
