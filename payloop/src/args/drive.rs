//! The flags of the commands that drive a platform that is up: `pay`, `clock`, `fault` and `deliveries`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use url::Url;

use super::secure::Trusted;

/// `payloop pay`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  payloop pay http://127.0.0.1:4404/b/test_…
  payloop pay http://127.0.0.1:4405/GatewayRedirect/PayWithStripe?purchaseId=…
  payloop pay URL --card 4000000000000002      a card that is declined")]
pub(crate) struct Pay {
    /// The payment link, the checkout page, or the redirectUrl of a registration
    #[arg(value_name = "URL")]
    pub(crate) url: Url,
    /// The card number to type
    #[arg(long, value_name = "NUMBER", conflicts_with = "outcome")]
    pub(crate) card: Option<String>,
    /// How it is to end [default: paid]
    #[arg(long, value_enum)]
    pub(crate) outcome: Option<Outcome>,
    /// What `up --ready-file` wrote, which names the authority of a platform over https
    #[arg(long, value_name = "FILE")]
    pub(crate) ready_file: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) trusted: Trusted,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Outcome {
    /// With a card that works
    Paid,
    /// With a card that is declined
    Declined,
    /// With a payment that is confirmed later
    Async,
    /// Look at the page and leave
    Abandon,
}

/// `payloop clock`.
#[derive(Debug, Subcommand)]
pub(crate) enum Clock {
    /// Move the world's time forward; everything that falls due on the way happens, in order
    #[command(after_help = "\
Examples:
  payloop clock advance 31m
  payloop clock advance '2h 5m'
  payloop clock advance 3d")]
    Advance {
        /// How far: 31m, 2h 5m, 3d, PT31M
        #[arg(value_name = "DURATION", num_args = 1.., required = true)]
        by: Vec<String>,
        #[command(flatten)]
        door: Door,
    },
}

/// `payloop fault`.
#[derive(Debug, Subcommand)]
pub(crate) enum Fault {
    /// Show the plans in force and how far each has come
    List {
        #[command(flatten)]
        door: Door,
    },
    /// Put a plan in force
    #[command(after_help = "\
Examples:
  payloop fault add '{\"match\":{\"fake\":\"dataverse\"},\"times\":3,\"effect\":{\"kind\":\"answer\",\"status\":429}}'
  payloop fault add --file plan.json")]
    Add {
        /// The plan as JSON; `fixtures/openapi/control.yaml` describes it
        #[arg(value_name = "JSON", required_unless_present = "file")]
        plan: Option<String>,
        /// Read the plan from this file
        #[arg(long, value_name = "FILE", conflicts_with = "plan")]
        file: Option<PathBuf>,
        #[command(flatten)]
        door: Door,
    },
    /// Take a plan away
    Remove {
        /// Its number
        #[arg(value_name = "ID")]
        id: u64,
        #[command(flatten)]
        door: Door,
    },
}

/// `payloop deliveries`.
#[derive(Debug, Subcommand)]
pub(crate) enum Deliveries {
    /// Show every delivery and its attempts
    List {
        #[command(flatten)]
        door: Door,
    },
    /// Send a delivery again, now
    Resend {
        /// Its number
        #[arg(value_name = "NUMBER")]
        number: u64,
        #[command(flatten)]
        door: Door,
    },
}

/// Which running platform is meant.
#[derive(Debug, Args)]
pub(crate) struct Door {
    /// The control API
    #[arg(long, value_name = "URL", env = "PAYLOOP_CONTROL", default_value = DEFAULT_CONTROL)]
    pub(crate) control: Url,
    /// Read what `up --ready-file` wrote, instead of --control
    #[arg(long, value_name = "FILE")]
    pub(crate) ready_file: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) trusted: Trusted,
}

const DEFAULT_CONTROL: &str = "http://127.0.0.1:4400";
