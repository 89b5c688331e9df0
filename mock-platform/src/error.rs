//! Why a platform did not start.

use mock_core::server::ServeError;
use thiserror::Error;

/// Why a platform did not start.
#[derive(Debug, Error)]
pub enum PlatformError {
    /// A port is not to be had.
    #[error(transparent)]
    Serve(#[from] ServeError),
    /// The port base leaves no room for all listeners.
    #[error("port base {0} is too high: the platform takes the seven ports from there on; choose one up to 65529")]
    PortBase(u16),
    /// The fake Dataverse cannot be set up like this.
    #[error("failed to set up Dataverse: {0}")]
    Dataverse(#[from] mock_dataverse::ConfigError),
    /// There is no certificate to listen with.
    #[error(transparent)]
    Tls(#[from] mock_core::tls::TlsError),
    /// The scenario cannot be loaded.
    #[error("failed to load the scenario: {0}")]
    Scenario(#[from] mock_dataverse::event_management::ScenarioError),
    /// A switch cannot start as it is asked to.
    #[error("[switches]: {0}")]
    Switch(#[from] mock_core::SwitchError),
    /// The scenario has no event with a pass, so there would be nothing to register for.
    #[error("the scenario has no event with a pass; add an [[event]] with an [[event.pass]]")]
    NoSample,
}
