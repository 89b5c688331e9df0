//! Plays a history against the service, step by step. Stripe's events are kept back by a rule and sent one by one, so that each step is over when
//! it returns; a step that makes no sense when it comes is passed over.

mod buyers;
mod deliveries;
mod faults;
mod forgeries;
mod player;
mod scope;
mod sold;

pub(super) use player::{Played, SLOW_MILLIS, play};
pub(super) use scope::{ALONE, TOGETHER};
pub(super) use sold::Sold;
