//! Secrets are masked wherever something is shown; searching still sees them, or a leak could not be found.

use std::collections::BTreeMap;

use parking_lot::RwLock;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// The secrets that a world has handed out.
#[derive(Debug, Default)]
pub struct Secrets {
    known: RwLock<BTreeMap<String, String>>,
}

/// What forms leave as it is (<https://url.spec.whatwg.org/#urlencoded-serializing>): in them a secret may look otherwise.
const FORM: &AsciiSet = &NON_ALPHANUMERIC.remove(b'*').remove(b'-').remove(b'.').remove(b'_');

/// Values shorter than this are not masked: they would blank out ordinary text.
const SHORTEST: usize = 8;

impl Secrets {
    /// Remembers a secret by what it is, so that it is masked from now on.
    pub fn register(&self, label: &str, value: &str) {
        if value.len() < SHORTEST {
            return;
        }
        let encoded = utf8_percent_encode(value, FORM).to_string();
        let mut known = self.known.write();
        known.insert(value.to_owned(), label.to_owned());
        if encoded != value {
            known.insert(encoded, label.to_owned());
        }
    }

    /// Every secret with its label, for searching what a service emitted.
    pub fn all(&self) -> Vec<(String, String)> {
        self.known.read().iter().map(|(value, label)| (label.clone(), value.clone())).collect()
    }

    /// The text with every known secret replaced by its masked form.
    pub fn mask(&self, text: &str) -> String {
        let known = self.known.read();
        let mut masked = text.to_owned();
        // Longest first, so that a secret inside another one does not leave half of it standing.
        let mut values: Vec<_> = known.iter().collect();
        values.sort_by_key(|(value, _)| std::cmp::Reverse(value.len()));
        for (value, label) in values {
            if masked.contains(value.as_str()) {
                masked = masked.replace(value.as_str(), &format!("[{label} {}]", starred(value)));
            }
        }
        masked
    }

    /// A header's value as it may be shown; `name` in lower case.
    pub fn mask_header(&self, name: &str, value: &str) -> String {
        if matches!(name, "authorization" | "proxy-authorization") {
            let (scheme, credential) = value.split_once(' ').unwrap_or(("", value));
            return format!("{scheme} {}", starred(credential)).trim_start().to_owned();
        }
        self.mask(value)
    }
}

/// The first characters that tell the kind of a secret, stars, and its last four.
pub fn starred(secret: &str) -> String {
    let shown: Vec<char> = secret.chars().collect();
    if shown.len() < 12 {
        return "****".to_owned();
    }
    let head: String = shown.iter().take(4).collect();
    let tail: String = shown.iter().skip(shown.len() - 4).collect();
    format!("{head}****{tail}")
}

#[cfg(test)]
mod tests {
    use super::Secrets;

    #[test]
    fn secrets_are_masked_inside_text_and_headers() {
        let secrets = Secrets::default();
        secrets.register("webhook secret", "whsec_0123456789abcdef");
        assert_eq!(secrets.mask("key=whsec_0123456789abcdef;"), "key=[webhook secret whse****cdef];");
        assert_eq!(secrets.mask_header("authorization", "Bearer sk_test_abcdefgh1234"), "Bearer sk_t****1234");
        assert_eq!(secrets.mask("nothing here"), "nothing here");
        secrets.register("client secret", "abc8Q~0123456789");
        assert_eq!(secrets.mask("a=abc8Q%7E0123456789"), "a=[client secret abc8****6789]");
    }
}
