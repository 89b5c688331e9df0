//! What a test may ask of the fake and do to it: deliveries, holds, the endpoint, pending payments, the ledger. Never reachable from
//! the public port.

mod compose;
mod deliveries;
pub mod dto;
mod endpoint;
mod ledger;
mod routes;

pub use routes::ROUTES;
pub(crate) use routes::router;
