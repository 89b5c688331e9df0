//! C-N: the notification of a payment, and what the service makes of it.

pub mod completed;
