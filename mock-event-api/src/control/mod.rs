//! The control routes: what a test may seed, poke or ask of the event-management app. Never reachable from the public face.

pub mod dto;
mod events;
mod purchases;
mod registrations;
mod routes;
mod users;

pub use routes::ROUTES;
pub(crate) use routes::router;
