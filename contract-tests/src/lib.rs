//! The contract-test suite: drives any registration completion service as a black box through the whole payment loop, and says what is wrong,
//! why, and how to see it again. It acts only through public APIs and the control API over HTTP.
//!
//! [`run`] is the way in; [`report`] holds the views of what comes out. `src/cases/README.md` says how a case is written.

pub mod buyer;
pub mod cases;
pub mod check;
pub mod evidence;
pub mod histories;
pub mod invariants;
mod known;
pub mod model;
mod preflight;
pub mod probe;
pub mod report;
pub mod runner;
pub mod snapshot;
pub mod steps;
pub mod target;

pub use known::{Entry as KnownEntry, Known, KnownError};
pub use mock_platform::Endpoints;
pub use model::{CASES, Case, Edition, Level, Share, Strength, Verdict};
pub use report::{Report, RunVerdict};
pub use runner::{Event, Options, Ran, RunError, Setup, run, run_recorded};
pub use target::{Another, Exec, External, LaunchError, Launcher, Profile, ProfileError, Worlds};
