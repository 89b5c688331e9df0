//! The flags that make everything https, and those by which our own clients are told whom to trust.

use std::path::PathBuf;

use clap::Args;
use mock_core::tls::HostName;

/// Https for `up` and `certify`.
#[derive(Debug, Args)]
pub(crate) struct Secure {
    /// Speak https everywhere, with a certificate authority of our own
    #[arg(long)]
    pub(crate) tls: bool,
    /// Keep that authority in this file and its .key, so that it stays trusted; made if it is not there
    #[arg(long, value_name = "FILE", requires = "tls")]
    pub(crate) tls_ca: Option<PathBuf>,
    /// One more host name for the certificates (repeatable), such as contoso.crm4.dynamics.com
    #[arg(long, value_name = "NAME", requires = "tls")]
    pub(crate) tls_host: Vec<HostName>,
}

/// Whom a client of a running platform trusts.
#[derive(Debug, Args)]
pub(crate) struct Trusted {
    /// The authority's certificate, for a platform over https [default: `SSL_CERT_FILE`, and those of every `up` of this user]
    #[arg(long, value_name = "FILE", env = "PAYLOOP_CA_CERT")]
    pub(crate) ca_cert: Option<PathBuf>,
}
