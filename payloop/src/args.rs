//! The command line.

use std::path::PathBuf;

use clap::{ArgGroup, Args, Parser, Subcommand, ValueEnum};
use mock_platform::Fake;
use mock_stripe::RateLimits;
use mock_stripe::control::dto::RateLimiting;
use url::Url;

/// Runs and certifies registration completion services for paid events, without a tenant, an account or the network.
#[derive(Debug, Parser)]
#[command(name = "payloop", version, arg_required_else_help = true, after_help = AFTER)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
}

const AFTER: &str = "\
Start here:
  payloop certify                            certify the service that comes along
  payloop certify --demo-defect docs-sample  see what failures look like
  payloop up                                 walk a paid registration by hand

Exit codes: 0 conformant, 1 not conformant, 2 usage, 3 configuration error, 4 suite error";

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Start the fakes and keep them running
    ///
    /// Starts them on one clock, one seed and one journal, and keeps them running until Ctrl-C. Unless the configuration names a service of
    /// your own, the completion service that comes along is started too (port base + 5), so that a whole paid registration can be walked
    /// through with nothing else.
    Up(Up),
    /// Judge a completion service
    ///
    /// Drives the service as a black box through the whole payment loop against the fakes, and says what is wrong, why, and how to see it
    /// again. Without --service and --exec it certifies the service that comes along.
    Certify(Box<Certify>),
    /// Prove the suite: every known defect must be caught by the case that names it
    ///
    /// Runs the suite against the service that comes along: as it is, where nothing may fail, and with each known defect, which must be
    /// caught by the very case that names it. Prints the matrix.
    Selftest(Selftest),
    /// List cases, defects and ambiguity switches
    List(List),
    /// Explain a case, a defect or an ambiguity switch
    ///
    /// Tells what a case (C-R01), a defect (by name) or an ambiguity switch (AMB-7) is about, where it comes from, and what right looks like.
    Explain(Explain),
    /// Print what a service needs to reach a running `up`
    ///
    /// The seed decides the secrets and the port base the URLs, so the values for the defaults never change: what is in your .env stays
    /// valid.
    Env(Env),
    /// Be the buyer: open a payment link and pay, without a browser
    ///
    /// Opens the page as a browser without scripts would, fills the form in, submits it, and says where the buyer was sent. Exits with 1
    /// when it did not end as asked.
    Pay(Pay),
    /// Move the world's clock
    #[command(subcommand)]
    Clock(Clock),
    /// Break exchanges on purpose
    #[command(subcommand)]
    Fault(Fault),
    /// Look at webhook deliveries and send them again
    #[command(subcommand)]
    Deliveries(Deliveries),
}

/// `payloop up`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  payloop up                                    everything on 4400 to 4405
  payloop up --config payloop.toml              your own service, by its redirect_url and notify_url
  payloop up --port-base 0 --ready-file r.json  free ports; r.json says which, once all listen
  payloop up --only stripe                      one fake alone

The profile's [service] section names your service:
  [service]
  redirect_url = \"http://127.0.0.1:7202/GatewayRedirect/PayWithStripe\"
  notify_url   = \"http://127.0.0.1:7202/GatewayEvents/HandleStripeEvent\"")]
