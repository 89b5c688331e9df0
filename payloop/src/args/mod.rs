//! The command line, as clap reads it.

mod certify;
mod cli;
mod drive;
mod init;
mod later;
mod reports;
mod secure;
mod tell;
mod up;

pub(crate) use certify::{Certify, Selftest};
pub(crate) use cli::{Cli, Command, DEFAULT_SEED};
pub(crate) use drive::{Clock, Deliveries, Door, Fault, Outcome, Pay};
pub(crate) use init::Init;
pub(crate) use reports::{Diff, Merge, Verify};
pub(crate) use secure::Secure;
pub(crate) use tell::{Env, Explain, Format, List};
pub(crate) use up::{ClockArg, Up};
