//! Stripe's error object: every refusal of the API, and the one place that knows its status codes and wording.
//!
//! Source: the table of `facts/stripe.md` 3, after <https://docs.stripe.com/api/errors>.

mod access;
mod discount;
mod dispute;
mod lookup;
mod object;
mod parameter;
mod work;

pub(crate) use lookup::MAX_EXPAND;
pub(crate) use object::log_url;
pub use object::{Error, Kind};
