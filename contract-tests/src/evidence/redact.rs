//! Keeps secrets out of a transcript without losing that they were seen: each becomes a mark that carries its name.

use crate::report::Report;

/// The secrets that the journal masks by these names; the marks in a transcript carry them too.
const NAMES: [&str; 3] = ["client secret", "stripe key", "webhook secret"];

/// What stands in a transcript where a secret stood.
fn mark(name: &str) -> String {
    format!("[{name} redacted]")
}

/// The marks as the secrets to look for, when verdicts are made again.
pub(super) fn marks() -> Vec<(&'static str, String)> {
    NAMES.iter().map(|name| (*name, mark(name))).collect()
}

/// A report without secrets.
pub fn redacted(report: &Report, secrets: &[(&'static str, String)]) -> Result<Report, serde_json::Error> {
    serde_json::from_str(&redact(serde_json::to_string(report)?, secrets))
}

/// A line of JSON without secrets. None of them has a character that JSON would escape.
pub(super) fn redact(mut line: String, secrets: &[(&'static str, String)]) -> String {
    for (name, secret) in secrets {
        if !secret.is_empty() && line.contains(secret.as_str()) {
            line = line.replace(secret.as_str(), &mark(name));
        }
    }
    without_tokens(line)
}

/// Access tokens keep their form, so that they are still known for what they are, and lose what they say.
fn without_tokens(line: String) -> String {
    const EMPTY: &str = "eyJyZWRhY3RlZCI6MX0.eyJyZWRhY3RlZCI6MX0.cmVkYWN0ZWQ";
    if !line.contains("eyJ") {
        return line;
    }
    let mut clean = String::with_capacity(line.len());
    let mut rest = line.as_str();
    while let Some(at) = rest.find("eyJ") {
        let (before, from) = rest.split_at(at);
        clean.push_str(before);
        let end = from.find(|c: char| !(c.is_ascii_alphanumeric() || "-_.".contains(c))).unwrap_or(from.len());
        let (word, after) = from.split_at(end);
        let parts: Vec<&str> = word.split('.').collect();
        let token = parts.len() == 3 && parts.iter().all(|part| part.len() > 8) && parts[1].starts_with("eyJ");
        clean.push_str(if token { EMPTY } else { word });
        rest = after;
    }
    clean.push_str(rest);
    clean
}

#[cfg(test)]
mod tests {
    use super::redact;

    #[test]
    fn secrets_become_their_names_and_tokens_become_empty_ones() {
        let secrets = [("stripe key", "sk_test_1".to_owned()), ("client secret", String::new())];
        let line = r#"{"a":"key sk_test_1","b":"Bearer eyJhbGciOiJub25lIn0.eyJhdWQiOiJodHRwIn0.c2lnbmF0dXJl","c":"eyJ is no token"}"#;
        let expect = r#"{"a":"key [stripe key redacted]","b":"Bearer eyJyZWRhY3RlZCI6MX0.eyJyZWRhY3RlZCI6MX0.cmVkYWN0ZWQ","c":"eyJ is no token"}"#;
        assert_eq!(redact(line.to_owned(), &secrets), expect);
    }
}
