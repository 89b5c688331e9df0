//! TLS for servers of this machine: an authority of our own, certificates for the names that clients insist on, and the opening of a
//! connection.

mod acceptor;
mod authority;
mod names;
mod opening;
mod trust;

pub use acceptor::Acceptor;
pub use authority::{Authority, TlsError};
pub use names::{HostName, HostNameError, LOCAL_NAMES, REAL_NAMES};
pub(crate) use opening::{HANDSHAKE_LIMIT, Opening, Remark, speaks_tls};
pub use trust::{TrustError, certificates, fresh_http_client_trusting, http_client_trusting};
