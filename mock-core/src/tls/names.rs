//! The host names that a certificate is made out to.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;
use url::Host;

/// This machine, by the names and addresses that a URL may hold.
pub const LOCAL_NAMES: [&str; 3] = ["localhost", "127.0.0.1", "::1"];

/// The real hosts that the fakes stand for. A client that insists on one of them is led here by a hosts file, a proxy or its own
/// resolver, and must find the name that it asked for in the certificate.
///
/// <https://learn.microsoft.com/en-us/power-platform/admin/new-datacenter-regions> lists the hosts of environments: those of North
/// America have no number, and of every other region one, such as `crm4` (EMEA).
pub const REAL_NAMES: [&str; 8] = [
    "*.crm.dynamics.com",
    "*.mkt.dynamics.com",
    "login.microsoftonline.com",
    "login.windows.net",
    "sts.windows.net",
    "api.stripe.com",
    "buy.stripe.com",
    "checkout.stripe.com",
];

/// A host name, with `*` for one label at its beginning if wanted, or an IP address.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct HostName(String);

/// Why a text is no host name for a certificate.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[error(
    "{0:?} is no host name; write one such as contoso.crm.dynamics.com, *.crm4.dynamics.com or 10.0.0.5, without scheme and port"
)]
pub struct HostNameError(String);

impl HostName {
    /// The name as it stands in the certificate: lower case, an IPv6 address without brackets.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for HostName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for HostName {
    type Err = HostNameError;

    fn from_str(text: &str) -> Result<Self, HostNameError> {
        let wrong = || HostNameError(text.to_owned());
        if let Ok(address) = text.trim_matches(['[', ']']).parse::<std::net::IpAddr>() {
            return Ok(Self(address.to_string()));
        }
        let (star, name) = match text.strip_prefix("*.") {
            Some(rest) => ("*.", rest),
            None => ("", text),
        };
        // A star stands for a whole label, and only for one below a domain of at least two.
        if name.contains('*') || (!star.is_empty() && !name.contains('.')) {
            return Err(wrong());
        }
        match Host::parse(name) {
            Ok(Host::Domain(name)) if is_dns(&name) => Ok(Self(format!("{star}{name}"))),
            _ => Err(wrong()),
        }
    }
}

/// What a certificate may hold: labels of letters, digits, hyphens and underscores, 63 at most in each, 253 in all.
fn is_dns(name: &str) -> bool {
    let label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
    };
    name.len() <= 253 && name.split('.').all(label)
}

#[cfg(test)]
mod tests {
    use super::{HostName, LOCAL_NAMES, REAL_NAMES};

    #[track_caller]
    fn check(text: &str, expect: Option<&str>) {
        assert_eq!(text.parse::<HostName>().ok().as_ref().map(HostName::as_str), expect, "{text}");
    }

    #[test]
    fn names_and_addresses_are_read() {
        check("Contoso.CRM.dynamics.com", Some("contoso.crm.dynamics.com"));
        check("*.crm4.dynamics.com", Some("*.crm4.dynamics.com"));
        check("bücher.example", Some("xn--bcher-kva.example"));
        check("10.0.0.5", Some("10.0.0.5"));
        check("[::1]", Some("::1"));
        check("host_1", Some("host_1"));
    }

    #[test]
    fn anything_else_is_refused() {
        for text in ["", "*", "*.com", "a.*.com", "a..b", "https://a.test", "a.test:443", "a b", "a.test/", "-\u{0}"] {
            check(text, None);
        }
        check(&format!("{}.test", "a".repeat(64)), None);
        check(&format!("{}test", "abcdefg.".repeat(40)), None);
    }

    #[test]
    fn our_own_names_are_names() {
        for name in LOCAL_NAMES.into_iter().chain(REAL_NAMES) {
            check(name, Some(name));
        }
    }
}
