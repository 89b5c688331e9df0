//! Which return URLs are taken: whole origins from a list, compared after parsing, never by prefix.

use std::collections::BTreeSet;

use url::Url;

/// Stripe's limit for `after_completion[redirect][url]`.
const LONGEST: usize = 2048;

/// The origins (scheme, host, port) a buyer may be sent back to.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AllowedOrigins(BTreeSet<String>);

impl AllowedOrigins {
    /// Reads a comma list such as `https://allowed.test, http://localhost:4400`. Empty entries are skipped.
    ///
    /// # Errors
    /// The first entry that is not a bare http(s) origin.
    pub fn parse(list: &str) -> Result<Self, String> {
        list.split(',')
            .map(str::trim)
            .filter(|entry| !entry.is_empty())
            .map(|entry| origin(entry).ok_or_else(|| entry.to_owned()))
            .collect::<Result<_, _>>()
            .map(Self)
    }

    /// Whether nothing is allowed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Each of them, as `https://allowed.test`.
    #[cfg(feature = "defects")]
    pub(crate) fn all(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }
}

fn origin(text: &str) -> Option<String> {
    let url = web_url(text)?;
    let bare = url.path() == "/" && url.query().is_none() && url.fragment().is_none();
    bare.then(|| url.origin().ascii_serialization())
}

/// A return URL that passed the check. It keeps the text as given, byte for byte.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ReturnUrl(String);

impl ReturnUrl {
    /// The text as given (after the one decoding of the query string).
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    #[cfg(any(test, feature = "defects"))]
    pub(crate) fn unchecked(text: String) -> Self {
        Self(text)
    }
}

/// Why a return URL is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ReturnUrlError {
    /// Longer than Stripe stores.
    #[error("the return URL is too long")]
    TooLong,
    /// Not an absolute `http` or `https` URL without user information and control characters.
    #[error("the return URL is not an absolute web address")]
    NotAWebAddress,
    /// Well formed, but its origin is not on the list.
    #[error("the return URL leads to a site that is not allowed")]
    NotAllowed,
}

/// Checks a decoded `returnUrl`.
///
/// # Errors
/// See [`ReturnUrlError`].
pub fn check(text: &str, allowed: &AllowedOrigins) -> Result<ReturnUrl, ReturnUrlError> {
    if text.len() > LONGEST {
        return Err(ReturnUrlError::TooLong);
    }
    let url = web_url(text).ok_or(ReturnUrlError::NotAWebAddress)?;
    if allowed.0.contains(&url.origin().ascii_serialization()) {
        Ok(ReturnUrl(text.to_owned()))
    } else {
        Err(ReturnUrlError::NotAllowed)
    }
}

/// Parses text that a strict and a lenient parser read the same way. Browsers' URL parsing repairs much (missing slashes,
/// backslashes, tabs); whoever needs a repair is refused, since the next reader may repair it otherwise.
fn web_url(text: &str) -> Option<Url> {
    if text.chars().any(|c| c.is_control() || c.is_whitespace() || c == '\\') {
        return None;
    }
    let (scheme, rest) = text.split_once("://")?;
    if !scheme.eq_ignore_ascii_case("http") && !scheme.eq_ignore_ascii_case("https") {
        return None;
    }
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    if authority.is_empty() || authority.contains(['@', '%']) {
        return None;
    }
    Url::parse(text).ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn allowed() -> AllowedOrigins {
        AllowedOrigins::parse("https://allowed.test, http://127.0.0.1:4400").expect("origins")
    }

    #[track_caller]
    fn accepts(text: &str) {
        assert_eq!(check(text, &allowed()), Ok(ReturnUrl(text.to_owned())));
    }

    #[track_caller]
    fn refuses(text: &str, why: ReturnUrlError) {
        assert_eq!(check(text, &allowed()), Err(why), "{text}");
    }

    #[test]
    fn the_allowed_origin_passes_as_written() {
        accepts("https://allowed.test");
        accepts("https://allowed.test/thanks?a=1&b=%2F%20+%25#top");
        accepts("https://allowed.test/käse?ß=é");
        accepts("https://allowed.test/?session={CHECKOUT_SESSION_ID}");
        accepts("http://127.0.0.1:4400/back");
    }

    #[test]
    fn equal_after_normalisation_passes() {
        accepts("HTTPS://ALLOWED.test/");
        accepts("https://allowed.test:443/");
    }

    #[test]
    fn other_origins_do_not() {
        for text in [
            "https://evil.test/",
            "http://allowed.test/",
            "https://allowed.test:8443/",
            "https://allowed.test./",
            "https://allowed.test.evil.test/",
            "https://evilallowed.test/",
            "https://evil.test/allowed.test",
            "https://evil.test/?u=https://allowed.test",
            "https://evil.test/#allowed.test",
            "https://аllowed.test/",
            "http://127.0.0.1/",
        ] {
            refuses(text, ReturnUrlError::NotAllowed);
        }
    }

    #[test]
    fn what_needs_repair_is_no_web_address() {
        for text in [
            "/thanks",
            "thanks",
            "?x=1",
            "//allowed.test",
            "/\\allowed.test",
            "\\\\allowed.test",
            "https:allowed.test",
            "https:/allowed.test",
            "https:///allowed.test",
            "https://allowed.test@evil.test",
            "https://allowed.test:x@evil.test",
            "https://@allowed.test/",
            "https://allowed%2Etest/",
            "https://allowed.test\\@evil.test",
            "https://allowed.test/a b",
            "https://allowed.test/\r\nSet-Cookie: a=b",
            "ht\ntps://allowed.test/",
            "https://allowed.test/\0",
            "https://[::1/",
            "javascript://allowed.test/%0aalert(1)",
            "javascript:alert(1)",
            "data:text/html,x",
            "file:///etc/passwd",
            "ftp://allowed.test/",
        ] {
            refuses(text, ReturnUrlError::NotAWebAddress);
        }
    }

    #[test]
    fn length_is_bounded() {
        let fits = format!("https://allowed.test/{}", "a".repeat(LONGEST - 21));
        accepts(&fits);
        refuses(&format!("{fits}a"), ReturnUrlError::TooLong);
    }

    #[test]
    fn only_bare_origins_can_be_allowed() {
        for entry in [
            "allowed.test",
            "https://allowed.test/path",
            "https://allowed.test?x",
            "https://u@allowed.test",
            "ftp://allowed.test",
            "*",
        ] {
            assert_eq!(AllowedOrigins::parse(entry), Err(entry.to_owned()));
        }
        assert!(AllowedOrigins::parse(" , ").expect("empty").is_empty());
    }

    proptest! {
        /// Whatever is accepted is what a browser would resolve to an allowed origin.
        #[test]
        fn accepted_means_allowed(text in "(https?:)?[/\\\\@:.a-z\u{9}]{0,12}(allowed\\.test)[/\\\\@:.?#a-z]{0,12}") {
            if let Ok(accepted) = check(&text, &allowed()) {
                prop_assert_eq!(accepted.as_str(), text.as_str());
                let url = Url::parse(&text).expect("parsed before");
                prop_assert_eq!(url.host_str(), Some("allowed.test"));
                prop_assert_eq!(url.scheme(), "https");
                prop_assert_eq!(url.username(), "");
            }
        }
    }
}
