//! Asks a service what it is like, by what it does: the beginning of a profile for somebody who has none.

mod behaviour;
mod page;
mod paths;

pub use behaviour::{Behaviour, behaviour};
pub use page::profile_text;
pub use paths::{Paths, Wanted, paths};

use std::sync::Arc;

use futures_util::FutureExt as _;
use thiserror::Error;

use crate::model::{Case, Level, Needs, Stop, Strength};
use crate::report::Problem;
use crate::runner::{Bench, Ctx, Item, RunError};
use crate::target::LaunchError;

/// A probe acts like a case, but is none: it has no clause and no verdict.
static PROBE: Case = Case {
    id: "probe",
    title: "asks what the service is like",
    level: Level::Core,
    strength: Strength::Info,
    clause: "",
    sources: &[],
    needs: Needs::ALONE,
    run: |_| std::future::ready(Ok(())).boxed(),
};

/// Why a service could not be asked.
#[derive(Debug, Error)]
pub enum ProbeError {
    /// The bench does not stand.
    #[error(transparent)]
    Bench(#[from] RunError),
    /// The service did not start.
    #[error("the service did not start: {0}")]
    Launch(#[from] LaunchError),
    /// A path that a profile cannot do without was not found.
    #[error("{0}")]
    NotFound(String),
    /// It answers, but is not connected to the fakes.
    #[error("the service is not connected to the bench")]
    NotConnected(Vec<Problem>),
    /// The bench broke.
    #[error("the bench broke: {0}")]
    Suite(String),
}

impl From<Stop> for ProbeError {
    fn from(stop: Stop) -> Self {
        match stop {
            Stop::Failed => Self::Suite("the service did not do what the question needs".to_owned()),
            Stop::Suite(why) | Stop::NotTestable(why) | Stop::NotApplicable(why) => Self::Suite(why),
        }
    }
}

fn context(bench: &Arc<Bench>) -> Ctx {
    Ctx::new(Arc::clone(bench), Item { case: &PROBE, under: None })
}
