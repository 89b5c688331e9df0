//! The command line of payloop: arguments in, exit codes out, and nothing in between that another program could want.

mod agreement;
mod args;
mod authority;
mod browser;
mod bundled;
mod catalogue;
mod certify;
mod clock;
mod deliveries;
mod diff;
mod door;
mod embedded;
mod env;
mod exit_code;
mod explain;
mod fault;
mod hunt;
mod hunted;
mod init;
mod kept;
mod list;
mod matrix;
mod merge;
mod near;
mod other_answers;
mod output;
mod page;
mod pay;
mod progress;
mod ready_file;
mod screen;
mod selftest;
mod signal;
mod snapshots;
mod subjects;
mod trust;
mod unproven;
mod up;
mod verify;
mod worlds;

use std::process::ExitCode;

use clap::Parser as _;
use tokio::runtime::Builder;

use crate::args::{Cli, Command};
use crate::exit_code::{Exit, Stop};

/// The fakes keep every exchange and answer many small ones: with this allocator a whole loop takes about a fifth less time than with
/// the system's.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            // Help and version are asked for; everything else is a wrong command line. Nowhere to print it is no third case.
            drop(error.print());
            return if error.use_stderr() { Exit::Usage } else { Exit::Done }.into();
        }
    };
    let exit = run(&cli.command).unwrap_or_else(|stop| {
        screen::error(&stop.message);
        stop.exit
    });
    exit.into()
}

fn run(command: &Command) -> Result<Exit, Stop> {
    match command {
        Command::Up(args) => on_runtime(up::run(args)),
        Command::Certify(args) => on_runtime(certify::run(args)),
        Command::Init(args) => on_runtime(init::run(args)),
        Command::Selftest(args) => on_runtime(selftest::run(args)),
        Command::Merge(args) => merge::run(args),
        Command::Diff(args) => diff::run(args),
        Command::Verify(args) => verify::run(args),
        Command::List(args) => list::run(args),
        Command::Explain(args) => explain::run(args),
        Command::Env(args) => env::run(args),
        Command::Pay(args) => on_runtime(pay::run(args)),
        Command::Clock(args) => on_runtime(clock::run(args)),
        Command::Fault(args) => on_runtime(fault::run(args)),
        Command::Deliveries(args) => on_runtime(deliveries::run(args)),
    }
}

fn on_runtime(command: impl Future<Output = Result<Exit, Stop>>) -> Result<Exit, Stop> {
    let runtime = Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| Stop::suite(format!("failed to start the runtime: {error}")))?;
    runtime.block_on(command)
}
