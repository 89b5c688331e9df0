//! The client-credentials grant: from form fields to an app and an audience, or a refusal. Pure.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::{HeaderMap, header};
use jiff::Timestamp;
use subtle::ConstantTimeEq as _;
use url::Url;
use uuid::Uuid;

use super::assertion::{self, Here};
use super::certificate::ClientCertificate;
use super::problem::Problem;
use super::resource::audience_of;
use crate::config::{AppRegistration, Config, Tenant};

/// Which generation of the token endpoint was called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Version {
    V1,
    V2,
}

/// What an app proved itself with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Proof {
    Secret,
    Certificate,
}

/// What a token request is held against.
#[derive(Debug)]
pub(super) struct Known<'a> {
    pub(super) config: &'a Config,
    /// URLs that tokens may be asked for.
    pub(super) resources: Vec<String>,
    /// URLs that the sign-in goes by.
    pub(super) bases: Vec<String>,
    /// Certificates of apps, in place of those of the configuration.
    pub(super) certificates: BTreeMap<Uuid, Vec<ClientCertificate>>,
    /// Real time.
    pub(super) wall: Timestamp,
}

/// A grant that holds.
#[derive(Debug)]
pub(super) struct Grant<'a> {
    pub(super) tenant: &'a Tenant,
    pub(super) app: &'a AppRegistration,
    pub(super) proof: Proof,
    /// As asked for, without `/.default`.
    pub(super) resource: String,
    /// Without a slash at the end.
    pub(super) audience: String,
}

/// Form fields of a token request; the first of a repeated field counts.
pub(super) fn fields(body: &[u8], headers: &HeaderMap) -> BTreeMap<String, String> {
    let mut fields = BTreeMap::new();
    for (name, value) in form_urlencoded::parse(body) {
        fields.entry(name.into_owned()).or_insert_with(|| value.into_owned());
    }
    if let Some((id, secret)) = basic(headers) {
        fields.entry("client_id".to_owned()).or_insert(id);
        fields.entry("client_secret".to_owned()).or_insert(secret);
    }
    fields
}

fn basic(headers: &HeaderMap) -> Option<(String, String)> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let encoded = value.strip_prefix("Basic ").or_else(|| value.strip_prefix("basic "))?;
    let text = String::from_utf8(STANDARD.decode(encoded.trim()).ok()?).ok()?;
    let (id, secret) = text.split_once(':')?;
    let decode = |part: &str| percent_encoding::percent_decode_str(part).decode_utf8_lossy().into_owned();
    Some((decode(id), decode(secret)))
}

/// The tenant that a path segment names.
pub(super) fn tenant<'a>(config: &'a Config, name: &str, not_found: &'static str) -> Result<&'a Tenant, Problem> {
    if ["common", "organizations", "consumers"].iter().any(|word| name.eq_ignore_ascii_case(word)) {
        return Err(Problem::no_tenant());
    }
    let id = Uuid::parse_str(name).ok();
    let looks_like_a_name = name.contains('.')
        && name.chars().all(|character| character.is_ascii_alphanumeric() || character == '.' || character == '-');
    if id.is_none() && !looks_like_a_name {
        return Err(Problem::malformed_tenant(name));
    }
    config
        .tenants
        .iter()
        .find(|tenant| Some(tenant.id) == id || tenant.domains.iter().any(|domain| domain.eq_ignore_ascii_case(name)))
        .ok_or_else(|| Problem::unknown_tenant(not_found, name))
}

/// Decides on a token request.
pub(super) fn decide<'a>(
    known: &Known<'a>,
    tenant_name: &str,
    version: Version,
    fields: &BTreeMap<String, String>,
) -> Result<Grant<'a>, Problem> {
    let tenant = tenant(known.config, tenant_name, "invalid_request")?;
    let field = |name: &str| fields.get(name).map(String::as_str).filter(|value| !value.is_empty());
    let required = |name: &str| field(name).ok_or_else(|| Problem::missing_field(name));
    let grant = required("grant_type")?;
    if grant != "client_credentials" {
        return Err(Problem::unknown_grant(grant));
    }
    let client = required("client_id")?;
    let asked = match version {
        Version::V1 => required("resource")?,
        Version::V2 => required("scope")?,
    };
    let app = Uuid::parse_str(client)
        .ok()
        .and_then(|id| tenant.apps.iter().find(|app| app.client_id == id))
        .ok_or_else(|| Problem::unknown_client(client, tenant.id))?;
    let proof = if let Some(given) = field("client_assertion") {
        if required("client_assertion_type")? != assertion::KIND {
            return Err(Problem::kind_of_assertion());
        }
        let certificates = known.certificates.get(&app.client_id).unwrap_or(&app.certificates);
        let here = Here { tenant, bases: &known.bases, wall: known.wall };
        assertion::check(given, app.client_id, certificates, here)?;
        Proof::Certificate
    } else {
        check_secret(app, field("client_secret").ok_or_else(Problem::no_credential)?, known.wall)?;
        Proof::Secret
    };
    let resource = match version {
        Version::V1 => asked.to_owned(),
        Version::V2 => scope_resource(asked)?.to_owned(),
    };
    let audience = audience_of(&resource, &known.resources)
        .map(str::to_owned)
        .ok_or_else(|| Problem::unknown_resource(&resource, tenant.id))?;
    Ok(Grant { tenant, app, proof, resource, audience })
}

/// All secrets are compared in full, so that the time tells nothing about them.
fn check_secret(app: &AppRegistration, given: &str, wall: Timestamp) -> Result<(), Problem> {
    let mut right = false;
    let mut expired = false;
    for secret in &app.secrets {
        if bool::from(secret.value.as_bytes().ct_eq(given.as_bytes())) {
            if secret.expires.is_none_or(|at| at > wall) {
                right = true;
            } else {
                expired = true;
            }
        }
    }
    match (right, expired) {
        (true, _) => Ok(()),
        (false, true) => Err(Problem::expired_secret(app.client_id)),
        (false, false) => Err(Problem::wrong_secret(app.client_id)),
    }
}

fn scope_resource(scope: &str) -> Result<&str, Problem> {
    let scopes: Vec<&str> = scope.split_whitespace().collect();
    match scopes.as_slice() {
        [only] => only.strip_suffix("/.default").filter(|resource| !resource.is_empty()).ok_or_else(|| {
            if Url::parse(only).is_ok() { Problem::scope_without_default(only) } else { Problem::bad_scope(only) }
        }),
        _ => Err(Problem::bad_scope(scope)),
    }
}
