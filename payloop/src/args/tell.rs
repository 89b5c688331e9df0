//! The flags of the commands that tell something: `list`, `explain` and `env`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::cli::DEFAULT_SEED;

/// `payloop list`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  payloop list
  payloop list --json | jq '.cases[].id'
  payloop list --markdown > docs/cases.md")]
pub(crate) struct List {
    /// As JSON
    #[arg(long, conflicts_with = "markdown")]
    pub(crate) json: bool,
    /// The catalogue of cases as a page
    #[arg(long)]
    pub(crate) markdown: bool,
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
  payloop env --tls                           of an `up --tls`
  payloop env --ready-file r.json             of an `up` with other ports or another seed")]
pub(crate) struct Env {
    /// How to write it
    #[arg(long, value_enum, default_value_t = Format::Dotenv)]
    pub(crate) format: Format,
    /// Read what `up --ready-file` wrote
    #[arg(long, value_name = "FILE", conflicts_with_all = ["seed", "port_base", "tls"])]
    pub(crate) ready_file: Option<PathBuf>,
    /// The seed of `up`
    #[arg(long, value_name = "N", default_value_t = DEFAULT_SEED)]
    pub(crate) seed: u64,
    /// The port base of `up`
    #[arg(long, value_name = "N", default_value_t = mock_platform::DEFAULT_PORT_BASE, value_parser = clap::value_parser!(u16).range(1..))]
    pub(crate) port_base: u16,
    /// Of an `up --tls`
    #[arg(long)]
    pub(crate) tls: bool,
    /// The authority that `up` keeps in this file; made if it is not there
    #[arg(long, value_name = "FILE", requires = "tls")]
    pub(crate) tls_ca: Option<PathBuf>,
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
