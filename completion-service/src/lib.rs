#![doc = include_str!("../README.md")]

mod app;
mod clients;
mod clock;
pub mod config;
#[cfg(feature = "defects")]
pub mod defects;
#[cfg(not(feature = "defects"))]
mod defects;
pub mod domain;
mod env;
mod error;
mod flows;
mod http;
mod log;
mod memory;
pub mod secret;
mod server;

pub use config::{Config, ConfigError};
#[cfg(feature = "defects")]
pub use defects::{Defect, STORIES, Story};
pub use error::Error;
pub use log::Log;
pub use server::{Running, serve, serve_logged, start};
