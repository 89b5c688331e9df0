//! Discovery documents of both flavours, the key set, and instance discovery (facts/dataverse.md 14.4).

use uuid::Uuid;

use super::grant::Version;
use super::signing::PublicKey;
use crate::json::{Json, object};

fn list(items: &[&str]) -> Json {
    Json::Array(items.iter().map(|item| Json::from(*item)).collect())
}

/// `…/.well-known/openid-configuration` of a tenant; `base` is where this fake listens.
pub(super) fn configuration(base: &str, tenant: Uuid, version: Version) -> Json {
    let at = |path: &str| Json::from(format!("{base}/{tenant}/{path}"));
    let common = |path: &str| Json::from(format!("{base}/common/{path}"));
    let mut members = match version {
        Version::V2 => vec![
            ("token_endpoint", at("oauth2/v2.0/token")),
            (
                "token_endpoint_auth_methods_supported",
                list(&["client_secret_post", "private_key_jwt", "client_secret_basic"]),
            ),
            ("jwks_uri", at("discovery/v2.0/keys")),
            ("response_modes_supported", list(&["query", "fragment", "form_post"])),
            ("subject_types_supported", list(&["pairwise"])),
            ("id_token_signing_alg_values_supported", list(&["RS256"])),
            ("response_types_supported", list(&["code", "id_token", "code id_token", "id_token token"])),
            ("scopes_supported", list(&["openid", "profile", "email", "offline_access"])),
            ("issuer", at("v2.0")),
            ("request_uri_parameter_supported", false.into()),
            ("userinfo_endpoint", "https://graph.microsoft.com/oidc/userinfo".into()),
            ("authorization_endpoint", at("oauth2/v2.0/authorize")),
            ("device_authorization_endpoint", at("oauth2/v2.0/devicecode")),
            ("http_logout_supported", true.into()),
            ("frontchannel_logout_supported", true.into()),
            ("end_session_endpoint", at("oauth2/v2.0/logout")),
        ],
        Version::V1 => vec![
            ("token_endpoint", at("oauth2/token")),
            (
                "token_endpoint_auth_methods_supported",
                list(&["client_secret_post", "private_key_jwt", "client_secret_basic"]),
            ),
            ("jwks_uri", common("discovery/keys")),
            ("response_modes_supported", list(&["query", "fragment", "form_post"])),
            ("subject_types_supported", list(&["pairwise"])),
            ("id_token_signing_alg_values_supported", list(&["RS256"])),
            ("response_types_supported", list(&["code", "id_token", "code id_token", "token id_token", "token"])),
            ("scopes_supported", list(&["openid"])),
            ("issuer", format!("https://sts.windows.net/{tenant}/").into()),
            ("authorization_endpoint", at("oauth2/authorize")),
            ("device_authorization_endpoint", at("oauth2/devicecode")),
            ("userinfo_endpoint", at("openid/userinfo")),
            ("end_session_endpoint", at("oauth2/logout")),
        ],
    };
    members.extend([("tenant_region_scope", "NA".into()), ("cloud_instance_name", "microsoftonline.com".into())]);
    Json::Object(members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
}

/// The key set.
pub(super) fn keys(key: &PublicKey, issuer: &str) -> Json {
    let key = object([
        ("kty", "RSA".into()),
        ("use", "sig".into()),
        ("kid", key.id.as_str().into()),
        ("x5t", key.id.as_str().into()),
        ("n", key.modulus.as_str().into()),
        ("e", key.exponent.as_str().into()),
        ("x5c", list(&[key.certificate.as_str()])),
        ("issuer", issuer.into()),
    ]);
    object([("keys", Json::Array(vec![key]))])
}

/// Instance discovery: which hosts are one cloud. `host` is the authority's host, `tenant` its first path segment.
pub(super) fn instance(base: &str, host: &str, tenant: &str) -> Json {
    let metadata =
        object([("preferred_network", host.into()), ("preferred_cache", host.into()), ("aliases", list(&[host]))]);
    object([
        ("tenant_discovery_endpoint", format!("{base}/{tenant}/v2.0/.well-known/openid-configuration").into()),
        ("api-version", "1.1".into()),
        ("metadata", Json::Array(vec![metadata])),
    ])
}
