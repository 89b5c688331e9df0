//! The fake as its clients meet it: over HTTP, on a port of its own.

mod catalog;
mod checkout;
mod contract;
mod control;
mod errors;
mod idempotency;
mod links;
mod official;
mod payments;
mod sessions;
mod support;
mod webhooks;
