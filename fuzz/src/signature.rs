//! The `Stripe-Signature` header as the completion service reads it (`completion_service::domain::signature`).

use completion_service::domain::signature::{SignatureError, TOLERANCE, Verifier};

/// `1.x` under the secret `secret`: `printf 1.x | openssl dgst -sha256 -hmac secret`.
const RIGHT: &str = "33270e99f50e3d3ec295e0d7185dc323a6231c2739f396d70e6b71ea6a435486";

/// No header is believed that does not hold the right signature, and one that does is believed whatever else it holds, as long as it is
/// well formed.
pub fn check(data: &[u8]) {
    let Ok(header) = std::str::from_utf8(data) else { return };
    let verifier = Verifier::new("secret");
    let holds = header.to_ascii_lowercase().contains(RIGHT);
    assert!(holds || verifier.check(header, b"x", 1).is_err(), "{header}");
    assert_ne!(verifier.check(header, b"y", 1), Ok(()), "the body is another: {header}");
    assert_ne!(verifier.check(header, b"x", 2 + TOLERANCE), Ok(()), "it is too old: {header}");
    let right = format!("t=1,v1={RIGHT},{header}");
    let result = verifier.check(&right, b"x", 1);
    assert!(matches!(result, Ok(()) | Err(SignatureError::Malformed)), "{result:?} for {right}");
}
