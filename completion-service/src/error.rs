//! Why the service did not start.

use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;

use crate::config::ConfigError;

/// Why the service did not start.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The environment is incomplete or wrong.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The port cannot be had.
    #[error("cannot listen on {address}: {source}")]
    Listen {
        /// Where the service was told to listen.
        address: SocketAddr,
        /// What the system said.
        source: io::Error,
    },
    /// `SSL_CERT_FILE` names no readable PEM bundle.
    #[error("cannot use SSL_CERT_FILE {}: {reason}", path.display())]
    Certificates {
        /// The file as configured.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// The HTTP client cannot be built, for example for want of system certificate authorities.
    #[error("cannot build the HTTP client: {0}")]
    Client(String),
}
