//! Signs a webhook payload for a time and one or more secrets.
//!
//! Source: `facts/stripe.md` 15, after <https://docs.stripe.com/webhooks>: `t=<unix>,v1=<hex>[,v1=<hex>],v0=<hex>`, where v1 is
//! HMAC-SHA256 over `t.body` with the whole secret text as key. v0 belongs to test mode and is to be ignored by receivers; how the
//! real one is computed is not published, so ours is a digest that verifies under no secret.

use jiff::Timestamp;
use ring::{digest, hmac};

/// The value of a `Stripe-Signature` header over exactly `body`, with one `v1` for each secret.
pub fn header(body: &[u8], at: Timestamp, secrets: &[&str]) -> String {
    let t = at.as_second();
    let mut text = format!("t={t}");
    for secret in secrets {
        text.push_str(",v1=");
        text.push_str(&v1(body, t, secret));
    }
    text.push_str(",v0=");
    text.push_str(&hex::encode(digest::digest(&digest::SHA256, text.as_bytes())));
    text
}

/// The `v1` signature alone: 64 lower-case hex digits. `t` is Unix seconds.
pub fn v1(body: &[u8], t: i64, secret: &str) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
    let mut context = hmac::Context::with_key(&key);
    context.update(t.to_string().as_bytes());
    context.update(b".");
    context.update(body);
    hex::encode(context.sign())
}

/// A signature with its first digit changed: well formed, never right.
pub fn broken(header: &str) -> String {
    match header.split_once("v1=") {
        Some((head, tail)) => {
            let mut rest = tail.chars();
            let digit = if rest.next() == Some('0') { '1' } else { '0' };
            format!("{head}v1={digit}{}", rest.as_str())
        }
        None => header.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::{broken, header, v1};

    #[test]
    fn v1_is_the_published_construction() {
        // Computed with `openssl dgst -sha256 -hmac whsec_test` over `1700000000.{"id":1}`.
        assert_eq!(
            v1(br#"{"id":1}"#, 1_700_000_000, "whsec_test"),
            "2f441ba4b3b2d50d28a9ab9d9fd8880376ecd1eb5d0435401553f5d8d0a5dcf8"
        );
    }

    #[test]
    fn every_active_secret_signs_and_v0_comes_last() {
        let at = Timestamp::from_second(1_700_000_000).unwrap();
        let text = header(b"x", at, &["whsec_a", "whsec_b"]);
        let parts: Vec<_> = text.split(',').map(|part| part.split_once('=').unwrap()).collect();
        assert_eq!(parts.iter().map(|(name, _)| *name).collect::<Vec<_>>(), ["t", "v1", "v1", "v0"]);
        assert_eq!(parts[1].1, v1(b"x", 1_700_000_000, "whsec_a"));
        assert_eq!(parts[2].1, v1(b"x", 1_700_000_000, "whsec_b"));
        assert!(parts.iter().skip(1).all(|(_, hex)| hex.len() == 64));
    }

    #[test]
    fn a_broken_signature_differs_in_one_digit() {
        let at = Timestamp::from_second(1_700_000_000).unwrap();
        let (good, bad) = (header(b"x", at, &["s"]), broken(&header(b"x", at, &["s"])));
        assert_eq!(good.len(), bad.len());
        assert_eq!(good.bytes().zip(bad.bytes()).filter(|(a, b)| a != b).count(), 1);
    }
}
