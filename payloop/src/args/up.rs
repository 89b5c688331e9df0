//! The flags of `up`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use mock_platform::Fake;
use mock_stripe::RateLimits;
use mock_stripe::control::dto::RateLimiting;

use super::cli::DEFAULT_SEED;
use super::later::Later;
use super::secure::Secure;

/// `payloop up`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  payloop up                                    everything on 4400 to 4406
  payloop up --own-service                      your own service, with what `env` prints
  payloop up --config payloop.toml              the same, by its redirect_url and notify_url
  payloop up --port-base 0 --ready-file r.json  free ports; r.json says which, once all listen
  payloop up --only stripe                      one fake alone
  payloop up --tls                              https, with an authority of its own (docs/tls.md)

The profile's [service] section names your service:
  [service]
  redirect_url = \"http://127.0.0.1:7202/GatewayRedirect/PayWithStripe\"
  notify_url   = \"http://127.0.0.1:7202/GatewayEvents/HandleStripeEvent\"

Its [switches] section says where ambiguity switches stand from the start on:
  [switches]
  AMB-1 = \"fault\"")]
pub(crate) struct Up {
    /// A profile (payloop.toml) that names your own service
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// Start no completion service: yours takes the port behind the fakes' (base + 5), or the URLs of its profile
    #[arg(long)]
    pub(crate) own_service: bool,
    /// First of the ports; 0 picks free ones
    #[arg(long, value_name = "N", default_value_t = mock_platform::DEFAULT_PORT_BASE)]
    pub(crate) port_base: u16,
    /// Listen for this fake alone (repeatable): event-api, dataverse, stripe
    #[arg(long, value_name = "FAKE")]
    pub(crate) only: Vec<Fake>,
    /// How the world's time passes
    #[arg(long, value_enum, default_value_t = ClockArg::Real)]
    pub(crate) clock: ClockArg,
    /// Seed of ids and secrets; the same seed gives the same ones
    #[arg(long, value_name = "N", default_value_t = DEFAULT_SEED)]
    pub(crate) seed: u64,
    /// The Stripe account's API version, and so that of its webhooks [default: the profile's, else 2026-07-29.dahlia]
    #[arg(long, value_name = "VERSION", value_parser = api_version)]
    pub(crate) stripe_api_version: Option<String>,
    /// How many calls Stripe lets in: off, sandbox, live, or so many a second
    #[arg(long, value_name = "LIMITS", value_parser = rate_limits, default_value = "off")]
    pub(crate) stripe_rate_limits: RateLimiting,
    /// The set-up to start with, as TOML: web applications, payment providers, events; one event needs a pass
    #[arg(long, value_name = "FILE")]
    pub(crate) scenario: Option<PathBuf>,
    /// A table of your own for Dataverse, as TOML (repeatable)
    #[arg(long, value_name = "FILE")]
    pub(crate) dataverse_schema: Vec<PathBuf>,
    /// Custom APIs of your own for Dataverse with canned answers, as TOML (repeatable)
    #[arg(long, value_name = "FILE")]
    pub(crate) dataverse_operations: Vec<PathBuf>,
    /// A certificate (PEM or DER in base64) that the application may sign in to Entra ID with, besides its secret (repeatable)
    #[arg(long, value_name = "FILE")]
    pub(crate) dataverse_certificate: Vec<PathBuf>,
    /// Hold callers of Dataverse to the documented service protection limits
    #[arg(long)]
    pub(crate) dataverse_limits: bool,
    /// Write this file, at once and whole, when everything listens
    #[arg(long, value_name = "FILE")]
    pub(crate) ready_file: Option<PathBuf>,
    /// Open the console in a browser
    #[arg(long)]
    pub(crate) open: bool,
    #[command(flatten)]
    pub(crate) secure: Secure,
    #[command(flatten)]
    pub(crate) later: Later,
}

fn api_version(text: &str) -> Result<String, String> {
    if mock_stripe::wire::version::is_version(text) {
        Ok(text.to_owned())
    } else {
        Err("an API version is a date and a release name, such as 2026-07-29.dahlia".to_owned())
    }
}

fn rate_limits(text: &str) -> Result<RateLimiting, String> {
    match text {
        "off" => Ok(RateLimiting::Off),
        "sandbox" => Ok(RateLimiting::Sandbox),
        "live" => Ok(RateLimiting::Live),
        number => match number.parse().map(RateLimits::per_second) {
            Ok(limits) if limits.is_sound() => Ok(RateLimiting::Custom(limits)),
            _ => Err("choose off, sandbox (25 a second), live (100), or a number of calls a second".to_owned()),
        },
    }
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum ClockArg {
    /// It follows real time
    Real,
    /// It stands still until it is advanced
    Manual,
}
