//! What a finished command tells the shell.

use std::process::ExitCode;

/// The exit codes; scripts depend on them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    /// 0: conformant, or the command did what it was asked.
    Done = 0,
    /// 1: not conformant: a case that must pass failed. Of `selftest`: a defect survived or a right service failed. Of `pay`: the outcome
    /// is not the one that was asked for.
    NotConformant = 1,
    /// 2: the command line is wrong, or asks for what this version does not have.
    Usage = 2,
    /// 3: the set-up is wrong and no case could tell anything: the service is not reachable, was given other secrets, a port is taken,
    /// no platform is running.
    Configuration = 3,
    /// 4: the suite or a fake broke, which is never the service's fault.
    SuiteError = 4,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

/// Why a command ended early: the code, and a message that says the next step.
#[derive(Debug)]
pub(crate) struct Stop {
    pub(crate) exit: Exit,
    pub(crate) message: String,
}

impl Stop {
    /// The command line asks for something that cannot be done.
    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Self { exit: Exit::Usage, message: message.into() }
    }

    /// The surroundings are not right.
    pub(crate) fn configuration(message: impl Into<String>) -> Self {
        Self { exit: Exit::Configuration, message: message.into() }
    }

    /// We broke.
    pub(crate) fn suite(message: impl Into<String>) -> Self {
        Self { exit: Exit::SuiteError, message: message.into() }
    }
}
