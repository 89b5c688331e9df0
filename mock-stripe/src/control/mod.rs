//! What a test may ask of the fake and do to it: deliveries, holds, the endpoint and its secrets, pending payments, disputes, the ledger. Never reachable from
//! the public port.

mod compose;
mod composing;
mod deliveries;
pub mod dto;
mod endpoint;
mod ledger;
mod rolling;
mod routes;
mod settings;
mod verdicts;
mod wishes;

pub use routes::ROUTES;
pub(crate) use routes::router;
