//! C-N: the notification of a payment, and what the service makes of it.

pub mod completed;
pub mod delayed;
pub mod foreign;
pub mod payload;
pub mod refused;
pub mod returning;
pub mod separate;
pub(crate) mod shared;
pub mod slow;
