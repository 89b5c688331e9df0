//! The fake Entra ID: token endpoints of both generations, discovery, keys, and the tokens it has given out.
//!
//! Tokens live in real time, because the service under test compares them with its own clock.

mod assertion;
mod book;
mod certificate;
mod dialect;
mod discovery;
mod face;
mod grant;
mod issue;
mod problem;
mod resource;
mod signing;

pub use book::{Issued, TokenBook};
pub use certificate::{CertificateError, ClientCertificate};
pub(crate) use face::face;
