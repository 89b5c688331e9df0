//! The state that all requests share.

use std::sync::Arc;

use tokio_util::task::TaskTracker;
use uuid::Uuid;

use crate::clients::dataverse::Dataverse;
use crate::clients::http::Http;
use crate::clients::stripe::Stripe;
use crate::config::Config;
use crate::defects::Hooks;
use crate::domain::notification::Reader;
use crate::domain::signature::Verifier;
use crate::error::Error;
use crate::flows::visit::Offered;
use crate::memory::{Recent, Turns};

/// One running service. Nothing is global, so several can live in one process.
#[derive(Debug)]
pub(crate) struct App {
    pub(crate) config: Config,
    pub(crate) dataverse: Dataverse,
    pub(crate) stripe: Stripe,
    /// For calls that only defects make.
    #[cfg(feature = "defects")]
    pub(crate) http: Http,
    pub(crate) verifier: Verifier,
    pub(crate) turns: Arc<Turns>,
    /// The link each purchase was given last.
    pub(crate) offered: Recent<Uuid, Offered>,
    /// The session that completed each purchase.
    pub(crate) completed_by: Recent<Uuid, String>,
    /// The purchase that each session completed.
    pub(crate) spent_on: Recent<String, Uuid>,
    /// The sessions whose money went back.
    pub(crate) refunded: Recent<String, ()>,
    /// Work that may outlive the request that started it.
    pub(crate) work: TaskTracker,
    pub(crate) hooks: Arc<Hooks>,
}

impl App {
    pub(crate) fn new(config: Config) -> Result<Self, Error> {
        let http = Http::new(&config)?;
        let hooks = Arc::new(Hooks::new(&config));
        Ok(Self {
            dataverse: Dataverse::new(http.clone(), &config, Arc::clone(&hooks)),
            #[cfg(feature = "defects")]
            http: http.clone(),
            stripe: Stripe::new(http, &config, Arc::clone(&hooks)),
            verifier: Verifier::new(config.stripe_webhook_secret.expose()),
            turns: Arc::default(),
            offered: Recent::default(),
            completed_by: Recent::default(),
            spent_on: Recent::default(),
            refunded: Recent::default(),
            work: TaskTracker::new(),
            hooks,
            config,
        })
    }

    pub(crate) fn reader(&self) -> Reader<'_> {
        Reader { metadata_key: &self.config.metadata_key, livemode: self.hooks.livemode(self.config.livemode()) }
    }
}
