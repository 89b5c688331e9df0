//! The program from outside: what it prints, which files it writes, how it exits.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a helper that fails fails its test")]

mod certify;
mod crowd;
mod dependencies;
mod env;
mod examples;
mod help;
mod histories;
mod init;
mod page;
mod program;
mod readme;
mod refusals;
mod reports;
mod switches;
mod tell;
mod tls;
mod up;
mod walk;
