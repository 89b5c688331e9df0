//! What https needs: who vouches, for which names, and where clients find the authority's certificate.

use std::path::PathBuf;
use std::sync::Arc;

use mock_core::World;
use mock_core::tls::{Acceptor, Authority, HostName, REAL_NAMES, TlsError};

/// How a platform speaks https.
#[derive(Clone, Debug)]
pub struct Tls {
    authority: Arc<Authority>,
    ca_cert: PathBuf,
    hosts: Vec<HostName>,
}

impl Tls {
    /// `authority` vouches for every listener. `ca_cert` is the file that clients are told to trust; the platform names it and leaves
    /// writing it to the caller.
    pub fn new(authority: Authority, ca_cert: impl Into<PathBuf>) -> Self {
        Self { authority: Arc::new(authority), ca_cert: ca_cert.into(), hosts: Vec::new() }
    }

    /// More names for the certificates, beside those of this machine and [`REAL_NAMES`]. Tokens for Dataverse can be asked for by those
    /// without a star: `https://contoso.crm.dynamics.com/.default`.
    #[must_use]
    pub fn hosts(mut self, hosts: impl IntoIterator<Item = HostName>) -> Self {
        self.hosts.extend(hosts);
        self
    }

    pub(crate) fn ca_cert(&self) -> PathBuf {
        self.ca_cert.clone()
    }

    pub(crate) fn acceptor(&self, world: &World) -> Result<Acceptor, TlsError> {
        let mut names: Vec<HostName> = REAL_NAMES.iter().filter_map(|name| name.parse().ok()).collect();
        names.extend(self.hosts.iter().cloned());
        self.authority.acceptor(&names, world.clock().wall())
    }

    /// The environments' URLs that the names stand for.
    pub(crate) fn resources(&self) -> Vec<String> {
        let whole = self.hosts.iter().map(HostName::as_str).filter(|name| !name.contains('*'));
        whole
            .map(|name| if name.contains(':') { format!("https://[{name}]") } else { format!("https://{name}") })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::Tls;
    use mock_core::World;
    use mock_core::tls::Authority;

    #[test]
    fn environments_are_named_by_whole_hosts() {
        let authority = Authority::new(World::builder().build().clock().wall()).unwrap();
        let hosts = ["contoso.crm.dynamics.com", "*.crm4.dynamics.com", "::2"].map(|host| host.parse().unwrap());
        let tls = Tls::new(authority, "ca.pem").hosts(hosts);
        assert_eq!(tls.resources(), ["https://contoso.crm.dynamics.com", "https://[::2]"]);
    }
}
