//! The fake as its clients meet it: over HTTP, on a port of its own.

mod checkout;
mod contract;
mod support;
