//! Clients that trust an authority of our own, and nothing else.

use reqwest::Certificate;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use thiserror::Error;

use crate::outbound::{Connections, client_trusting};

/// Why a text does not say what to trust.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum TrustError {
    /// It is no PEM, or what is in it is no certificate.
    #[error("this is no PEM file of certificates: {0}")]
    Unreadable(String),
    /// There is none in it.
    #[error("it holds no certificate")]
    Empty,
}

/// The certificates of a PEM text; at least one.
pub fn certificates(pem: &str) -> Result<Vec<Certificate>, TrustError> {
    let unreadable = |error: &dyn std::fmt::Display| TrustError::Unreadable(error.to_string());
    let found: Vec<Certificate> = CertificateDer::pem_slice_iter(pem.as_bytes())
        .map(|found| {
            let der = found.map_err(|error| unreadable(&error))?;
            // An anchor must be readable as one; a client would refuse it much later, without saying which.
            rustls::RootCertStore::empty().add(der.clone()).map_err(|error| unreadable(&error))?;
            Certificate::from_der(&der).map_err(|error| unreadable(&error))
        })
        .collect::<Result<_, _>>()?;
    if found.is_empty() { Err(TrustError::Empty) } else { Ok(found) }
}

/// A client such as [`crate::http_client`] that trusts these authorities, and no others.
pub fn http_client_trusting(authorities: Vec<Certificate>) -> reqwest::Client {
    client_trusting(authorities, Connections::Kept)
}

/// A client such as [`crate::fresh_http_client`] that trusts these authorities, and no others.
pub fn fresh_http_client_trusting(authorities: Vec<Certificate>) -> reqwest::Client {
    client_trusting(authorities, Connections::Fresh)
}
