//! What single texts must look like: numbers, addresses of the web and of mail.

use url::Url;

use super::values::Value;
use crate::error::Error;

/// The text, unless it is longer than `most` characters.
pub(super) fn bounded<'a>(name: &str, text: &'a str, most: usize) -> Result<&'a str, Error> {
    if text.chars().count() > most { Err(Error::too_long(name, text, most)) } else { Ok(text) }
}

/// A whole number in these bounds.
pub(super) fn integer(name: &str, text: &str, least: i64, most: i64) -> Result<Value, Error> {
    let well_formed = text.strip_prefix('-').unwrap_or(text).bytes().all(|byte| byte.is_ascii_digit());
    let number: i64 =
        text.parse().ok().filter(|_| well_formed).ok_or_else(|| Error::not_an_integer(name, &short(text)))?;
    if (least..=most).contains(&number) {
        Ok(Value::Integer(number))
    } else {
        Err(Error::out_of_range(name, least, most, number))
    }
}

/// An e-mail address.
pub(super) fn email(name: &str, text: &str) -> Result<Value, Error> {
    if is_email(text) {
        Ok(text.into())
    } else {
        Err(Error::invalid(format!("Invalid email address: {}", short(text))).code("email_invalid").param(name))
    }
}

/// An absolute address of the web.
pub(super) fn url(name: &str, text: &str) -> Result<Value, Error> {
    bounded(name, text, 2_048)?;
    let absolute = Url::parse(text).is_ok_and(|url| {
        matches!(url.scheme(), "http" | "https") && url.host_str().is_some_and(|host| !host.is_empty())
    });
    let clean = !text.chars().any(|character| character.is_control() || character.is_whitespace());
    // Browsers read `https:/host` and back-slashes generously; a stored URL must not depend on that.
    let spelled = text.get(..8).is_some_and(|start| start.eq_ignore_ascii_case("https://"))
        || text.get(..7).is_some_and(|start| start.eq_ignore_ascii_case("http://"));
    if absolute && clean && spelled && !text.contains('\\') { Ok(text.into()) } else { Err(Error::bad_url(name)) }
}

/// Enough of an address check for a form: one `@`, something on both sides, a dot in the domain, no blanks.
pub(crate) fn is_email(text: &str) -> bool {
    text.len() <= 512
        && !text.chars().any(|character| character.is_whitespace() || character.is_control())
        && text.split_once('@').is_some_and(|(user, domain)| {
            !user.is_empty()
                && !domain.contains('@')
                && domain.contains('.')
                && !domain.starts_with('.')
                && !domain.ends_with('.')
        })
}

/// So much of a text as a complaint repeats.
pub(super) fn short(text: &str) -> String {
    text.chars().take(100).collect()
}

#[cfg(test)]
mod tests {
    use super::is_email;

    #[test]
    fn addresses_have_two_sides() {
        assert!(is_email("a@b.test"));
        for bad in ["", "a", "@b.test", "a@b", "a b@c.test", "a@b@c.test", "a@.test"] {
            assert!(!is_email(bad), "{bad}");
        }
    }
}
