#![doc = include_str!("../README.md")]

mod access;
mod api;
pub mod control;
mod error;
pub mod http;
mod png;
mod qr;
pub mod wire;

pub use access::{Admitted, OriginRules, admit, preflight};
pub use api::{Config, EventApi};
pub use error::{EventApiDialect, Refusal};
