//! A certificate authority of our own. Its key is drawn from the system's randomness, never from the seed, and its dates are real time:
//! see `docs/decisions/0010-certificates-live-in-real-time.md`.

use std::fmt;
use std::sync::Arc;

use ::ring::digest as ring_digest;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan as _};
use rcgen::{
    BasicConstraints, CertificateParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
    KeyUsagePurpose,
};
use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::ServerCertVerifier as _;
use rustls::crypto::ring;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer, ServerName, UnixTime};
use rustls::{CertificateError, Error as RustlsError, RootCertStore, ServerConfig};
use thiserror::Error;

use super::acceptor::Acceptor;
use super::names::{HostName, LOCAL_NAMES};
use crate::faults::Flaw;

/// How long an authority is good for, in days: about ten years, for one that is kept.
const AUTHORITY_DAYS: i32 = 3650;
/// How long a server's certificate is good for, in days: less than the 398 that clients of public authorities demand.
const SERVER_DAYS: i32 = 365;
/// How long before its making a certificate is good, in days: the clocks of containers and virtual machines are never quite alike.
const BACKDATED_DAYS: i32 = 2;
/// How long ago an expired certificate expired, in days.
const EXPIRED_DAYS: i32 = 30;
/// The host of a certificate with a wrong name: nobody can have it (RFC 6761).
const ANOTHER_NAME: &str = "another-host.invalid";

/// Why there is no TLS.
#[derive(Debug, Error)]
pub enum TlsError {
    /// A certificate could not be made.
    #[error("failed to make a certificate: {0}")]
    Make(#[from] rcgen::Error),
    /// The server's side could not be set up.
    #[error("failed to set up TLS: {0}")]
    Set(#[from] RustlsError),
    /// A kept authority's certificate cannot be read.
    #[error("the authority's certificate is no PEM certificate: {0}")]
    Certificate(String),
    /// A kept authority's key cannot be read.
    #[error("the authority's key is no PEM key that is known here: {0}")]
    Key(rcgen::Error),
    /// A kept authority does not vouch for what it signs.
    #[error(
        "the authority's certificate and key do not work together ({0}); it has expired, or one of the two files is another's"
    )]
    Unfit(String),
}

/// A certificate authority that signs for servers of this machine.
pub struct Authority {
    issuer: Issuer<'static, KeyPair>,
    certificate: CertificateDer<'static>,
    pem: String,
}

impl fmt::Debug for Authority {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Authority").finish_non_exhaustive()
    }
}

impl Authority {
    /// A new one with a key of its own. `wall` is real time.
    pub fn new(wall: Timestamp) -> Result<Self, TlsError> {
        let key = KeyPair::generate()?;
        let params = authority_params(&key, wall);
        let certificate = params.self_signed(&key)?;
        Ok(Self { pem: certificate.pem(), certificate: certificate.der().clone(), issuer: Issuer::new(params, key) })
    }

    /// One that was kept: what [`Authority::certificate_pem`] and [`Authority::key_pem`] gave. `wall` is real time.
    pub fn kept(certificate_pem: &str, key_pem: &str, wall: Timestamp) -> Result<Self, TlsError> {
        let certificate = CertificateDer::from_pem_slice(certificate_pem.as_bytes())
            .map_err(|error| TlsError::Certificate(error.to_string()))?;
        let key = KeyPair::from_pem(key_pem).map_err(TlsError::Key)?;
        let params = authority_params(&key, wall);
        let kept = Self { issuer: Issuer::new(params, key), certificate, pem: certificate_pem.to_owned() };
        kept.vouches(wall)?;
        Ok(kept)
    }

    /// Its certificate, as PEM: what a client is told to trust.
    pub fn certificate_pem(&self) -> &str {
        &self.pem
    }

    /// Its key, as PEM (PKCS #8). Who has it can pass for any host towards everybody who trusts the authority.
    pub fn key_pem(&self) -> String {
        self.issuer.key().serialize_pem()
    }

    /// The server's side of TLS with a new certificate for this machine's names ([`LOCAL_NAMES`]) and for `names`, good for a year of
    /// real time from `wall`. It offers HTTP/2 and HTTP/1.1.
    pub fn acceptor(&self, names: &[HostName], wall: Timestamp) -> Result<Acceptor, TlsError> {
        let mut all: Vec<String> = LOCAL_NAMES.into_iter().map(str::to_owned).collect();
        for name in names {
            if !all.iter().any(|known| known == name.as_str()) {
                all.push(name.to_string());
            }
        }
        let flawed = Flaw::ALL.map(|flaw| Ok((flaw, server_config(self.flawed_certificate(flaw, &all, wall)?)?)));
        let flawed = flawed.into_iter().collect::<Result<Vec<_>, TlsError>>()?;
        Ok(Acceptor::new(server_config(self.server_certificate(all, wall)?)?, flawed))
    }

