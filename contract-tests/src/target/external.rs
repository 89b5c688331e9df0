//! A service that somebody else runs: it only has a base URL.

use std::collections::BTreeMap;

use futures_util::future::BoxFuture;
use url::Url;

use super::launcher::{LaunchError, Launcher};

/// A service that is running already.
#[derive(Clone, Debug)]
pub struct External {
    base: Url,
}

impl External {
    /// The service at this base URL.
    pub fn new(base: Url) -> Self {
        Self { base }
    }
}

impl Launcher for External {
    fn managed(&self) -> bool {
        false
    }

    fn base(&self) -> Url {
        self.base.clone()
    }

    fn start(&self, _env: BTreeMap<String, String>) -> BoxFuture<'_, Result<(), LaunchError>> {
        Box::pin(std::future::ready(Ok(())))
    }

    fn stop(&self) -> BoxFuture<'_, ()> {
        Box::pin(std::future::ready(()))
    }

    fn restart(&self) -> BoxFuture<'_, Result<(), LaunchError>> {
        Box::pin(std::future::ready(Err(LaunchError::NotOurs)))
    }

    fn output(&self) -> String {
        String::new()
    }

    fn ended(&self) -> Option<String> {
        None
    }

    fn arguments(&self) -> String {
        format!("--service {}", self.base.as_str().trim_end_matches('/'))
    }
}
