//! C-L: outbound marketing, the ancestor of real-time journeys. Only for services that declare it.

pub mod amount;
pub mod finalize;
pub mod late;
mod shared;
