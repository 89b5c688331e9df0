//! Checks a `Stripe-Signature` header against the raw body (<https://docs.stripe.com/webhooks#verify-manually>).

use ring::hmac;

/// How far the signature's timestamp may lie from our clock, in either direction, in seconds.
pub const TOLERANCE: i64 = 300;

/// A header longer than this is not looked at.
const LONGEST_HEADER: usize = 4096;

/// More signatures than any rolling of secrets produces.
const MOST_SIGNATURES: usize = 16;

/// The endpoint's signing secret (`whsec_…`), ready for use.
#[derive(Clone)]
pub struct Verifier(hmac::Key);

impl std::fmt::Debug for Verifier {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("Verifier(***)")
    }
}

/// Why a delivery is not believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SignatureError {
    /// No single, well-formed header with one time and at least one `v1`.
    #[error("the signature header is missing or malformed")]
    Malformed,
    /// No `v1` fits this body and secret.
    #[error("no signature fits the body")]
    NoMatch,
    /// Signed too long ago, or in the future.
    #[error("the signature's time is outside the tolerance")]
    OutOfTime,
}

impl Verifier {
    /// The whole secret text is the key, `whsec_` included.
    #[must_use]
    pub fn new(secret: &str) -> Self {
        Self(hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes()))
    }

    /// Accepts if any `v1` of `header` signs `t.body` and `t` is within [`TOLERANCE`] of `now` (Unix seconds). Other
    /// schemes are ignored. The comparison takes constant time.
    ///
    /// # Errors
    /// See [`SignatureError`].
    pub fn check(&self, header: &str, body: &[u8], now: i64) -> Result<(), SignatureError> {
        let header = Header::parse(header)?;
        let mut signed = Vec::with_capacity(header.time_text.len() + 1 + body.len());
        signed.extend_from_slice(header.time_text.as_bytes());
        signed.push(b'.');
        signed.extend_from_slice(body);
        if !header.signatures.iter().any(|tag| hmac::verify(&self.0, &signed, tag).is_ok()) {
            return Err(SignatureError::NoMatch);
        }
        if now.abs_diff(header.time) > TOLERANCE.unsigned_abs() {
            return Err(SignatureError::OutOfTime);
        }
        Ok(())
    }
}

struct Header<'a> {
    time_text: &'a str,
    time: i64,
    signatures: Vec<[u8; 32]>,
}

