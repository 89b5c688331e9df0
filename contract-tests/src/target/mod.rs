//! The service under test: what it declares, where it answers, how it is started.

mod budget;
mod env;
mod exec;
mod external;
mod launcher;
mod platform;
mod profile;
mod scratch;
mod worlds;

pub use budget::Span;
pub use env::{EnvError, environment};
pub use exec::Exec;
pub use external::External;
pub use launcher::{LaunchError, Launcher};
pub use platform::EventPlatform;
pub use profile::{Budgets, Declares, Finalize, LateMoney, Personal, Profile, ProfileError, Protocol, Service, Urls};
pub use scratch::Scratch;
pub use worlds::{Another, Worlds};
