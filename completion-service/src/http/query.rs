//! Reads a query string strictly: each value decoded exactly once, no parameter twice.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;

/// Longest query string that is read, in bytes.
pub(crate) const LONGEST: usize = 16 * 1024;

/// What is wrong with a query string.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum QueryError {
    /// The parameter is there more than once: which one counts would be a guess.
    Repeated,
    /// A value that is not UTF-8 after decoding.
    NotText,
}

/// The value of one parameter. `None` if it is absent or empty; other parameters are not looked at.
pub(crate) fn single(query: &str, name: &str) -> Result<Option<String>, QueryError> {
    let mut found = None;
    for pair in query.split('&') {
        let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
        // A name that is no text is not ours.
        if decode(key).is_none_or(|key| key != name) {
            continue;
        }
        if found.is_some() {
            return Err(QueryError::Repeated);
        }
        found = Some(decode(value).ok_or(QueryError::NotText)?.into_owned());
    }
    Ok(found.filter(|value| !value.is_empty()))
}

/// Form decoding: `+` is a blank, `%XX` a byte.
pub(crate) fn decode(text: &str) -> Option<Cow<'_, str>> {
    if text.contains('+') {
        let blank = text.replace('+', " ");
        let decoded = percent_decode_str(&blank).decode_utf8().ok()?.into_owned();
        return Some(decoded.into());
    }
    percent_decode_str(text).decode_utf8().ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[track_caller]
    fn check(query: &str, expected: Result<Option<&str>, QueryError>) {
        let seen = single(query, "returnUrl");
        assert_eq!(seen.as_ref().map(Option::as_deref).map_err(|error| *error), expected, "{query}");
    }

    #[test]
    fn values_are_decoded_once() {
        check(
            "returnUrl=https%3A%2F%2Fa.test%2F%3Fq%3D%252F%2520%2B%2525%23f",
            Ok(Some("https://a.test/?q=%2F%20+%25#f")),
        );
        check("a=1&returnUrl=x+y&b=2", Ok(Some("x y")));
        check("return%55rl=k%C3%A4se", Ok(Some("käse")));
        check("returnUrl=100%", Ok(Some("100%")));
        check("returnUrl=a=b", Ok(Some("a=b")));
    }

    #[test]
    fn absent_and_empty_are_the_same() {
        for query in ["", "&&", "a=1", "returnUrl", "returnUrl=", "returnurl=x", "%FF=1"] {
            check(query, Ok(None));
        }
    }

    #[test]
    fn doubt_is_refused() {
        check("returnUrl=a&returnUrl=b", Err(QueryError::Repeated));
        check("returnUrl=&returnUrl=b", Err(QueryError::Repeated));
        check("returnUrl=a&return%55rl=a", Err(QueryError::Repeated));
        check("returnUrl=%FF", Err(QueryError::NotText));
    }

    proptest! {
        /// Whatever a registration page encodes comes out as it went in.
        #[test]
        fn encoding_round_trips(text in "\\PC{1,60}", name in "[a-z]{1,8}") {
            let query = form_urlencoded::Serializer::new(String::new())
                .append_pair("other", &text).append_pair(&name, &text).finish();
            prop_assume!(name != "other");
            prop_assert_eq!(single(&query, &name), Ok(Some(text.clone())));
            let query = format!("{name}={}", percent_encoding::utf8_percent_encode(&text, percent_encoding::NON_ALPHANUMERIC));
            prop_assert_eq!(single(&query, &name), Ok(Some(text)));
        }
    }
}
