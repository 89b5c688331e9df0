//! The server's side of TLS, ready for connections.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use rustls::ServerConfig;
use tokio::net::TcpStream;
use tokio_rustls::{Accept, TlsAcceptor};

use crate::faults::Flaw;

/// Opens TLS on connections that a server takes. Clones share their certificates and one memory of sessions for each.
#[derive(Clone)]
pub struct Acceptor {
    good: TlsAcceptor,
    /// With certificates that no client should take, for connections that are to find one.
    flawed: Arc<BTreeMap<Flaw, TlsAcceptor>>,
}

impl Acceptor {
    pub(super) fn new(good: ServerConfig, flawed: impl IntoIterator<Item = (Flaw, ServerConfig)>) -> Self {
        let flawed = flawed.into_iter().map(|(flaw, config)| (flaw, Arc::new(config).into())).collect();
        Self { good: Arc::new(good).into(), flawed: Arc::new(flawed) }
    }

    pub(super) fn accept(&self, stream: TcpStream, flaw: Option<Flaw>) -> Accept<TcpStream> {
        flaw.and_then(|flaw| self.flawed.get(&flaw)).unwrap_or(&self.good).accept(stream)
    }
}

impl fmt::Debug for Acceptor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Acceptor").finish_non_exhaustive()
    }
}