pub(crate) struct Up {
    /// A profile (payloop.toml) that names your own service
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
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
    /// A table of your own for Dataverse, as TOML (repeatable)
    #[arg(long, value_name = "FILE")]
    pub(crate) dataverse_schema: Vec<PathBuf>,
    /// Custom APIs of your own for Dataverse with canned answers, as TOML (repeatable)
    #[arg(long, value_name = "FILE")]
    pub(crate) dataverse_operations: Vec<PathBuf>,
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

/// The seed of `up`, `certify` and `env`.
pub(crate) const DEFAULT_SEED: u64 = 1;

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum ClockArg {
    /// It follows real time
    Real,
    /// It stands still until it is advanced
    Manual,
}

/// `payloop certify`.
#[derive(Debug, Args)]
#[command(group(ArgGroup::new("target").args(["service", "exec", "demo_defect"])), after_help = "\
Examples:
  payloop certify
  payloop certify --exec './acme-completion'          starts it with PORT, DATAVERSE_URL, … set
  payloop certify --service http://127.0.0.1:7202     runs already, was given `payloop env`
  payloop certify --case 'C-R*' --case C-N01
  payloop certify --junit out.xml --json report.json
  payloop certify --demo-defect docs-sample           what failures look like

Exit codes: 0 conformant, 1 not conformant, 2 usage, 3 configuration error, 4 suite error")]
pub(crate) struct Certify {
    /// Judge the service that runs at this base URL
    #[arg(long, value_name = "URL")]
    pub(crate) service: Option<Url>,
    /// Start the service with this command, and judge it
    #[arg(long, value_name = "CMD")]
    pub(crate) exec: Option<String>,
    /// First of the fakes' ports; 0 picks free ones [default: 4400 with --service or --exec, else 0]
    #[arg(long, value_name = "N")]
    pub(crate) port_base: Option<u16>,
    /// What the service declares about itself (payloop.toml)
    #[arg(long, value_name = "FILE")]
    pub(crate) profile: Option<PathBuf>,
    /// How much to demand; this version has core
    #[arg(long, value_name = "LEVEL", default_value = "core")]
    pub(crate) level: String,
    /// Only cases whose id matches (repeatable; * and ?)
    #[arg(long, value_name = "GLOB")]
    pub(crate) case: Vec<String>,
    /// Seed of ids and of everything generated
    #[arg(long, value_name = "N", default_value_t = DEFAULT_SEED)]
    pub(crate) seed: u64,
    /// Write all reports into this folder
    #[arg(long, value_name = "DIR")]
    pub(crate) report_dir: Option<PathBuf>,
    /// Write a JUnit report
    #[arg(long, value_name = "FILE")]
    pub(crate) junit: Option<PathBuf>,
    /// Write a JSON report; - writes it to standard output
    #[arg(long, value_name = "FILE")]
    pub(crate) json: Option<PathBuf>,
    /// Known failures: a TOML file of `[[known]]` entries with case and reason
    #[arg(long, value_name = "FILE")]
    pub(crate) known: Option<PathBuf>,
    /// A warning counts as a failure
    #[arg(long)]
    pub(crate) strict: bool,
    /// Certify the service that comes along with this defect switched on
    #[arg(long, value_name = "NAME")]
    pub(crate) demo_defect: Option<String>,
    /// Run the cases even if the preflight found a configuration error
    #[arg(long)]
    pub(crate) keep_going_on_config_error: bool,
    #[command(flatten)]
    pub(crate) later: Later,
}

/// Flags of later versions. They are known by name so that they are refused, not taken for typing errors, and never accepted in silence.
#[derive(Debug, Args)]
pub(crate) struct Later {
    #[arg(long, hide = true)]
    pub(crate) tls: bool,
    #[arg(long, hide = true)]
    pub(crate) proxy: bool,
    #[arg(long, hide = true, value_name = "N")]
    pub(crate) examples: Option<String>,
    #[arg(long, hide = true, value_name = "I/N")]
    pub(crate) partition: Option<String>,
}

impl Later {
    /// The first flag given that this version does not have, and what it would need.
    pub(crate) fn missing(&self) -> Option<String> {
        let missing = |flag: &str, what: &str, instead: &str| {
            Some(format!("{flag} is not there yet: this version has no {what}; {instead}"))
        };
        if self.tls {
            return missing("--tls", "certificate authority of its own", "leave it out and use plain http URLs");
        }
        if self.proxy {
            return missing(
                "--proxy",
                "forward proxy",
                "leave it out and point the service at the URLs of `payloop env`",
            );
        }
        if self.examples.is_some() {
            return missing("--examples", "generated histories", "leave it out; every case runs once");
        }
        if self.partition.is_some() {
            return missing("--partition", "division of a run", "leave it out, or divide by --case");
        }
        None
    }
}

/// `payloop selftest`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  payloop selftest
  payloop selftest --defect redirect-301
  payloop selftest --json matrix.json")]
pub(crate) struct Selftest {
    /// Only this defect (repeatable)
    #[arg(long, value_name = "NAME")]
    pub(crate) defect: Vec<String>,
    /// Seed of every run
    #[arg(long, value_name = "N", default_value_t = DEFAULT_SEED)]
    pub(crate) seed: u64,
    /// Write the matrix as JSON; - writes it to standard output
    #[arg(long, value_name = "FILE")]
    pub(crate) json: Option<PathBuf>,
}

/// `payloop list`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  payloop list
  payloop list --json | jq '.cases[].id'")]
pub(crate) struct List {
    /// As JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// `payloop explain`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  payloop explain C-N01
  payloop explain AMB-6
  payloop explain docs-sample")]
pub(crate) struct Explain {
    /// The id of a case or switch, or the name of a defect
    #[arg(value_name = "ID")]
    pub(crate) id: String,
    /// As JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// `payloop env`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  payloop env > .env
  eval \"$(payloop env --format shell)\" && ./acme-completion
  payloop env --format appsettings > appsettings.Development.json
  payloop env --ready-file r.json             of an `up` with other ports or another seed")]
pub(crate) struct Env {
    /// How to write it
    #[arg(long, value_enum, default_value_t = Format::Dotenv)]
    pub(crate) format: Format,
    /// Read what `up --ready-file` wrote
    #[arg(long, value_name = "FILE", conflicts_with_all = ["seed", "port_base"])]
    pub(crate) ready_file: Option<PathBuf>,
    /// The seed of `up`
    #[arg(long, value_name = "N", default_value_t = DEFAULT_SEED)]
    pub(crate) seed: u64,
    /// The port base of `up`
    #[arg(long, value_name = "N", default_value_t = mock_platform::DEFAULT_PORT_BASE, value_parser = clap::value_parser!(u16).range(1..))]
    pub(crate) port_base: u16,
    /// The port that your service listens on [default: the port base + 5]
    #[arg(long, value_name = "N")]
    pub(crate) port: Option<u16>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Format {
    /// NAME=value lines
    Dotenv,
    /// One JSON object
    Json,
    /// ASP.NET's appsettings.json
    Appsettings,
    /// export NAME='value' lines for a POSIX shell
    Shell,
}

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
}

const DEFAULT_CONTROL: &str = "http://127.0.0.1:4400";

#[cfg(test)]
mod tests {
    use super::Cli;
    use clap::CommandFactory as _;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }
}
