//! The far side of the Stripe CLI: sessions, the socket that events and request logs travel over, and what comes back.

mod deliver;
pub mod frames;
mod heard;
mod hub;
mod logs;
mod record;
mod sessions;
mod socket;

pub(crate) use deliver::attempt;
pub(crate) use hub::Hub;
pub(crate) use logs::{Filters, tell};
pub(crate) use sessions::{LATEST_VERSION, Sessions, Wish};
pub(crate) use socket::{PROTOCOL, carry, url};
