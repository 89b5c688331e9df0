//! R-M: prices, currencies and their smallest units.

pub mod changing;
pub mod currencies;
pub mod extremes;
pub mod fractions;
pub mod round_trip;
pub(crate) mod shared;
