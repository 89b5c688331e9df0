//! Looks for secrets in text: those that the run handed out, in the spellings that they travel in, and tokens by their form.

use std::fmt;

use aho_corasick::AhoCorasick;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use mock_core::control::dto::{EntryView, MessageView};
use mock_core::journal::Direction;
use mock_core::redact::starred;

use super::url::encoded;

/// What the journal masks beside the secrets of the run: it is drawn while the run goes on.
const ISSUED: [&str; 2] = ["access token", "client assertion"];

/// The secrets of a run, made ready once to be looked for often.
#[derive(Debug)]
pub struct Sought {
    secrets: Vec<(&'static str, String)>,
    /// Whose spelling each pattern is; the last pattern, [`TOKEN`], is nobody's.
    labels: Vec<&'static str>,
    patterns: AhoCorasick,
}

/// How every signed token begins: it is an encoded JSON object.
const TOKEN: &str = "eyJ";

/// The shortest text that can hold a secret.
const SHORTEST: usize = 8;

impl Sought {
    /// These, and what the journal masks beside them.
    pub fn of(secrets: Vec<(&'static str, String)>) -> Self {
        let (labels, mut spellings): (Vec<_>, Vec<_>) = spelled(&secrets).into_iter().unzip();
        spellings.push(TOKEN.to_owned());
        #[expect(
            clippy::expect_used,
            reason = "it fails where patterns have gigabytes together; these have a few hundred bytes"
        )]
        let patterns = AhoCorasick::new(&spellings).expect("a few short patterns");
        Self { secrets, labels, patterns }
    }

    /// The secrets with their names.
    pub fn secrets(&self) -> &[(&'static str, String)] {
        &self.secrets
    }

    /// The secret in a text, by its name: as it is, percent-encoded, in base64, masked by the journal, or a token by its form.
    pub fn found_in(&self, text: &str) -> Option<&'static str> {
        self.found_beside(text, |_| false)
    }

    /// The same but for those that may stand there by right.
    fn found_beside(&self, text: &str, by_right: impl Fn(&str) -> bool) -> Option<&'static str> {
        if text.len() < SHORTEST {
            return None;
        }
        let mut first: Option<usize> = None;
        let mut may_hold_a_token = false;
        for found in self.patterns.find_overlapping_iter(text) {
            let pattern = found.pattern().as_usize();
            match self.labels.get(pattern) {
                None => may_hold_a_token = true,
                Some(label) if by_right(label) => {}
                Some(_) => first = Some(first.map_or(pattern, |known| known.min(pattern))),
            }
        }
        let label = first.and_then(|pattern| self.labels.get(pattern)).copied();
        label.or_else(|| (may_hold_a_token && holds_jwt(text)).then_some("access token"))
    }
}

