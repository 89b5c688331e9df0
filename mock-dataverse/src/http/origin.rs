//! Which page a browser's request comes from. A cookie travels with the requests of any page on the same host, whatever its port; what
//! the organization's own pages ask for is told from the rest by the headers that scripts cannot set.

use http::{HeaderMap, Method, header};
use url::{Host, Url};

/// The value of a header, if it stands there once and is text.
fn only<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let mut values = headers.get_all(name).iter();
    values.next().filter(|_| values.next().is_none()).and_then(|value| value.to_str().ok())
}

/// Whether a page of another origin sends this: what a browser says of the page that asks contradicts `base`, which is scheme and
/// host of the request. What is no browser says nothing.
pub(super) fn is_strange(headers: &HeaderMap, base: &str) -> bool {
    let origin = headers.contains_key(header::ORIGIN) && only(headers, "origin") != Some(base);
    let site = headers.contains_key("sec-fetch-site")
        && only(headers, "sec-fetch-site").is_none_or(|site| !["same-origin", "none"].contains(&site));
    origin || site
}

/// Whether a page of this origin sends this. Reading is also what an address typed into the browser does; a change must come from a
/// page that the browser names.
pub(super) fn is_own(method: &Method, headers: &HeaderMap, base: &str) -> bool {
    let named = only(headers, "origin") == Some(base) || only(headers, "sec-fetch-site") == Some("same-origin");
    !is_strange(headers, base) && (named || matches!(*method, Method::GET | Method::HEAD))
}

/// Whether the host of `base` is this machine's own name, which no page of the Internet can be reached under.
pub(super) fn is_loopback(base: &str) -> bool {
    Url::parse(base).is_ok_and(|url| match url.host() {
        Some(Host::Domain(name)) => name.eq_ignore_ascii_case("localhost"),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    })
}

#[cfg(test)]
mod tests {
    use http::{HeaderMap, HeaderName, Method};

    use super::{is_loopback, is_own, is_strange};

    const BASE: &str = "http://127.0.0.1:4402";

    #[track_caller]
    fn check(headers: &[(&'static str, &str)], reads: bool, writes: bool, strange: bool) {
        let headers: HeaderMap =
            headers.iter().map(|(name, value)| (HeaderName::from_static(name), value.parse().unwrap())).collect();
        let seen =
            (is_own(&Method::GET, &headers, BASE), is_own(&Method::POST, &headers, BASE), is_strange(&headers, BASE));
        assert_eq!(seen, (reads, writes, strange), "{headers:?}");
    }

    #[test]
    fn own_pages_are_told_from_others() {
        check(&[], true, false, false);
        check(&[("sec-fetch-site", "none")], true, false, false);
        check(&[("sec-fetch-site", "same-origin")], true, true, false);
        check(&[("origin", BASE)], true, true, false);
        check(&[("origin", BASE), ("sec-fetch-site", "same-origin")], true, true, false);
        check(&[("origin", BASE), ("sec-fetch-site", "same-site")], false, false, true);
        check(&[("origin", "http://127.0.0.1:5000"), ("sec-fetch-site", "same-site")], false, false, true);
        check(&[("origin", "http://127.0.0.1:44020")], false, false, true);
        check(&[("origin", "https://127.0.0.1:4402")], false, false, true);
        check(&[("origin", "null")], false, false, true);
        check(&[("origin", "")], false, false, true);
        check(&[("sec-fetch-site", "cross-site")], false, false, true);
    }

    #[test]
    fn only_names_of_this_machine_are_loopback() {
        let base = ["http://127.0.0.1:1", "http://127.9.9.9", "https://LOCALHOST:1", "http://[::1]:1"];
        assert!(base.into_iter().all(is_loopback));
        let base = ["http://localhost.example", "http://10.0.0.1", "http://[::2]", "http://a b", "", "http://x:1"];
        assert!(!base.into_iter().any(is_loopback));
    }
}
