//! Client assertions (`private_key_jwt`): a token that the app signed itself with the key of a certificate of its registration. Pure.
//!
//! <https://learn.microsoft.com/entra/identity-platform/certificate-credentials> tells the form: signed by RS256 or PS256, the certificate
//! named by its thumbprint, `iss` and `sub` the app itself, `aud` the token endpoint. An assertion may be used again until `exp`, and
//! `exp` may be as late as one likes.

use base64::Engine as _;
use base64::engine::general_purpose::{URL_SAFE, URL_SAFE_NO_PAD};
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::Value;
use url::Url;
use uuid::Uuid;

use super::certificate::{Algorithm, ClientCertificate, upper_hex};
use super::problem::Problem;
use super::resource::origin;
use crate::config::Tenant;

/// The only kind of assertion that a client proves itself with.
pub(super) const KIND: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
/// By how much the clocks of the two sides may differ, in seconds.
const SKEW: i64 = 300;
/// Hosts that the fake stands for: a client behind a hosts file names one of them.
const REAL_HOSTS: [&str; 3] = ["login.microsoftonline.com", "login.windows.net", "sts.windows.net"];

#[derive(Debug, Deserialize)]
struct Header {
    alg: String,
    typ: Option<String>,
    x5t: Option<String>,
    #[serde(rename = "x5t#S256")]
    x5t_s256: Option<String>,
    kid: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Claims {
    iss: Option<String>,
    sub: Option<String>,
    aud: Option<Value>,
    exp: Option<f64>,
    nbf: Option<f64>,
}

/// Where a token is asked for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Here<'a> {
    /// The tenant.
    pub(super) tenant: &'a Tenant,
    /// URLs that the sign-in goes by.
    pub(super) bases: &'a [String],
    /// Real time.
    pub(super) wall: Timestamp,
}

/// Holds an assertion against the app that it is said to be from, and the app's certificates.
pub(super) fn check(
    assertion: &str,
    app: Uuid,
    certificates: &[ClientCertificate],
    here: Here<'_>,
) -> Result<(), Problem> {
    let mut parts = assertion.split('.');
    let (Some(head), Some(body), Some(seal), None) = (parts.next(), parts.next(), parts.next(), parts.next()) else {
        return Err(Problem::malformed_assertion());
    };
    let header: Header = part(head)?;
    let claims: Claims = part(body)?;
    let signature = decoded(seal).ok_or_else(Problem::malformed_assertion)?;
    if header.typ.as_deref().is_some_and(|typ| !typ.eq_ignore_ascii_case("JWT")) {
        return Err(Problem::assertion_type());
    }
    let algorithm = Algorithm::named(&header.alg).ok_or_else(|| Problem::assertion_algorithm(&header.alg))?;
    let audience = the_app_itself(&claims, app)?;
    let certificate = signer(&header, app, certificates)?;
    // Both parts and the dot between them, as they came.
    let message = assertion.strip_suffix(seal).and_then(|rest| rest.strip_suffix('.')).unwrap_or_default();
    if !certificate.verifies(algorithm, message.as_bytes(), &signature) {
        return Err(Problem::wrong_signature(certificate));
    }
    if !certificate.holds(here.wall) {
        return Err(Problem::expired_certificate(certificate));
    }
    if !is_here(audience, here) {
        return Err(Problem::assertion_audience());
    }
    in_time(&claims, here.wall)
}

fn decoded(text: &str) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(text).ok()
}

fn part<T: for<'de> Deserialize<'de>>(text: &str) -> Result<T, Problem> {
    decoded(text).and_then(|bytes| serde_json::from_slice(&bytes).ok()).ok_or_else(Problem::malformed_assertion)
}

