//! Which resource a URL means.

use url::{Host, Url};

/// Scheme, host and port of a URL; names of the own machine are one host.
pub(super) fn origin(url: &Url) -> Option<(String, String, Option<u16>)> {
    let host = match url.host()? {
        Host::Domain(name) if name.eq_ignore_ascii_case("localhost") => "loopback".to_owned(),
        Host::Ipv4(address) if address.is_loopback() => "loopback".to_owned(),
        Host::Ipv6(address) if address.is_loopback() => "loopback".to_owned(),
        other => other.to_string(),
    };
    Some((url.scheme().to_owned(), host, url.port_or_known_default()))
}

/// The known resource that a given one means: same scheme, host and port, slashes at the end aside; names of the own
/// machine are one.
pub(super) fn audience_of<'a>(given: &str, resources: &'a [String]) -> Option<&'a str> {
    let bare = |text: &str| {
        let url = Url::parse(text).ok()?;
        if !url.path().trim_matches('/').is_empty() || url.query().is_some() { None } else { origin(&url) }
    };
    let given = bare(given)?;
    resources.iter().find(|known| bare(known).as_ref() == Some(&given)).map(|known| known.trim_end_matches('/'))
}