    /// A certificate that is good for nothing, and for one reason only.
    fn flawed_certificate(&self, flaw: Flaw, names: &[String], wall: Timestamp) -> Result<Shown, TlsError> {
        let long_ago = || wall.saturating_sub(SignedDuration::from_hours(24 * i64::from(SERVER_DAYS + EXPIRED_DAYS)));
        match flaw {
            Flaw::WrongName => self.server_certificate(vec![ANOTHER_NAME.to_owned()], wall),
            Flaw::Expired => self.server_certificate(names.to_vec(), long_ago().unwrap_or(Timestamp::UNIX_EPOCH)),
            Flaw::SelfMade => {
                let key = KeyPair::generate()?;
                let certificate = server_params(names.to_vec(), wall)?.self_signed(&key)?;
                Ok((certificate.der().clone(), PrivatePkcs8KeyDer::from(key.serialize_der()).into()))
            }
        }
    }

    fn server_certificate(&self, names: Vec<String>, wall: Timestamp) -> Result<Shown, TlsError> {
        let key = KeyPair::generate()?;
        let mut params = server_params(names, wall)?;
        params.use_authority_key_identifier_extension = true;
        let certificate = params.signed_by(&key, &self.issuer)?;
        Ok((certificate.der().clone(), PrivatePkcs8KeyDer::from(key.serialize_der()).into()))
    }

    /// Whether a client that trusts this authority's certificate takes what its key signs.
    fn vouches(&self, wall: Timestamp) -> Result<(), TlsError> {
        let unfit = |error: &dyn fmt::Display| TlsError::Unfit(error.to_string());
        let mut roots = RootCertStore::empty();
        roots.add(self.certificate.clone()).map_err(|error| unfit(&error))?;
        let verifier = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), Arc::new(ring::default_provider()))
            .build()
            .map_err(|error| unfit(&error))?;
        let (certificate, _) = self.server_certificate(vec!["localhost".to_owned()], wall)?;
        let name = ServerName::try_from("localhost").map_err(|error| unfit(&error))?;
        let since_epoch = wall.duration_since(Timestamp::UNIX_EPOCH).max(SignedDuration::ZERO);
        let now = UnixTime::since_unix_epoch(since_epoch.unsigned_abs());
        verifier.verify_server_cert(&certificate, &[], &name, &[], now).map_err(|error| unfit(&error))?;
        // An anchor's own dates are nothing to this verifier, but to most others. It does look at them when the authority is held out as a
        // server: first, before it objects to that.
        match verifier.verify_server_cert(&self.certificate, &[], &name, &[], now) {
            Err(RustlsError::InvalidCertificate(
                error @ (CertificateError::Expired
                | CertificateError::ExpiredContext { .. }
                | CertificateError::NotValidYet
                | CertificateError::NotValidYetContext { .. }),
            )) => Err(unfit(&RustlsError::from(error))),
            _ => Ok(()),
        }
    }
}

/// What a server shows, and its key.
type Shown = (CertificateDer<'static>, PrivateKeyDer<'static>);

fn server_config((certificate, key): Shown) -> Result<ServerConfig, RustlsError> {
    let mut config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(vec![certificate], key)?;
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(config)
}

fn server_params(names: Vec<String>, wall: Timestamp) -> Result<CertificateParams, rcgen::Error> {
    let mut params = CertificateParams::new(names)?;
    params.distinguished_name = named("payloop, servers of this machine");
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    date(&mut params, wall, SERVER_DAYS);
    Ok(params)
}

/// Named after its key: what a kept authority signs names it again, and a client that trusts another of ours says so, instead of finding a
/// signature wrong.
fn authority_params(key: &KeyPair, wall: Timestamp) -> CertificateParams {
    let digest = ring_digest::digest(&ring_digest::SHA256, key.public_key_raw());
    let short = hex::encode(digest.as_ref().get(..4).unwrap_or_default());
    let mut params = CertificateParams::default();
    params.distinguished_name = named(&format!("payloop local authority {short}"));
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    date(&mut params, wall, AUTHORITY_DAYS);
    params
}

fn named(name: &str) -> DistinguishedName {
    let mut named = DistinguishedName::new();
    named.push(DnType::CommonName, name);
    named.push(DnType::OrganizationName, "payloop");
    named
}

/// Sets the dates: whole days around `wall`.
fn date(params: &mut CertificateParams, wall: Timestamp, days: i32) {
    let today = wall.to_zoned(TimeZone::UTC).date();
    let at = |days: i32| {
        let day = today.saturating_add(days.days());
        // Months and days of a date are small and positive.
        rcgen::date_time_ymd(day.year().into(), day.month().unsigned_abs(), day.day().unsigned_abs())
    };
    params.not_before = at(-BACKDATED_DAYS);
    params.not_after = at(days);
}
