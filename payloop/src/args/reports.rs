//! The flags of the commands that read reports: `merge`, `diff` and `verify`.

use std::path::PathBuf;

use clap::Args;

/// `payloop merge`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  payloop certify --partition 1/2 --json 1.json       on one machine
  payloop certify --partition 2/2 --json 2.json       on another
  payloop merge 1.json 2.json --json report.json --junit out.xml")]
pub(crate) struct Merge {
    /// The JSON reports of all shares
    #[arg(value_name = "FILE", required = true)]
    pub(crate) reports: Vec<PathBuf>,
    /// Write a JSON report; - writes it to standard output
    #[arg(long, value_name = "FILE")]
    pub(crate) json: Option<PathBuf>,
    /// Write a JUnit report
    #[arg(long, value_name = "FILE")]
    pub(crate) junit: Option<PathBuf>,
}

/// `payloop diff`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  payloop diff main.json pull-request.json
  payloop diff old.json new.json --json | jq '.changes[].case'")]
pub(crate) struct Diff {
    /// The JSON report of before
    #[arg(value_name = "OLD")]
    pub(crate) old: PathBuf,
    /// The JSON report of now
    #[arg(value_name = "NEW")]
    pub(crate) new: PathBuf,
    /// As JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// `payloop verify`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  payloop certify --level resilient --report-dir out
  payloop verify out
  payloop verify out --seal 6b86b273…    the seal that the run printed, where you have it from somebody you trust")]
pub(crate) struct Verify {
    /// The folder that `certify --report-dir` wrote
    #[arg(value_name = "DIR")]
    pub(crate) folder: PathBuf,
    /// The seal that the transcript must have
    #[arg(long, value_name = "HASH")]
    pub(crate) seal: Option<String>,
}