/// Every spelling of every secret, with its name; what the journal masks beside them stands at the end.
fn spelled(secrets: &[(&'static str, String)]) -> Vec<(&'static str, String)> {
    let handed_out = secrets.iter().flat_map(|(label, value)| {
        let mut spellings = vec![value.clone()];
        let others = [
            encoded(value),
            form_urlencoded::byte_serialize(value.as_bytes()).collect(),
            STANDARD.encode(value).trim_end_matches('=').to_owned(),
            format!("[{label} "),
        ];
        for other in others {
            if !spellings.contains(&other) {
                spellings.push(other);
            }
        }
        spellings.into_iter().map(|spelling| (*label, spelling))
    });
    handed_out.chain(ISSUED.map(|label| (label, format!("[{label} ")))).collect()
}

/// Every secret in what the service wrote of an exchange, with the place where it stands. Credentials belong into `Authorization`, each to its
/// own system, and the client secret into token requests.
pub fn leaks_in(entry: &EntryView, sought: &Sought) -> Vec<String> {
    let Some(message) = emitted(entry) else { return Vec::new() };
    let at_entra = entry.fake == "entra";
    let mut leaks = Vec::new();
    let mut look = |place: fmt::Arguments<'_>, text: &str, may_sign_in: bool| {
        let by_right = |what: &str| may_sign_in && matches!(what, "client secret" | "client assertion");
        if let Some(what) = sought.found_beside(text, by_right) {
            let side = if entry.direction == Direction::Inbound { "the call" } else { "the answer" };
            leaks.push(format!("the {what} in {place} of {side} #{} ({})", entry.seq, entry.fake));
        }
    };
    look(format_args!("the request line"), message.target.as_deref().unwrap_or_default(), false);
    for (name, value) in message.headers.iter().filter(|(name, _)| name != "authorization") {
        look(format_args!("the header {name}"), value, false);
    }
    look(format_args!("the body"), &message.body, at_entra);
    if let Some(what) =
        message.header("authorization").and_then(|value| misdirected(&entry.fake, value, &sought.secrets))
    {
        leaks.push(format!("the {what} in Authorization of the call #{}, which went to {}", entry.seq, entry.fake));
    }
    leaks
}

/// The side of an exchange that the service wrote. The hosted page and the Event API are used by the suite.
fn emitted(entry: &EntryView) -> Option<&MessageView> {
    match (entry.direction, entry.fake.as_str()) {
        (Direction::Inbound, "dataverse" | "stripe" | "entra") => Some(&entry.request),
        (Direction::Outbound, _) => entry.answer.as_ref(),
        (Direction::Inbound, _) => None,
    }
}

/// The credential in an `Authorization` header that another system has given. The journal shows its beginning and its end.
fn misdirected(fake: &str, shown: &str, secrets: &[(&'static str, String)]) -> Option<&'static str> {
    let credential = shown.rsplit(' ').next().unwrap_or_default();
    let is_token = credential.starts_with("eyJ");
    let known = secrets.iter().find(|(_, value)| credential == starred(value) || credential == value);
    let own = match fake {
        "stripe" => "stripe key",
        "entra" => "client secret",
        _ => "access token",
    };
    match known {
        Some((label, _)) => (*label != own).then_some(*label),
        None => (is_token && own != "access token").then_some("access token"),
    }
}

/// Whether a signed token of the form that Entra gives stands in the text: three parts, the first two beginning as encoded JSON objects.
pub fn holds_jwt(text: &str) -> bool {
    text.match_indices(TOKEN).any(|(at, _)| {
        let Some(rest) = text.get(at..) else { return false };
        let end = rest.find(|c: char| !(c.is_ascii_alphanumeric() || "-_.".contains(c))).unwrap_or(rest.len());
        let parts: Vec<&str> = rest.get(..end).unwrap_or_default().split('.').collect();
        matches!(parts.as_slice(), [head, body, signature] if head.len() > 8 && body.len() > 8 && signature.len() > 8 && body.starts_with("eyJ"))
    })
}

#[cfg(test)]
mod tests {
    use super::{Sought, holds_jwt, misdirected};

    fn secrets() -> Vec<(&'static str, String)> {
        vec![
            ("client secret", "abc8Q~0123456789".to_owned()),
            ("stripe key", "sk_test_0123456789".to_owned()),
            ("webhook secret", "whsec_0123456789".to_owned()),
        ]
    }

    #[test]
    fn tokens_are_recognised_by_their_form() {
        let token = "eyJhbGciOiJSUzI1NiJ9.eyJhdWQiOiJodHRwIn0.c2lnbmF0dXJlMTIz";
        assert!(holds_jwt(&format!("Bearer {token}; more")));
        assert!(!holds_jwt("eyJhbGciOiJSUzI1NiJ9"));
        assert!(!holds_jwt("eyJ.eyJ.x"));
    }

    #[track_caller]
    fn check(text: &str, expect: Option<&str>) {
        assert_eq!(Sought::of(secrets()).found_in(text), expect, "{text}");
    }

    #[test]
    fn secrets_are_found_in_every_spelling() {
        check("nothing", None);
        check("x=whsec_0123456789;", Some("webhook secret"));
        check("x=abc8Q%7E0123456789&y", Some("client secret"));
        check("x=[client secret abc8****6789]", Some("client secret"));
        check("Basic c2tfdGVzdF8wMTIzNDU2Nzg5", Some("stripe key"));
        check("m=[access token eyJ0****abcd]", Some("access token"));
        check("m=eyJhbGciOiJSUzI1NiJ9.eyJhdWQiOiJodHRwIn0.c2lnbmF0dXJlMTIz", Some("access token"));
        check("m=eyJhbGciOiJSUzI1NiJ9", None);
        check("m=eyJhbGciOiJSUzI1NiJ9.eyJhdWQiOiJodHRwIn0.c2lnbmF0dXJlMTIz whsec_0123456789", Some("webhook secret"));
    }

    #[test]
    fn credentials_belong_to_their_own_system() {
        let at = |fake, shown| misdirected(fake, shown, &secrets());
        assert_eq!(at("stripe", "Bearer sk_t****6789"), None);
        assert_eq!(at("dataverse", "Bearer eyJ0****abcd"), None);
        assert_eq!(at("stripe", "Basic c2t0****Og=="), None);
        assert_eq!(at("dataverse", "Bearer sk_t****6789"), Some("stripe key"));
        assert_eq!(at("stripe", "Bearer eyJ0****abcd"), Some("access token"));
        assert_eq!(at("dataverse", "Bearer abc8****6789"), Some("client secret"));
    }
}
