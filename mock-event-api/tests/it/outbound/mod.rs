//! The outbound ancestor of the API.

mod columns;
mod door;
pub(crate) mod effects;
mod finalizing;
mod registering;
mod routes;
pub(crate) mod support;
mod users;
