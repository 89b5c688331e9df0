//! The control API: what a test or a person may ask of a world and do to it, over HTTP and JSON, from any language.

mod client;
mod door;
pub mod dto;
mod live;
mod reads;
mod routes;

pub use client::{Control, ControlError};
pub use routes::{Problem, ROUTES, answer, body_of, router};
