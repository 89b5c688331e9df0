//! `Stripe-Signature`: is it Stripe, and is it now? <https://docs.stripe.com/webhooks#verify-manually>

use std::time::Duration;

use ring::hmac;

/// How old or how far ahead a signature may be: the tolerance of Stripe's own libraries.
const TOLERANCE: Duration = Duration::from_secs(300);

/// No genuine header is nearly as long, even while secrets are rolled.
const LONGEST: usize = 2_048;

/// Why a delivery is not believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Unsigned {
    #[error("the header is not one timestamp with at least one v1 signature")]
    Shape,
    #[error("the timestamp is too far from now")]
    Time,
    #[error("no signature fits the body")]
    Mismatch,
}

/// The endpoint's secret, ready for use.
#[derive(Debug)]
pub(crate) struct Signed(hmac::Key);

impl Signed {
    /// The whole text is the key, `whsec_` included.
    pub(crate) fn by(secret: &str) -> Self {
        Self(hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes()))
    }

    /// Checks the bytes as they were received. Any of several `v1` may fit (a secret is being rolled); other schemes are not looked at.
    pub(crate) fn check(&self, header: &str, body: &[u8], now: Duration) -> Result<(), Unsigned> {
        if header.len() > LONGEST {
            return Err(Unsigned::Shape);
        }
        let mut stamp = None;
        let mut candidates = Vec::new();
        for (name, value) in header.split(',').filter_map(|item| item.trim().split_once('=')) {
            match name {
                "t" if stamp.is_some() => return Err(Unsigned::Shape),
                "t" => stamp = Some(value),
                "v1" => candidates.extend(hex::decode(value)),
                _ => {}
            }
        }
        let stamp = stamp.filter(|_| !candidates.is_empty()).ok_or(Unsigned::Shape)?;
        let at = Some(stamp).filter(|stamp| stamp.bytes().all(|byte| byte.is_ascii_digit()));
        let at = at.and_then(|stamp| stamp.parse().ok()).map(Duration::from_secs).ok_or(Unsigned::Shape)?;
        if at.abs_diff(now) > TOLERANCE + Duration::from_secs(1) {
            return Err(Unsigned::Time);
        }
        let message = [stamp.as_bytes(), b".", body].concat();
        let fits = |candidate: &Vec<u8>| hmac::verify(&self.0, &message, candidate).is_ok();
        if candidates.iter().any(fits) { Ok(()) } else { Err(Unsigned::Mismatch) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BODY: &[u8] = br#"{"id":"evt_1"}"#;
    const NOW: u64 = 1_700_000_000;

    fn sign(secret: &str, at: u64, body: &[u8]) -> String {
        let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
        let message = [format!("{at}.").as_bytes(), body].concat();
        hex::encode(hmac::sign(&key, &message))
    }

    #[track_caller]
    fn check(header: &str, expect: Result<(), Unsigned>) {
        assert_eq!(Signed::by("whsec_right").check(header, BODY, Duration::from_secs(NOW)), expect, "{header}");
    }

    #[test]
    fn what_stripe_signs_now_is_believed() {
        let good = sign("whsec_right", NOW, BODY);
        let other = sign("whsec_old", NOW, BODY);
        check(&format!("t={NOW},v1={good}"), Ok(()));
        check(&format!("v1={good},t={NOW}"), Ok(()));
        check(&format!("t={NOW},v1={other},v1={good},v0=0000"), Ok(()));
        check(&format!("t={NOW},v1={good},v2=z,flag"), Ok(()));
        let before = NOW - 299;
        check(&format!("t={before},v1={}", sign("whsec_right", before, BODY)), Ok(()));
    }

    #[test]
    fn what_others_sign_is_not() {
        for secret in ["", "whsec_test", "right"] {
            check(&format!("t={NOW},v1={}", sign(secret, NOW, BODY)), Err(Unsigned::Mismatch));
        }
        let another = sign("whsec_right", NOW, b"{}");
        check(&format!("t={NOW},v1={another}"), Err(Unsigned::Mismatch));
        let good = sign("whsec_right", NOW, BODY);
        check(&format!("t={},v1={good}", NOW + 1), Err(Unsigned::Mismatch));
    }

    #[test]
    fn old_and_future_ones_are_not() {
        for at in [NOW - 400, NOW + 400, 0, u64::MAX] {
            check(&format!("t={at},v1={}", sign("whsec_right", at, BODY)), Err(Unsigned::Time));
        }
    }

    #[test]
    fn other_shapes_are_none() {
        let good = sign("whsec_right", NOW, BODY);
        for header in [
            String::new(),
            format!("v1={good}"),
            format!("t={NOW}"),
            format!("t=now,v1={good}"),
            format!("t=+{NOW},v1={good}"),
            format!("t={NOW},v0={good}"),
            format!("t={NOW},t={NOW},v1={good}"),
            format!("t={NOW},v1=zz"),
            format!("t={NOW},v1={good},x={}", "0".repeat(LONGEST)),
        ] {
            check(&header, Err(Unsigned::Shape));
        }
    }
}
