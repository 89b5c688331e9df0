//! C-R: the redirect request, from the registration's link to the payment page.

pub mod contract;
pub mod head;
pub mod identity;
pub mod money;
pub mod reading;
pub mod refusals;
pub mod return_url;
mod shared;

pub(crate) use shared::{leads_to_stripe, nothing_at_stripe};
