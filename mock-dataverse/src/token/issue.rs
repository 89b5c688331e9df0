//! Gives out a token: claims, signature, the note in the book, the answer of either generation.

use axum::body::Body;
use axum::response::Response;
use http::StatusCode;
use jiff::SignedDuration;
use serde::Serialize;
use uuid::Uuid;

use super::book::Issued;
use super::face::json_answer;
use super::grant::{Grant, Proof, Version};
use super::signing;
use crate::dataverse::Dataverse;
use crate::json::object;

#[derive(Debug, Serialize)]
struct Claims<'a> {
    aud: &'a str,
    iss: String,
    iat: i64,
    nbf: i64,
    exp: i64,
    appid: Uuid,
    appidacr: &'static str,
    idp: String,
    oid: Uuid,
    sub: Uuid,
    tid: Uuid,
    uti: String,
    ver: &'static str,
}

/// Signs a token, notes it, answers it: numbers in v2, texts in v1.
pub(super) fn issue(dataverse: &Dataverse, version: Version, grant: &Grant<'_>) -> Response<Body> {
    let world = dataverse.world();
    let wall = world.clock().wall();
    let lifetime = dataverse.tokens().lifetime().unwrap_or(dataverse.config().token_lifetime);
    let (now, seconds) = (wall.as_second(), i64::from(lifetime));
    // One second more than `expires_in`, and valid five minutes back, as in captures.
    let (not_before, expires) = (now - 300, now + seconds + 1);
    let issuer = format!("https://sts.windows.net/{}/", grant.tenant.id);
    let claims = Claims {
        aud: &grant.audience,
        iss: issuer.clone(),
        iat: not_before,
        nbf: not_before,
        exp: expires,
        appid: grant.app.client_id,
        // https://learn.microsoft.com/entra/identity-platform/access-token-claims-reference
        appidacr: match grant.proof {
            Proof::Secret => "1",
            Proof::Certificate => "2",
        },
        idp: issuer,
        oid: grant.app.object_id,
        sub: grant.app.object_id,
        tid: grant.tenant.id,
        uti: world.ids().base62("entra.uti", "", 22),
        ver: "1.0",
    };
    let Ok(token) = signing::sign(&claims) else {
        // The embedded key is a valid RSA key, so this does not happen; it is answered all the same.
        return json_answer(
            world,
            StatusCode::SERVICE_UNAVAILABLE,
            &object([("error", "temporarily_unavailable".into())]),
        );
    };
    world.secrets().register("access token", &token);
    let issued = Issued {
        tenant: grant.tenant.id,
        client_id: grant.app.client_id,
        audience: grant.audience.clone(),
        issued: wall,
        expires: wall.checked_add(SignedDuration::from_secs(seconds + 1)).unwrap_or(wall),
    };
    dataverse.tokens().add(&token, issued);
    let body = match version {
        Version::V2 => object([
            ("token_type", "Bearer".into()),
            ("expires_in", seconds.into()),
            ("ext_expires_in", seconds.into()),
            ("access_token", token.into()),
        ]),
        Version::V1 => object([
            ("token_type", "Bearer".into()),
            ("expires_in", seconds.to_string().into()),
            ("ext_expires_in", seconds.to_string().into()),
            ("expires_on", expires.to_string().into()),
            ("not_before", not_before.to_string().into()),
            ("resource", grant.resource.as_str().into()),
            ("access_token", token.into()),
        ]),
    };
    json_answer(world, StatusCode::OK, &body)
}
