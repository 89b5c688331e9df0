//! Where buyers may be sent: S-O01 to S-O11.

pub mod bytes;
pub mod foreign;
pub mod forwarded;
pub mod long;
pub mod look_alike;
pub mod relative;
mod shared;
