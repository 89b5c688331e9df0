//! How goods get to the buyer: shipping rates, and where they are sent.

mod countries;
mod rate;

pub use countries::COUNTRIES;
pub use rate::{Bound, ShippingOption, ShippingRate};
