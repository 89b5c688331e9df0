//! The program and its commands.

use clap::{Parser, Subcommand};

use super::certify::{Certify, Selftest};
use super::drive::{Clock, Deliveries, Fault, Pay};
use super::init::Init;
use super::reports::{Diff, Merge, Verify};
use super::tell::{Env, Explain, List};
use super::up::Up;

/// The seed of `up`, `certify` and `env`.
pub(crate) const DEFAULT_SEED: u64 = 1;

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
    /// Ask a service what it is like, and write a first profile
    ///
    /// Starts the fakes, lets the service meet them, and looks: where it answers, what it sells with, in which order it works, what it does with
    /// money that comes too late, which currencies it takes. Writes what it found as payloop.toml.
    Init(Box<Init>),
    /// Prove the suite: every known defect must be caught by the case that names it
    ///
    /// Runs the suite against the service that comes along: as it is, where nothing may fail, and with each known defect, which must be
    /// caught by the very case that names it. The right ones are also run under every other answer to every open question. A row
    /// goes wrong when the case alone does not notice its defect, whoever else does.
    Selftest(Selftest),
    /// Join the JSON reports of a run's shares
    ///
    /// Every share of `certify --partition I/N` has to be there exactly once. Writes what one run would have written, and exits as it would
    /// have.
    Merge(Merge),
    /// Say what changed between two JSON reports
    ///
    /// Exits with 1 when a case is red that was not, or is judged no more.
    Diff(Diff),
    /// Prove a report folder: make every verdict again from its transcript, without the service
    ///
    /// Checks that no line of the transcript was changed since it was written, judges every case anew by what the transcript holds, and
    /// compares the reports beside it. Exits with 1 when something does not agree.
    Verify(Verify),
    /// List cases, defects and ambiguity switches
    List(List),
    /// Explain a case, an invariant, a defect or an ambiguity switch
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

#[cfg(test)]
mod tests {
    use super::Cli;
    use clap::CommandFactory as _;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }
}
