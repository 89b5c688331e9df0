//! Is it really Stripe? S-W01 to S-W15: deliveries that are not, or not any more, or not ours, beside those that are.

pub mod copied;
pub mod forged;
pub mod header;
pub mod other_mode;
pub mod rolling;
pub mod secrets;
mod shared;
pub mod stale;
pub mod unconfigured;

pub(crate) use shared::{Forgery, event, waiting};