/// Nothing that must be there is missing, and the app speaks for itself; answers the audience.
fn the_app_itself(claims: &Claims, app: Uuid) -> Result<&str, Problem> {
    let present = |name: &'static str, there: bool| if there { Ok(()) } else { Err(Problem::missing_claim(name)) };
    present("iss", claims.iss.is_some())?;
    present("sub", claims.sub.is_some())?;
    present("aud", claims.aud.is_some())?;
    present("exp", claims.exp.is_some())?;
    let own = |claim: &Option<String>| claim.as_deref().and_then(|text| Uuid::parse_str(text).ok()) == Some(app);
    if !own(&claims.iss) || !own(&claims.sub) {
        return Err(Problem::assertion_of_another());
    }
    // A list is refused as a whole: https://github.com/panva/openid-client/issues/348.
    claims.aud.as_ref().and_then(Value::as_str).ok_or_else(Problem::malformed_assertion)
}

/// The certificate that the header names by a thumbprint.
fn signer<'a>(
    header: &Header,
    app: Uuid,
    certificates: &'a [ClientCertificate],
) -> Result<&'a ClientCertificate, Problem> {
    let base64 = |text: &String| decoded(text).or_else(|| URL_SAFE.decode(text).ok());
    let thumbprint = match (&header.x5t_s256, &header.x5t, &header.kid) {
        (Some(text), _, _) | (None, Some(text), _) => base64(text),
        // Older libraries of Microsoft send the thumbprint as `kid`, in hexadecimal.
        (None, None, Some(text)) => hex::decode(text).ok().or_else(|| base64(text)),
        (None, None, None) => return Err(Problem::no_thumbprint()),
    };
    // What is as long as neither digest is no thumbprint, and is not shown as one.
    let thumbprint = thumbprint.filter(|bytes| matches!(bytes.len(), 20 | 32));
    thumbprint
        .as_deref()
        .and_then(|thumbprint| certificates.iter().find(|certificate| certificate.is_named(thumbprint)))
        .ok_or_else(|| Problem::unknown_certificate(thumbprint.as_deref().map(upper_hex).as_deref(), app))
}

/// Whether an audience is this tenant's token endpoint, of either generation, or its issuer.
fn is_here(audience: &str, here: Here<'_>) -> bool {
    let Ok(url) = Url::parse(audience) else { return false };
    let at = origin(&url);
    let real = url.scheme() == "https"
        && url.port().is_none()
        && url.host_str().is_some_and(|host| REAL_HOSTS.contains(&host));
    let own = || here.bases.iter().filter_map(|base| Url::parse(base).ok()).any(|base| origin(&base) == at);
    if !(real || own()) || url.query().is_some() || url.fragment().is_some() {
        return false;
    }
    let path = url.path().trim_start_matches('/');
    let path = path.strip_prefix("dstsv2/").unwrap_or(path);
    let (tenant, rest) = path.split_once('/').unwrap_or((path, ""));
    let named = Uuid::parse_str(tenant).is_ok_and(|id| id == here.tenant.id)
        || here.tenant.domains.iter().any(|domain| domain.eq_ignore_ascii_case(tenant));
    named && matches!(rest, "" | "v2.0" | "v2" | "oauth2/token" | "oauth2/v2.0/token")
}

fn in_time(claims: &Claims, wall: Timestamp) -> Result<(), Problem> {
    // Beyond the calendar is the end of the calendar.
    let moment = |seconds: Option<f64>| {
        let seconds = seconds.map_or(0, whole).clamp(Timestamp::MIN.as_second(), Timestamp::MAX.as_second());
        Timestamp::from_second(seconds).unwrap_or_default()
    };
    let (from, until) = (moment(claims.nbf), moment(claims.exp));
    let now = wall.as_second();
    if now > until.as_second().saturating_add(SKEW) || now < from.as_second().saturating_sub(SKEW) {
        return Err(Problem::assertion_out_of_time(wall, from, until));
    }
    Ok(())
}

/// Whole seconds, within what fits.
#[expect(clippy::cast_possible_truncation, reason = "a cast of a float stops at the ends of the range")]
fn whole(seconds: f64) -> i64 {
    seconds as i64
}
