//! The control routes: what a test may seed, poke or ask of this fake. Never reachable from its public faces.

mod certificates;
pub mod dto;
mod operations;
mod protection;
mod routes;
mod rows;
mod schema;
mod tokens;

pub use routes::ROUTES;
pub(crate) use routes::router;
