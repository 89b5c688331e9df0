//! What happens between request and answer: a visit leads to a payment page, a notification to a finalized registration.

pub(crate) mod notify;
pub(crate) mod visit;
