//! RS256 with the fixed public test key: the crypto provider of `jsonwebtoken` on top of *ring*.

use std::sync::Once;

use jsonwebtoken::crypto::{CryptoProvider, JwtSigner, JwtVerifier, KeyUtils};
use jsonwebtoken::errors::{Error, ErrorKind};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use ring::signature::{self as ring_signature, RsaKeyPair};
use ring::{digest, rand};
use serde::Serialize;
use signature::Signer;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};

const PRIVATE_KEY: &[u8] = include_bytes!("../../../fixtures/entra/signing-key.der");
const CERTIFICATE: &[u8] = include_bytes!("../../../fixtures/entra/signing-certificate.der");

/// The public half as a key set shows it.
#[derive(Debug, Clone)]
pub(super) struct PublicKey {
    /// Key id and certificate thumbprint (SHA-1, base64url).
    pub(super) id: String,
    /// Modulus, base64url.
    pub(super) modulus: String,
    /// Exponent, base64url.
    pub(super) exponent: String,
    /// Certificate, base64.
    pub(super) certificate: String,
}

/// The public half of the signing key.
pub(super) fn public_key() -> Result<PublicKey, Error> {
    let pair = RsaKeyPair::from_der(PRIVATE_KEY).map_err(|_| Error::from(ErrorKind::InvalidKeyFormat))?;
    let parts: ring::rsa::PublicKeyComponents<Vec<u8>> = pair.public().into();
    Ok(PublicKey {
        id: thumbprint(),
        modulus: URL_SAFE_NO_PAD.encode(parts.n),
        exponent: URL_SAFE_NO_PAD.encode(parts.e),
        certificate: STANDARD.encode(CERTIFICATE),
    })
}

fn thumbprint() -> String {
    URL_SAFE_NO_PAD.encode(digest::digest(&digest::SHA1_FOR_LEGACY_USE_ONLY, CERTIFICATE))
}

/// Signs claims into a token.
pub(super) fn sign(claims: &impl Serialize) -> Result<String, Error> {
    install();
    let mut header = Header::new(Algorithm::RS256);
    header.kid = Some(thumbprint());
    header.x5t = Some(thumbprint());
    jsonwebtoken::encode(&header, claims, &EncodingKey::from_rsa_der(PRIVATE_KEY))
}

/// Makes this provider the process's one. A provider that is there already stays.
fn install() {
    static ONCE: Once = Once::new();
    static PROVIDER: CryptoProvider = CryptoProvider {
        signer_factory: signer,
        verifier_factory: |_, _| no_verifier(),
        key_utils: KeyUtils::new_unimplemented(),
    };
    ONCE.call_once(|| PROVIDER.install_default().unwrap_or_default());
}

/// Tokens are looked up, never verified, so there is no verifier.
fn no_verifier() -> Result<Box<dyn JwtVerifier>, Error> {
    Err(ErrorKind::InvalidAlgorithm.into())
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the signature that the crate asks for")]
fn signer(algorithm: &Algorithm, key: &EncodingKey) -> Result<Box<dyn JwtSigner>, Error> {
    if *algorithm != Algorithm::RS256 {
        return Err(ErrorKind::InvalidAlgorithm.into());
    }
    let pair = RsaKeyPair::from_der(key.as_bytes()).map_err(|_| Error::from(ErrorKind::InvalidKeyFormat))?;
    Ok(Box::new(RingSigner(pair)))
}

struct RingSigner(RsaKeyPair);

impl Signer<Vec<u8>> for RingSigner {
    fn try_sign(&self, message: &[u8]) -> Result<Vec<u8>, signature::Error> {
        let mut out = vec![0; self.0.public().modulus_len()];
        self.0
            .sign(&ring_signature::RSA_PKCS1_SHA256, &rand::SystemRandom::new(), message, &mut out)
            .map_err(|_| signature::Error::new())?;
        Ok(out)
    }
}

impl JwtSigner for RingSigner {
    fn algorithm(&self) -> Algorithm {
        Algorithm::RS256
    }
}

/// Whether the published key verifies a token.
#[cfg(test)]
pub(super) fn verifies(token: &str) -> bool {
    let mut parts = token.rsplitn(2, '.');
    let (Some(mac), Some(message)) = (parts.next(), parts.next()) else { return false };
    let Ok(pair) = RsaKeyPair::from_der(PRIVATE_KEY) else { return false };
    let parts: ring::rsa::PublicKeyComponents<Vec<u8>> = pair.public().into();
    URL_SAFE_NO_PAD
        .decode(mac)
        .is_ok_and(|mac| parts.verify(&ring_signature::RSA_PKCS1_2048_8192_SHA256, message.as_bytes(), &mac).is_ok())
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_token_verifies_with_the_published_key_and_not_when_tampered_with() {
        let token = super::sign(&serde_json::json!({"appid": "a"})).unwrap();
        assert!(super::verifies(&token));
        let tampered = token.replacen('.', ".e", 1);
        assert!(!super::verifies(&tampered));
    }
}
