//! Where a URL leads, and which URLs a call to Stripe names. Hosts are compared whole, after parsing as browsers do it.

use mock_core::control::dto::EntryView;
use url::Url;

use super::journal::is_stripe_write;
use super::url::same_target;

/// The origin (scheme, host, port) that a browser would go to; `None` for what is no absolute URL with a host.
pub fn origin_of(url: &str) -> Option<String> {
    let url = Url::parse(url).ok().filter(Url::has_host)?;
    Some(url.origin().ascii_serialization())
}

/// Whether a URL leads to one of these origins. User information makes a URL that people misread, so nobody may be sent to one.
pub fn leads_to(url: &str, origins: &[String]) -> bool {
    let plain = Url::parse(url).is_ok_and(|url| url.username().is_empty() && url.password().is_none());
    plain && origin_of(url).is_some_and(|origin| origins.contains(&origin))
}

/// Whether `stored` is the URL that was given: as it was written, in another spelling of the same, or, where it was relative, completed by one
/// of these origins.
pub fn is_the_given(stored: &str, given: &str, origins: &[String]) -> bool {
    let parsed = Url::parse(stored).ok();
    same_target(stored, given)
        || (parsed.is_some() && parsed == Url::parse(given).ok())
        || origins.iter().any(|origin| {
            let completed = Url::parse(origin).and_then(|origin| origin.join(given)).ok();
            Url::parse(given).is_err() && parsed.is_some() && parsed == completed
        })
}

/// The places to go to that a call to Stripe names: `success_url`, `cancel_url`, `return_url`, `after_completion[redirect][url]`, as (field, URL).
pub fn targets(entry: &EntryView) -> Vec<(String, String)> {
    if !is_stripe_write(entry) {
        return Vec::new();
    }
    let is_target = |name: &str| name.ends_with("_url") || name.ends_with("_url]") || name.ends_with("[redirect][url]");
    form_urlencoded::parse(entry.request.body.as_bytes())
        .filter(|(name, value)| is_target(name) && !value.is_empty())
        .map(|(name, value)| (name.into_owned(), value.into_owned()))
        .collect()
}

/// The same of calls that Stripe carried out.
pub fn stored_targets<'e>(entries: impl IntoIterator<Item = &'e EntryView>) -> Vec<(String, String)> {
    let done = |entry: &&EntryView| entry.status.is_some_and(|status| (200..300).contains(&status));
    entries.into_iter().filter(done).flat_map(targets).collect()
}

#[cfg(test)]
mod tests {
    use super::{is_the_given, leads_to, origin_of};

    fn allowed() -> Vec<String> {
        vec!["https://allowed.test".to_owned(), "http://127.0.0.1:4400".to_owned()]
    }

    #[track_caller]
    fn check(url: &str, expect: bool) {
        assert_eq!(leads_to(url, &allowed()), expect, "{url}");
    }

    #[test]
    fn hosts_are_compared_whole() {
        for url in [
            "https://allowed.test",
            "HTTPS://ALLOWED.test:443/x",
            "http://127.0.0.1:4400/?a",
            "https://%61llowed.test/",
        ] {
            check(url, true);
        }
        for url in [
            "https://allowed.test.evil.test/",
            "https://evilallowed.test/",
            "https://evil.test/allowed.test",
            "https://allowed.test@evil.test/",
            "https://evil.test@allowed.test/",
            "https://allowed.test:8443/",
            "http://allowed.test/",
            "https://allowed.test./",
            "https:evil.test",
            "//allowed.test/",
            "javascript://allowed.test/%0a",
            "/thanks",
            "",
        ] {
            check(url, false);
        }
        assert_eq!(origin_of("https:evil.test").as_deref(), Some("https://evil.test"));
    }

    #[test]
    fn what_was_given_is_known_again_in_other_spellings() {
        let same = |stored: &str, given: &str| is_the_given(stored, given, &allowed());
        assert!(same("https://allowed.test/a%2Fb", "https://allowed.test/a%2Fb"));
        assert!(same("https://allowed.test/", "HTTPS://ALLOWED.TEST"));
        assert!(same("https://allowed.test/thanks", "/thanks") && same("https://allowed.test/?x=1", "?x=1"));
        assert!(same("https://allowed.test/%0D%0Ax", "https://allowed.test/\r\nx"));
        assert!(!same("https://allowed.test/other", "https://allowed.test/thanks"));
        assert!(!same("https://allowed.test/", "https://allowed.test/long?x=1"));
        assert!(!same("https://allowed.test/", "https://evil.test/"));
    }
}
