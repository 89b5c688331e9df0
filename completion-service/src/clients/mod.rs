//! The three outside services, spoken to over HTTP only.

pub(crate) mod dataverse;
pub(crate) mod http;
pub(crate) mod retry;
pub(crate) mod stripe;
pub(crate) mod token;
