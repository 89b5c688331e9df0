//! The fakes of a run, and more of the same for what is generated: as many worlds as are asked for, each with a copy of the service.

use std::sync::Arc;

use contract_tests::{Another, Endpoints, Launcher, Profile, Worlds};
use futures_util::future::BoxFuture;
use mock_platform::{Platform, Ports, ServiceUrls, Tls};
use url::Url;

use crate::exit_code::Stop;
use crate::up;

/// Most bytes of a world's journal, 256 MiB: a verdict is made from all that a case exchanged, so nothing of a run may be forgotten.
const JOURNAL_BYTES: usize = 256 * 1024 * 1024;

/// What the fakes of a run are like.
#[derive(Clone)]
pub(crate) struct Fakes {
    pub(crate) profile: Profile,
    pub(crate) seed: u64,
    pub(crate) tls: Option<Tls>,
}

impl Fakes {
    /// Starts them for the service at `base`.
    pub(crate) async fn start(&self, base: &Url, ports: Ports) -> Result<(Platform, Endpoints), Stop> {
        let profile = &self.profile;
        let urls = profile.urls(base).map_err(|error| Stop::usage(error.to_string()))?;
        let mut builder = Platform::builder()
            .journal_bytes(JOURNAL_BYTES)
            .seed(self.seed)
            .ports(ports)
            .origin(profile.return_origin())
            .service(ServiceUrls { redirect: urls.redirect, notify: urls.notify })
            .switches(profile.switches.clone());
        if let Some(version) = &profile.declares.stripe_api_version {
            builder = builder.stripe_api_version(version);
        }
        if let Some(tls) = &self.tls {
            builder = builder.tls(tls.clone());
        }
        let platform = builder.start().await.map_err(up::start_failure)?;
        let endpoints =
            serde_json::from_value(platform.ready_file()).map_err(|error| Stop::suite(error.to_string()))?;
        Ok((platform, endpoints))
    }
}

/// Worlds like that of the run, for a service that there can be several of.
pub(crate) struct More {
    fakes: Fakes,
    launcher: Arc<dyn Launcher>,
}

impl More {
    /// Nothing for a service of which there is but one.
    pub(crate) fn of(fakes: &Fakes, launcher: &Arc<dyn Launcher>) -> Option<Arc<dyn Worlds>> {
        launcher
            .copy()
            .is_some()
            .then(|| -> Arc<dyn Worlds> { Arc::new(Self { fakes: fakes.clone(), launcher: Arc::clone(launcher) }) })
    }

    async fn make(&self) -> Result<Another, String> {
        let copy = self.launcher.copy().ok_or("there is but one of the service")?;
        let launcher = copy.await.map_err(|error| error.to_string())?;
        let started = self.fakes.start(&launcher.base(), Ports::Free).await;
        let (platform, endpoints) = started.map_err(|stop| stop.message)?;
        Ok(Another { endpoints, launcher, fakes: Box::new(platform) })
    }
}

impl Worlds for More {
    fn another(&self) -> BoxFuture<'_, Result<Another, String>> {
        Box::pin(self.make())
    }
}
