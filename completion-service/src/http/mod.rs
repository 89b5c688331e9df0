//! The service's own HTTP surface: three routes, every other path and method refused.

pub(crate) mod health;
pub(crate) mod pages;
pub(crate) mod query;
pub(crate) mod redirect;
pub(crate) mod router;
pub(crate) mod webhook;
