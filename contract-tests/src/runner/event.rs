//! What a run tells its listeners, as it happens. Reporters only listen.

use crate::model::{Level, Verdict};
use crate::report::{CaseReport, Problem, Report};

/// Something that happened in a run.
#[derive(Clone, Copy, Debug)]
pub enum Event<'a> {
    /// The service is being started or looked for.
    Starting {
        /// Its name.
        service: &'a str,
    },
    /// Preflight found nothing wrong.
    Connected {
        /// How many cases will run.
        cases: usize,
        /// At which level.
        level: Level,
        /// The seed.
        seed: u64,
    },
    /// Preflight found something wrong.
    Misconfigured {
        /// What, with causes and cures.
        problems: &'a [Problem],
    },
    /// A case begins.
    CaseStarted {
        /// Its name, with the switch value it runs under.
        name: &'a str,
    },
    /// A case is over.
    CaseFinished {
        /// Everything about it.
        case: &'a CaseReport,
        /// How many are over now.
        done: usize,
        /// How many there are.
        total: usize,
    },
    /// Generated histories begin.
    HistoriesStarted {
        /// How many of each family.
        examples: usize,
    },
    /// They are over.
    HistoriesFinished {
        /// Everything about them.
        histories: &'a crate::histories::HistoriesReport,
    },
    /// The run is over.
    Finished {
        /// Everything about it.
        report: &'a Report,
    },
}

impl Event<'_> {
    /// The verdict of a finished case.
    pub fn verdict(&self) -> Option<Verdict> {
        match self {
            Self::CaseFinished { case, .. } => Some(case.verdict),
            _ => None,
        }
    }
}
