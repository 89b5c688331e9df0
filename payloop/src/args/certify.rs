//! The flags of the commands that judge: `certify` and `selftest`.

use std::path::PathBuf;

use clap::{ArgGroup, Args};
use contract_tests::Share;
use url::Url;

use super::cli::DEFAULT_SEED;
use super::later::Later;
use super::secure::Secure;

/// `payloop certify`.
#[derive(Debug, Args)]
#[command(group(ArgGroup::new("target").args(["service", "exec", "demo_defect"])), after_help = "\
Examples:
  payloop certify
  payloop certify --exec './acme-completion'          starts it with PORT, DATAVERSE_URL, … set
  payloop certify --service http://127.0.0.1:7202     runs already, was given `payloop env`
  payloop certify --tls --exec './acme-completion'    over https; SSL_CERT_FILE names the authority
  payloop certify --case 'C-R*' --case C-N01
  payloop certify --junit out.xml --json report.json
  payloop certify --report-dir out                    all reports, and a transcript for `payloop verify out`
  payloop certify --snapshot snapshots                fails when the service sends something else than it did
  payloop certify --rerun-failed out/report.json      only what was red
  payloop certify --partition 1/3 --json 1.json       a third of the cases; `payloop merge` joins them
  payloop certify --demo-defect docs-sample           what failures look like
  payloop certify --examples 2000 --seed 7            more generated histories besides the cases
  payloop certify --history out/histories/INV-2-7-42.history

Exit codes: 0 conformant, 1 not conformant, 2 usage, 3 configuration error, 4 suite error")]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of its own on the command line")]
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
    /// How much to demand: core, resilient or secure; each includes the ones before it [default: core, or what --case needs]
    #[arg(long, value_name = "LEVEL")]
    pub(crate) level: Option<String>,
    /// Only cases whose id matches (repeatable; * and ?)
    #[arg(long, value_name = "GLOB")]
    pub(crate) case: Vec<String>,
    /// Only the cases and histories that are red in this JSON report, with its level and seed
    #[arg(long, value_name = "FILE", conflicts_with_all = ["case", "level", "seed", "partition"])]
    pub(crate) rerun_failed: Option<PathBuf>,
    /// Only share I of N of the cases, always the same ones
    #[arg(long, value_name = "I/N")]
    pub(crate) partition: Option<Share>,
    /// The edition that says which cases score [default: the newest]
    #[arg(long, value_name = "NAME")]
    pub(crate) edition: Option<String>,
    /// Seed of ids and of everything generated
    #[arg(long, value_name = "N", default_value_t = DEFAULT_SEED)]
    pub(crate) seed: u64,
    /// How many generated examples: histories, prices, return URLs, signature headers [default: 256 at
    /// level secure, else 0]
    #[arg(long, value_name = "N")]
    pub(crate) examples: Option<usize>,
    /// Play the histories of this file (or those that failed in this JSON report), and no cases unless --case names some (repeatable)
    #[arg(long, value_name = "FILE")]
    pub(crate) history: Vec<PathBuf>,
    /// Write all reports, and the transcript that proves them, into this folder
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
    /// Keep what the service sends and answers in canonical scenarios in this folder, and fail when it differs
    #[arg(long, value_name = "DIR")]
    pub(crate) snapshot: Option<PathBuf>,
    /// Take over what differs from the snapshots
    #[arg(long, requires = "snapshot")]
    pub(crate) accept: bool,
    /// Write a file of known failures for what did not hold to standard output
    #[arg(long)]
    pub(crate) print_known: bool,
    /// Say where the time of the run went
    #[arg(long)]
    pub(crate) timings: bool,
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
    pub(crate) secure: Secure,
    #[command(flatten)]
    pub(crate) later: Later,
}

/// `payloop selftest`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  payloop selftest
  payloop selftest --defect redirect-301
  payloop selftest --switches
  payloop selftest --histories
  payloop selftest --all-cases
  payloop selftest --runs 20
  payloop selftest --json matrix.json")]
pub(crate) struct Selftest {
    /// Only this defect (repeatable)
    #[arg(long, value_name = "NAME")]
    pub(crate) defect: Vec<String>,
    /// Only the right services, under every other answer to every open question, against the cases of all levels (beside the rest: of core)
    #[arg(long, conflicts_with = "defect")]
    pub(crate) switches: bool,
    /// Each defect against all cases of its level, to see who else notices; without it, against the case that must
    #[arg(long, conflicts_with = "switches")]
    pub(crate) all_cases: bool,
    /// Only generated histories: they must find each of the defects that show in the order of things, and nothing in the right services
    #[arg(long, conflicts_with_all = ["switches", "all_cases", "runs"])]
    pub(crate) histories: bool,
    /// So many whole runs, which have to agree on every row
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u8).range(1..=100))]
    pub(crate) runs: u8,
    /// Seed of every run
    #[arg(long, value_name = "N", default_value_t = DEFAULT_SEED)]
    pub(crate) seed: u64,
    /// Write the matrix as JSON; - writes it to standard output
    #[arg(long, value_name = "FILE")]
    pub(crate) json: Option<PathBuf>,
}
