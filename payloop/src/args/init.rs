//! The flags of `init`.

use std::path::PathBuf;

use clap::{ArgGroup, Args};
use url::Url;

use super::cli::DEFAULT_SEED;

/// `payloop init`.
#[derive(Debug, Args)]
#[command(group(ArgGroup::new("target").args(["service", "exec"]).required(true)), after_help = "\
Examples:
  payloop init --exec './acme-completion'
  payloop init --service http://127.0.0.1:7202        runs already, was given `payloop env`
  payloop init --exec './acme-completion' --redirect /buy --notify /hooks/stripe --out acme.toml")]
pub(crate) struct Init {
    /// Ask the service that runs at this base URL
    #[arg(long, value_name = "URL")]
    pub(crate) service: Option<Url>,
    /// Start the service with this command, and ask it
    #[arg(long, value_name = "CMD")]
    pub(crate) exec: Option<String>,
    /// The path of the payment page, where it is none of the usual ones
    #[arg(long, value_name = "PATH")]
    pub(crate) redirect: Option<String>,
    /// The path of the webhook endpoint, where it is none of the usual ones
    #[arg(long, value_name = "PATH")]
    pub(crate) notify: Option<String>,
    /// The service's name in reports [default: the command's or the host's]
    #[arg(long, value_name = "TEXT")]
    pub(crate) name: Option<String>,
    /// Write the profile into this file; - writes it to standard output
    #[arg(long, value_name = "FILE", default_value = "payloop.toml")]
    pub(crate) out: PathBuf,
    /// Write over a file that is there
    #[arg(long)]
    pub(crate) force: bool,
    /// First of the fakes' ports; 0 picks free ones
    #[arg(long, value_name = "N", default_value_t = mock_platform::DEFAULT_PORT_BASE)]
    pub(crate) port_base: u16,
    /// Seed of ids and secrets
    #[arg(long, value_name = "N", default_value_t = DEFAULT_SEED)]
    pub(crate) seed: u64,
}
