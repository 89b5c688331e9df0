//! What the service needs to know.

#[cfg(feature = "defects")]
use std::collections::BTreeSet;
use std::net::IpAddr;
use std::path::PathBuf;
use std::time::Duration;

use url::Url;

#[cfg(feature = "defects")]
use crate::defects::Defect;
use crate::domain::purchase::MissingCurrency;
use crate::domain::return_url::AllowedOrigins;
use crate::secret::Secret;

/// Everything the service is told. `README.md` has the table of variables.
#[derive(Debug, Clone)]
pub struct Config {
    /// Address to listen on.
    pub host: IpAddr,
    /// Port to listen on; 0 picks a free one.
    pub port: u16,
    /// Base URL of the Dataverse environment, without trailing slash.
    pub dataverse_url: Url,
    /// The OAuth 2.0 (v2) token endpoint.
    pub token_url: Url,
    /// Application (client) id registered in Entra.
    pub client_id: String,
    /// Its secret.
    pub client_secret: Secret,
    /// Base URL of Stripe's API.
    pub stripe_api_base: Url,
    /// Stripe's secret or restricted key.
    pub stripe_api_key: Secret,
    /// The webhook endpoint's signing secret. There is no way to run without one.
    pub stripe_webhook_secret: Secret,
    /// Origins that a buyer may be sent back to.
    pub allowed_return_origins: AllowedOrigins,
    /// PEM bundle that replaces the system's certificate authorities.
    pub ssl_cert_file: Option<PathBuf>,
    /// Forward proxies for outgoing calls.
    pub proxies: Proxies,
    /// Metadata key that carries the purchase id through Stripe.
    pub metadata_key: String,
    /// What to do with a purchase that names no currency.
    pub missing_currency: MissingCurrency,
    /// What to do with money that has no seat.
    pub late_money: LateMoney,
    /// The event platform behind Dataverse.
    pub platform: Platform,
    /// How long things may take.
    pub limits: Limits,
    /// Defects that are switched on.
    #[cfg(feature = "defects")]
    pub defects: BTreeSet<Defect>,
}

/// What happens to money that arrives after the platform gave the seat away.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum LateMoney {
    /// It goes back to the buyer.
    #[default]
    Refund,
    /// It stays, and the log calls for a human.
    Park,
}

/// The event platform, which decides in which words Dataverse is asked and told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Platform {
    /// Real-time journeys: one row has the price, one custom API finalizes.
    #[default]
    RealTime,
    /// Outbound marketing, removed in 2025: actions tell the price and finalize a temporary registration.
    Outbound,
    /// The same before version 1.13 (April 2019), when the finalize action had its older name.
    OutboundAdx,
}

/// Forward proxies, by the scheme of the target.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Proxies {
    /// For `http` targets.
    pub http: Option<Url>,
    /// For `https` targets.
    pub https: Option<Url>,
    /// Hosts that are reached directly, as in `NO_PROXY`.
    pub none: Option<String>,
}

/// Times and counts that keep the service bounded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// One outgoing call, from connecting to the last byte.
    pub call: Duration,
    /// One incoming request, until it is answered.
    pub answer: Duration,
    /// The work behind one webhook delivery, which may outlive its answer.
    pub work: Duration,
    /// Calls for one step, the first included.
    pub attempts: u32,
    /// Wait before the second call if the other side names no time; doubles each time.
    pub backoff: Duration,
    /// Largest webhook body in bytes.
    pub body: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            call: Duration::from_secs(7),
            answer: Duration::from_secs(9),
            work: Duration::from_secs(25),
            attempts: 4,
            backoff: Duration::from_millis(200),
            body: 256 * 1024,
        }
    }
}

/// All that is wrong with the environment.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the configuration has {} problem(s):\n- {}", problems.len(), problems.join("\n- "))]
pub struct ConfigError {
    /// One line each, beginning with the variable's name.
    pub problems: Vec<String>,
}

impl Config {
    /// The scope of the token: everything the application may do in this environment.
    pub(crate) fn scope(&self) -> String {
        format!("{}/.default", self.dataverse_url.as_str().trim_end_matches('/'))
    }

    /// Whether our Stripe key moves real money, if it shows: `Some(true)` live, `Some(false)` test.
    pub(crate) fn livemode(&self) -> Option<bool> {
        let mut parts = self.stripe_api_key.expose().split('_').skip(1);
        match parts.next() {
            Some("live") => Some(true),
            Some("test") => Some(false),
            _ => None,
        }
    }
}
