#![doc = include_str!("../README.md")]
#![recursion_limit = "256"]

pub mod cli;
mod config;
pub mod control;
pub mod domain;
mod error;
mod flows;
mod http;
mod ids;
mod keys;
mod language;
mod params;
mod render;
mod settings;
mod state;
mod stripe;
mod switches;
mod table;
mod webhooks;
pub mod wire;

pub use config::Config;
pub use domain::rate::RateLimits;
pub use domain::retry::RetrySchedule;
pub use error::{Error, Kind as ErrorKind};
pub use http::routes;
pub use stripe::Stripe;