impl<'a> Header<'a> {
    fn parse(text: &'a str) -> Result<Self, SignatureError> {
        if text.len() > LONGEST_HEADER {
            return Err(SignatureError::Malformed);
        }
        let mut time_text = None;
        let mut signatures = Vec::new();
        for (scheme, value) in text.split(',').filter_map(|part| part.split_once('=')) {
            match scheme.trim() {
                "t" if time_text.replace(value).is_some() => return Err(SignatureError::Malformed),
                "v1" if signatures.len() < MOST_SIGNATURES => {
                    let mut tag = [0; 32];
                    if hex::decode_to_slice(value.trim(), &mut tag).is_ok() {
                        signatures.push(tag);
                    }
                }
                _ => {}
            }
        }
        let time_text = time_text.ok_or(SignatureError::Malformed)?;
        if signatures.is_empty() || !time_text.bytes().all(|digit| digit.is_ascii_digit()) {
            return Err(SignatureError::Malformed);
        }
        let time = time_text.parse().map_err(|_| SignatureError::Malformed)?;
        Ok(Self { time_text, time, signatures })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const SECRET: &str = "whsec_0123456789abcdef0123456789abcdef";
    const NOW: i64 = 1_790_000_000;
    const BODY: &[u8] = b"{\n  \"id\": \"evt_1\"\n}";

    fn tag(secret: &str, time: i64, body: &[u8]) -> String {
        let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
        let signed = [time.to_string().as_bytes(), b".", body].concat();
        hex::encode(hmac::sign(&key, &signed))
    }

    #[track_caller]
    fn check(header: &str, expected: Result<(), SignatureError>) {
        assert_eq!(Verifier::new(SECRET).check(header, BODY, NOW), expected, "{header}");
    }

    #[test]
    fn one_known_answer() {
        // printf 1.x | openssl dgst -sha256 -hmac secret
        let known = "33270e99f50e3d3ec295e0d7185dc323a6231c2739f396d70e6b71ea6a435486";
        assert_eq!(tag("secret", 1, b"x"), known);
        assert_eq!(Verifier::new("secret").check(&format!("t=1,v1={known}"), b"x", 1), Ok(()));
    }

    #[test]
    fn the_right_signature_passes_in_any_company() {
        let right = tag(SECRET, NOW, BODY);
        let wrong = tag("whsec_old", NOW, BODY);
        check(&format!("t={NOW},v1={right}"), Ok(()));
        check(&format!("t={NOW},v1={wrong},v1={right}"), Ok(()));
        check(&format!("t={NOW},v1={right},v1={wrong}"), Ok(()));
        check(&format!("v1={right},t={NOW}"), Ok(()));
        check(&format!("t={NOW},v1={right},v0={wrong}"), Ok(()));
        check(&format!("t={NOW},v2=later,v1={right},v1=short"), Ok(()));
    }

    #[test]
    fn tolerance_holds_both_ways() {
        for (time, expected) in [
            (NOW - TOLERANCE, Ok(())),
            (NOW + TOLERANCE, Ok(())),
            (NOW - TOLERANCE - 1, Err(SignatureError::OutOfTime)),
            (NOW + TOLERANCE + 1, Err(SignatureError::OutOfTime)),
        ] {
            check(&format!("t={time},v1={}", tag(SECRET, time, BODY)), expected);
        }
    }

    #[test]
    fn forgeries_do_not_match() {
        check(&format!("t={NOW},v1={}", tag("", NOW, BODY)), Err(SignatureError::NoMatch));
        check(&format!("t={NOW},v1={}", tag("whsec_test", NOW, BODY)), Err(SignatureError::NoMatch));
        check(&format!("t={NOW},v1={}", tag(SECRET, NOW, b"{}")), Err(SignatureError::NoMatch));
        check(&format!("t={},v1={}", NOW + 1, tag(SECRET, NOW, BODY)), Err(SignatureError::NoMatch));
    }

    #[test]
    fn malformed_headers_are_refused() {
        let right = tag(SECRET, NOW, BODY);
        for header in [
            String::new(),
            format!("v1={right}"),
            format!("t={NOW}"),
            format!("t=,v1={right}"),
            format!("t=soon,v1={right}"),
            format!("t=-{NOW},v1={right}"),
            format!("t=99999999999999999999,v1={right}"),
            format!("t={NOW},t={NOW},v1={right}"),
            format!("t={NOW},v0={right}"),
            format!("t={NOW},v1="),
            format!("t={NOW},v1={right}ff"),
            format!("t={NOW},v1={right},x={}", "y".repeat(10_000)),
        ] {
            check(&header, Err(SignatureError::Malformed));
        }
    }

    proptest! {
        #[test]
        fn no_header_panics_or_passes(header in "[tv01=,.0-9a-f ]{0,200}") {
            prop_assert!(Verifier::new(SECRET).check(&header, BODY, NOW).is_err());
        }

        #[test]
        fn one_changed_byte_is_seen(body in prop::collection::vec(any::<u8>(), 1..200), at in any::<prop::sample::Index>()) {
            let header = format!("t={NOW},v1={}", tag(SECRET, NOW, &body));
            prop_assert_eq!(Verifier::new(SECRET).check(&header, &body, NOW), Ok(()));
            let mut other = body.clone();
            let index = at.index(other.len());
            other[index] ^= 1;
            prop_assert_eq!(Verifier::new(SECRET).check(&header, &other, NOW), Err(SignatureError::NoMatch));
        }
    }
}
