//! The outbound ancestor of the API, below its own base path.

mod registrations;
mod routes;
mod users;

pub(super) use routes::router;
pub use routes::{ABSENT, BASE_PATH, OPERATIONS};
