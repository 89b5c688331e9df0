//! Certificates that app registrations sign in with: the public half of a key, its dates and its thumbprints.

use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use ring::digest;
use ring::signature::{RSA_PKCS1_2048_8192_SHA256, RSA_PSS_2048_8192_SHA256, RsaParameters, UnparsedPublicKey};
use thiserror::Error;
use x509_parser::prelude::{FromDer as _, Pem, X509Certificate};

/// `rsaEncryption` (RFC 8017, appendix C).
const RSA: &str = "1.2.840.113549.1.1.1";
/// Smallest and greatest modulus that is taken, in bits.
const RSA_BITS: std::ops::RangeInclusive<usize> = 2048..=8192;

/// A certificate of an app registration, in place of a secret. Only RSA keys can sign client assertions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClientCertificate {
    subject: String,
    not_before: Timestamp,
    not_after: Timestamp,
    sha1: Vec<u8>,
    sha256: Vec<u8>,
    /// `RSAPublicKey` (PKCS#1), DER.
    key: Vec<u8>,
}

/// Why a text is no certificate that an app can sign in with.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum CertificateError {
    /// Neither PEM with a certificate in it nor base64 of one.
    #[error("this is neither a PEM certificate nor the base64 of one")]
    Unreadable,
    /// The key is of another kind.
    #[error("the certificate's key is no RSA key of 2048 to 8192 bits")]
    Key,
}

/// How an assertion is signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Algorithm {
    /// RSASSA-PKCS1-v1_5 with SHA-256.
    Rs256,
    /// RSASSA-PSS with SHA-256.
    Ps256,
}

impl Algorithm {
    pub(super) fn named(name: &str) -> Option<Self> {
        match name {
            "RS256" => Some(Self::Rs256),
            "PS256" => Some(Self::Ps256),
            _ => None,
        }
    }

    fn parameters(self) -> &'static RsaParameters {
        match self {
            Self::Rs256 => &RSA_PKCS1_2048_8192_SHA256,
            Self::Ps256 => &RSA_PSS_2048_8192_SHA256,
        }
    }
}

impl ClientCertificate {
    /// Reads the first certificate of a PEM text (a private key beside it is passed over), or the base64 of its DER form.
    ///
    /// # Errors
    /// No certificate, or one whose key is not RSA.
    pub fn parse(text: &str) -> Result<Self, CertificateError> {
        let armoured = Pem::iter_from_buffer(text.as_bytes())
            .map_while(Result::ok)
            .find(|block| block.label == "CERTIFICATE")
            .map(|block| block.contents);
        let bare = || STANDARD.decode(text.split_ascii_whitespace().collect::<String>()).ok();
        Self::from_der(&armoured.or_else(bare).ok_or(CertificateError::Unreadable)?)
    }

    /// Reads a certificate in DER form.
    ///
    /// # Errors
    /// No certificate, or one whose key is not RSA.
    pub fn from_der(der: &[u8]) -> Result<Self, CertificateError> {
        let (rest, certificate) = X509Certificate::from_der(der).map_err(|_| CertificateError::Unreadable)?;
        let at = |seconds: i64| Timestamp::from_second(seconds).map_err(|_| CertificateError::Unreadable);
        if !rest.is_empty() {
            return Err(CertificateError::Unreadable);
        }
        let key = certificate.public_key();
        let bits = match key.parsed() {
            Ok(x509_parser::public_key::PublicKey::RSA(key)) => key.key_size(),
            _ => 0,
        };
        if key.algorithm.algorithm.to_id_string() != RSA || !RSA_BITS.contains(&bits) {
            return Err(CertificateError::Key);
        }
        let digest_of = |kind| digest::digest(kind, der).as_ref().to_vec();
        Ok(Self {
            subject: certificate.subject().to_string(),
            not_before: at(certificate.validity().not_before.timestamp())?,
            not_after: at(certificate.validity().not_after.timestamp())?,
            sha1: digest_of(&digest::SHA1_FOR_LEGACY_USE_ONLY),
            sha256: digest_of(&digest::SHA256),
            key: key.subject_public_key.data.to_vec(),
        })
    }

    /// Whom it names.
    pub fn subject(&self) -> &str {
        &self.subject
    }

    /// From when it holds (real time).
    pub fn not_before(&self) -> Timestamp {
        self.not_before
    }

    /// Until when it holds (real time).
    pub fn not_after(&self) -> Timestamp {
        self.not_after
    }

    /// The SHA-1 of its DER form in upper-case hexadecimal, as portals show it.
    pub fn thumbprint(&self) -> String {
        upper_hex(&self.sha1)
    }

    /// The SHA-256 of its DER form in upper-case hexadecimal.
    pub fn thumbprint_sha256(&self) -> String {
        upper_hex(&self.sha256)
    }

    /// Whether these bytes are one of its thumbprints.
    pub(super) fn is_named(&self, thumbprint: &[u8]) -> bool {
        [&self.sha1, &self.sha256].iter().any(|own| own.as_slice() == thumbprint)
    }

    pub(super) fn holds(&self, wall: Timestamp) -> bool {
        (self.not_before..=self.not_after).contains(&wall)
    }

    /// Whether the private half of its key signed the message.
    pub(super) fn verifies(&self, algorithm: Algorithm, message: &[u8], signature: &[u8]) -> bool {
        UnparsedPublicKey::new(algorithm.parameters(), &self.key).verify(message, signature).is_ok()
    }
}

/// Bytes as portals show them.
pub(super) fn upper_hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        // Writing to a text does not fail.
        write!(text, "{byte:02X}").unwrap_or_default();
        text
    })
}

#[cfg(test)]
mod tests {
    use super::{CertificateError, ClientCertificate};

    const RSA: &str = include_str!("../../../fixtures/entra/client-certificate.pem");
    const ELLIPTIC: &str = include_str!("../../../fixtures/entra/client-certificate-elliptic.pem");

    #[test]
    fn pem_and_bare_base64_are_read() {
        let certificate = ClientCertificate::parse(RSA).unwrap();
        assert_eq!(certificate.thumbprint(), "C98098E8BA14E59A113695422BDA9A401970ABBD");
        assert_eq!(certificate.subject(), "CN=payloop test app");
        assert_eq!(certificate.not_before().to_string(), "2020-01-01T00:00:00Z");
        assert_eq!(certificate.not_after().to_string(), "2120-01-01T00:00:00Z");
        let bare: String = RSA.lines().filter(|line| !line.starts_with('-')).collect();
        assert_eq!(ClientCertificate::parse(&bare), Ok(certificate.clone()));
        let with_key = format!("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n{RSA}");
        assert_eq!(ClientCertificate::parse(&with_key), Ok(certificate));
    }

    #[test]
    fn anything_else_is_told() {
        for text in ["", "x", "AAAA", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"] {
            assert_eq!(ClientCertificate::parse(text), Err(CertificateError::Unreadable), "{text}");
        }
        assert_eq!(ClientCertificate::parse(ELLIPTIC), Err(CertificateError::Key));
    }
}
