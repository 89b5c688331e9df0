//! Signatures as Stripe makes them, for deliveries that the suite writes byte by byte (<https://docs.stripe.com/webhooks#verify-manually>).

use ring::hmac;

use crate::runner::Ctx;

/// The `v1` of a body sent at `t` (Unix seconds): HMAC-SHA256 over `t.body`, in hexadecimal. The whole text of the secret is the key.
pub fn v1(secret: &str, t: i64, body: &[u8]) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
    hex::encode(hmac::sign(&key, &[t.to_string().as_bytes(), b".", body].concat()))
}

/// A whole `Stripe-Signature`.
pub fn signed(secret: &str, t: i64, body: &[u8]) -> String {
    format!("t={t},v1={}", v1(secret, t, body))
}

impl Ctx {
    /// Real time in Unix seconds, which is what signatures are compared with.
    pub fn real_second(&self) -> i64 {
        self.bench().own.clock().wall().as_second()
    }

    /// The secret that our Stripe signs with, and that the service was given.
    pub fn webhook_secret(&self) -> &str {
        &self.bench().endpoints.stripe.webhook_secret
    }

    /// A header of the right form that signs nothing: who looks no further than the form takes it.
    pub fn sham_signature(&self) -> String {
        format!("t={},v1={}", self.real_second(), "0".repeat(64))
    }
}

#[cfg(test)]
mod tests {
    use super::signed;

    #[test]
    fn one_known_answer() {
        // printf 1.x | openssl dgst -sha256 -hmac secret
        let known = "33270e99f50e3d3ec295e0d7185dc323a6231c2739f396d70e6b71ea6a435486";
        assert_eq!(signed("secret", 1, b"x"), format!("t=1,v1={known}"));
    }
}
