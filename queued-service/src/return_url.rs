//! Where a buyer may be sent back to: compared as text, before any parser has had a chance to repair it.

/// The longest URL that Stripe stores.
const LONGEST: usize = 2_048;

/// Origins such as `https://events.example`, lower case, without a path.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Origins(Vec<String>);

impl Origins {
    /// Reads a comma list. The error is the first entry that is no bare http(s) origin.
    pub(crate) fn parse(list: &str) -> Result<Self, String> {
        let entries = list.split(',').map(str::trim).filter(|entry| !entry.is_empty());
        let origins = entries.map(|entry| match split(entry) {
            Some((origin, "" | "/")) => Ok(origin),
            _ => Err(entry.to_owned()),
        });
        origins.collect::<Result<_, _>>().map(Self)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether a URL, decoded once, leads to one of these origins: its scheme, host and port are the same letters, in either case, and
    /// nothing stands in it that one reader skips and another does not.
    pub(crate) fn allow(&self, url: &str) -> bool {
        url.len() <= LONGEST && split(url).is_some_and(|(origin, _)| self.0.contains(&origin))
    }
}

/// Origin (lower case) and the rest of a URL that needs no repair.
fn split(url: &str) -> Option<(String, &str)> {
    let odd = |c: char| c.is_control() || c.is_whitespace() || matches!(c, '\\' | char::REPLACEMENT_CHARACTER);
    if url.contains(odd) {
        return None;
    }
    let (scheme, rest) = url.split_once("://")?;
    let scheme = scheme.to_ascii_lowercase();
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (authority, rest) = rest.split_at_checked(end)?;
    // Letters, digits and dots, with a port, or an IPv6 address: no user information and no escapes.
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b".-:[]_".contains(&byte);
    let sound = matches!(scheme.as_str(), "http" | "https") && !authority.is_empty() && authority.bytes().all(plain);
    sound.then(|| (format!("{scheme}://{}", authority.to_ascii_lowercase()), rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allowed(url: &str) -> bool {
        Origins::parse("https://allowed.test, http://127.0.0.1:4400/").expect("origins").allow(url)
    }

    #[test]
    fn the_very_origin_is_allowed() {
        for url in [
            "https://allowed.test",
            "https://allowed.test/",
            "HTTPS://Allowed.Test/a?b=%2F%25+c#d",
            "https://allowed.test?x=http://evil.test",
            "https://allowed.test/J\u{fc}rgen",
            "http://127.0.0.1:4400/thanks",
        ] {
            assert!(allowed(url), "{url}");
        }
    }

    #[test]
    fn nothing_else_is() {
        for url in [
            "",
            "/thanks",
            "//allowed.test",
            "https:allowed.test",
            "https:///allowed.test",
            "https://evil.test/https://allowed.test",
            "https://allowed.test.evil.test/",
            "https://evilallowed.test/",
            "https://allowed.test@evil.test/",
            "https://allowed.test:x@evil.test/",
            "https://allowed.test:444/",
            "https://allowed.test./",
            "https://%61llowed.test/",
            "https://\u{430}llowed.test/",
            "https://allowed.test\\@evil.test/",
            "http://allowed.test/",
            "javascript://allowed.test/%0aalert(1)",
            "javascript:alert(1)",
            "data:text/html,https://allowed.test",
            "https://allowed.test/\r\nSet-Cookie: a=b",
            "ht\ttps://allowed.test/",
            "https://allowed.test/a b",
            "https://allowed.test/\0",
            "https://allowed.test/\u{fffd}",
        ] {
            assert!(!allowed(url), "{url:?}");
        }
        assert!(!allowed(&format!("https://allowed.test/{}", "a".repeat(LONGEST))));
    }

    #[test]
    fn only_bare_origins_can_be_configured() {
        for entry in ["allowed.test", "https://allowed.test/path", "https://u@allowed.test", "ftp://allowed.test", "*"]
        {
            assert_eq!(Origins::parse(entry), Err(entry.to_owned()));
        }
        assert!(Origins::parse(" , ").expect("none").is_empty());
    }
}
