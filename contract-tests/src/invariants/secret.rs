//! INV-7: none of the secrets and tokens that were handed out appears in anything the service emits: its calls to Stripe and Dataverse (where
//! they belong in the `Authorization` header alone), its answers, its redirects.
//!
//! The journal shows secrets masked, with their label, in the place where they stand; answers to visits are searched as they came.

use mock_core::control::dto::{EntryView, MessageView};
use mock_core::journal::Direction;

use super::observed::{Observed, Surroundings};
use super::table::Finding;
use crate::model::Weight;

pub(super) fn judge(observed: &Observed, around: &Surroundings<'_>) -> Vec<Finding> {
    let mut leaks = Vec::new();
    for entry in &observed.entries {
        let Some(emitted) = emitted(entry) else { continue };
        for text in texts(emitted) {
            if let Some(what) = masked_or_token(text, around) {
                leaks.push(format!("{what} in #{} {}", entry.seq, entry.fake));
            }
        }
    }
    for answer in &observed.answers {
        let headers = answer.headers.iter().map(|(_, value)| value.as_str());
        for text in headers.chain([answer.body.as_str()]) {
            if let Some(what) = masked_or_token(text, around) {
                leaks.push(format!("{what} in the answer to {} {}", answer.method, answer.url));
            }
        }
    }
    leaks.dedup();
    if observed.entries.is_empty() && observed.answers.is_empty() {
        return Vec::new();
    }
    vec![Finding {
        what: format!("no secret is in anything that the service sent for purchase {}", observed.purchase.id),
        expected: "secrets only in Authorization headers and token requests".to_owned(),
        seen: if leaks.is_empty() { "none".to_owned() } else { leaks.join("; ") },
        ok: leaks.is_empty(),
        weight: Weight::Must,
    }]
}

/// The side of an exchange that the service wrote. Token requests carry the client secret by right; the hosted page and the Event API are used
/// by the suite, not by the service.
fn emitted(entry: &EntryView) -> Option<&MessageView> {
    match (entry.direction, entry.fake.as_str()) {
        (Direction::Inbound, "dataverse" | "stripe") => Some(&entry.request),
        (Direction::Outbound, _) => entry.answer.as_ref(),
        (Direction::Inbound, _) => None,
    }
}

fn texts(message: &MessageView) -> impl Iterator<Item = &str> {
    let headers = message.headers.iter().filter(|(name, _)| name != "authorization").map(|(_, value)| value.as_str());
    message.target.as_deref().into_iter().chain(headers).chain([message.body.as_str()])
}

fn masked_or_token(text: &str, around: &Surroundings<'_>) -> Option<&'static str> {
    around
        .secrets
        .iter()
        .find(|(label, value)| text.contains(value.as_str()) || text.contains(&format!("[{label} ")))
        .map(|(label, _)| *label)
        .or_else(|| holds_jwt(text).then_some("access token"))
}

/// Whether a signed token of the form that Entra gives stands in the text: three parts, the first two beginning as encoded JSON objects.
fn holds_jwt(text: &str) -> bool {
    text.match_indices("eyJ").any(|(at, _)| {
        let Some(rest) = text.get(at..) else { return false };
        let end = rest.find(|c: char| !(c.is_ascii_alphanumeric() || "-_.".contains(c))).unwrap_or(rest.len());
        let parts: Vec<&str> = rest.get(..end).unwrap_or_default().split('.').collect();
        parts.len() == 3 && parts.iter().all(|part| part.len() > 8) && parts[1].starts_with("eyJ")
    })
}

#[cfg(test)]
mod tests {
    use super::holds_jwt;

    #[test]
    fn tokens_are_recognised_by_their_form() {
        let token = "eyJhbGciOiJSUzI1NiJ9.eyJhdWQiOiJodHRwIn0.c2lnbmF0dXJlMTIz";
        assert!(holds_jwt(&format!("Bearer {token}; more")));
        assert!(!holds_jwt("eyJhbGciOiJSUzI1NiJ9"));
        assert!(!holds_jwt("eyJ.eyJ.x"));
    }
}
