#![doc = include_str!("../README.md")]

mod clock;
mod connection;
pub mod contract;
pub mod control;
mod exchange;
pub mod faults;
pub mod form;
mod ids;
pub mod journal;
mod outbound;
pub mod patience;
pub mod redact;
mod scheduler;
pub mod server;
mod switches;
pub mod tls;
mod world;

pub use clock::{Clock, ClockMode};
pub use exchange::{Dialect, Exchange};
pub use ids::{Ids, Kind as IdKind};
pub use jiff::{SignedDuration, Timestamp};
pub use outbound::{Answered, Outbound, OutboundError, Outgoing, fresh_http_client, http_client, separate_http_client};
pub use redact::Secrets;
pub use scheduler::{Job, JobId, Scheduler};
pub use server::{Dressed, Face};
pub use switches::{Setting, Switch, SwitchError, SwitchValue, Switches};
pub use world::{Advanced, Places, Stateful, World, WorldBuilder};
