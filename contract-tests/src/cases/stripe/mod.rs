//! R-P: Stripe's API in its documented bad moods.

pub mod broken;
pub mod hints;
pub mod late;
pub mod lookup;
pub mod refused;
pub(crate) mod shared;
