//! What a run needs, and the bench that is made from it.

use std::collections::BTreeMap;
use std::sync::Arc;

use mock_core::World;
use mock_core::contract::Contract;
use mock_core::control::Control;
use mock_core::tls::{certificates, fresh_http_client_trusting, http_client_trusting};
use thiserror::Error;
use url::Url;

use super::bench::{Bench, Options};
use super::plan::PlanError;
use crate::Endpoints;
use crate::check::secrets::Sought;
use crate::target::{EnvError, Launcher, Profile, ProfileError, Scratch, Worlds, environment};

/// The published contract of a completion service.
pub(crate) const CONTRACT: &str = include_str!("../../../fixtures/openapi/completion-service.yaml");

/// What a run needs.
pub struct Setup {
    /// Where the fakes answer. Their Stripe must deliver to the service's webhook endpoint already.
    pub endpoints: Endpoints,
    /// What the service declares.
    pub profile: Profile,
    /// How it is started.
    pub launcher: Arc<dyn Launcher>,
    /// What is asked of the run.
    pub options: Options,
    /// Who makes more worlds like this one. What is generated is then played in those, while cases wait.
    pub worlds: Option<Arc<dyn Worlds>>,
}

impl std::fmt::Debug for Setup {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Setup").field("options", &self.options).finish_non_exhaustive()
    }
}

/// Why there was no run at all: a mistake in what was asked for, not in the service.
#[derive(Debug, Error)]
pub enum RunError {
    /// The patterns mean nothing.
    #[error(transparent)]
    Plan(#[from] PlanError),
    /// The profile does not work out.
    #[error(transparent)]
    Profile(#[from] ProfileError),
    /// Its templates do not.
    #[error(transparent)]
    Env(#[from] EnvError),
    /// The control API's address is no URL.
    #[error("the control API's address {0:?} is not a URL")]
    Control(String),
    /// The file with the authority of the run cannot be used.
    #[error("failed to read the certificate authority {path}: {why}")]
    Authority {
        /// The file.
        path: String,
        /// What is wrong with it.
        why: String,
    },
    /// The folder for what the service keeps cannot be made.
    #[error("failed to make the folder {{scratch}} of the profile's [env]: {0}")]
    Scratch(std::io::Error),
    /// The contract does not compile. A fault of ours.
    #[error("the contract of a completion service does not compile: {0}")]
    Contract(String),
}

/// A bench whose service has yet to be started.
pub(crate) struct Connected {
    pub(crate) bench: Arc<Bench>,
    /// The environment that the service is to be started with.
    pub(crate) env: BTreeMap<String, String>,
    /// The folder for what the service keeps, there as long as this is.
    pub(crate) scratch: Scratch,
}

/// The bench of a run.
pub(crate) fn connect(setup: Setup) -> Result<Connected, RunError> {
    let Setup { endpoints, profile, launcher, options, worlds } = setup;
    let base = launcher.base();
    let urls = profile.urls(&base)?;
    let env = environment(&endpoints, &profile, &base)?;
    let scratch = Scratch::make(&profile, &base).map_err(RunError::Scratch)?;
    let control: Url = endpoints.control.url.parse().map_err(|_| RunError::Control(endpoints.control.url.clone()))?;
    let contract =
        Contract::shared("completion-service", CONTRACT).map_err(|error| RunError::Contract(error.to_string()))?;
    let own = World::builder().seed(options.seed).build();
    let authority = authority(&endpoints)?;
    let (http, visitors) = match authority.as_slice() {
        [] => (mock_core::http_client(), mock_core::fresh_http_client()),
        trusted => (http_client_trusting(trusted.to_vec()), fresh_http_client_trusting(trusted.to_vec())),
    };
    let strangers = http_client_trusting(authority.clone());
    let control = Control::over(http.clone(), &control);
    let sought = Sought::of(vec![
        ("client secret", endpoints.entra.client_secret.clone()),
        ("stripe key", endpoints.stripe.api_key.clone()),
        ("webhook secret", endpoints.stripe.webhook_secret.clone()),
    ]);
    let bench = Bench {
        endpoints,
        control,
        http,
        visitors,
        strangers,
        authority,
        profile,
        urls,
        launcher,
        worlds,
        env: env.clone(),
        options,
        own,
        contract,
        sought,
    };
    Ok(Connected { bench: Arc::new(bench), env, scratch })
}

/// The certificates of the run's authority; none in plain http.
fn authority(endpoints: &Endpoints) -> Result<Vec<reqwest::Certificate>, RunError> {
    let Some(path) = &endpoints.ca_cert else { return Ok(Vec::new()) };
    let failed = |why: String| RunError::Authority { path: path.display().to_string(), why };
    let pem = std::fs::read_to_string(path).map_err(|error| failed(error.to_string()))?;
    certificates(&pem).map_err(|error| failed(error.to_string()))
}
