//! The server's side of TLS, ready for connections.

use std::fmt;
use std::sync::Arc;

use rustls::ServerConfig;
use tokio::net::TcpStream;
use tokio_rustls::{Accept, TlsAcceptor};

/// Opens TLS on connections that a server takes. Clones share one certificate and one memory of sessions.
#[derive(Clone)]
pub struct Acceptor(TlsAcceptor);

impl Acceptor {
    pub(super) fn new(config: ServerConfig) -> Self {
        Self(Arc::new(config).into())
    }

    pub(super) fn accept(&self, stream: TcpStream) -> Accept<TcpStream> {
        self.0.accept(stream)
    }
}

impl fmt::Debug for Acceptor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Acceptor").finish_non_exhaustive()
    }
}
