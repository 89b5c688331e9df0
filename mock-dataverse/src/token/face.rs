//! The routes of the fake Entra ID.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::{DefaultBodyLimit, FromRequestParts, Path, RawQuery, State};
use axum::response::Response;
use axum::routing::{get, post};
use bytes::Bytes;
use http::request::Parts;
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri, header};
use mock_core::{Exchange, Face, World};
use url::Url;

use super::dialect::EntraDialect;
use super::grant::{self, Known, Version};
use super::issue::issue;
use super::problem::Problem;
use super::{discovery, signing};
use crate::dataverse::Dataverse;
use crate::json::Json;

/// Token requests are small.
const BODY_LIMIT: usize = 64 * 1024;

/// The face of the fake Entra ID.
pub(crate) fn face(dataverse: &Dataverse) -> Face {
    let tenant = Router::new()
        .route("/{tenant}/oauth2/v2.0/token", post(token_v2))
        .route("/{tenant}/oauth2/token", post(token_v1))
        .route("/{tenant}/v2.0/.well-known/openid-configuration", get(configuration_v2))
        .route("/{tenant}/.well-known/openid-configuration", get(configuration_v1))
        .route("/{tenant}/discovery/v2.0/keys", get(keys))
        .route("/{tenant}/discovery/keys", get(keys))
        .route("/{tenant}/discovery/instance", get(instance));
    let router = Router::new()
        .merge(tenant.clone())
        .nest("/dstsv2", tenant)
        .fallback(unknown)
        .method_not_allowed_fallback(wrong_verb)
        .layer(axum::middleware::from_fn(crate::head::without_body))
        .layer(DefaultBodyLimit::disable())
        .with_state(dataverse.clone());
    Face {
        name: "entra",
        router,
        dialect: Arc::new(EntraDialect),
        contract: include_str!("../../../fixtures/openapi/entra.yaml"),
        body_limit: BODY_LIMIT,
    }
}

/// A JSON answer with the headers that every answer of Entra ID carries.
pub(super) fn json_answer(world: &World, status: StatusCode, body: &Json) -> Response<Body> {
    let mut response = Response::new(Body::from(body.to_text()));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    let fixed = [
        (header::CONTENT_TYPE, "application/json; charset=utf-8"),
        (header::CACHE_CONTROL, "no-store, no-cache"),
        (header::PRAGMA, "no-cache"),
        (header::EXPIRES, "-1"),
        (header::STRICT_TRANSPORT_SECURITY, "max-age=31536000; includeSubDomains"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (HeaderName::from_static("p3p"), "CP=\"DSP CUR OTPi IND OTRi ONL FIN\""),
        (HeaderName::from_static("x-ms-ests-server"), "2.1.22000.1 - PAYLOOP"),
    ];
    headers.extend(fixed.map(|(name, value)| (name, HeaderValue::from_static(value))));
    if let Ok(value) = HeaderValue::from_str(&world.ids().uuid("entra.request", "").to_string()) {
        headers.insert("x-ms-request-id", value);
    }
    response
}

/// The tenant of a path. What is no text names none, and is refused like any other that is unknown.
struct Tenant(String);

impl<S: Send + Sync> FromRequestParts<S> for Tenant {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Self::Rejection> {
        let tenant = Path::<String>::from_request_parts(parts, state).await;
        Ok(Self(tenant.map_or_else(|_| char::REPLACEMENT_CHARACTER.to_string(), |Path(tenant)| tenant)))
    }
}

async fn token_v1(
    State(dataverse): State<Dataverse>,
    Tenant(tenant): Tenant,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response<Body> {
    token(&dataverse, &tenant, Version::V1, &uri, &headers, &body)
}

async fn token_v2(
    State(dataverse): State<Dataverse>,
    Tenant(tenant): Tenant,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response<Body> {
    token(&dataverse, &tenant, Version::V2, &uri, &headers, &body)
}

fn token(
    dataverse: &Dataverse,
    tenant: &str,
    version: Version,
    uri: &Uri,
    headers: &HeaderMap,
    body: &[u8],
) -> Response<Body> {
    let world = dataverse.world();
    let fields = grant::fields(body, headers);
    let mut bases = vec![base(dataverse, uri, headers)];
    bases.extend(world.places().base("entra").map(|base| base.to_string()));
    let known = Known {
        config: dataverse.config(),
        resources: dataverse.resources(),
        bases,
        certificates: dataverse.certificates(),
        wall: world.clock().wall(),
    };
    if let Some(assertion) = fields.get("client_assertion") {
        world.secrets().register("client assertion", assertion);
    }
    match grant::decide(&known, tenant, version, &fields) {
        Ok(grant) => issue(dataverse, version, &grant),
        Err(problem) => problem.respond(world, headers),
    }
}

/// Where this face is reached: as the request says, else where it listens. A proxy may have taken the request here.
fn base(dataverse: &Dataverse, uri: &Uri, headers: &HeaderMap) -> String {
    dataverse.base_of("entra", || "https://login.microsoftonline.com".to_owned(), uri, headers)
}

async fn configuration_v1(
    State(dataverse): State<Dataverse>,
    Tenant(tenant): Tenant,
    uri: Uri,
    headers: HeaderMap,
) -> Response<Body> {
    configuration(&dataverse, &tenant, Version::V1, &uri, &headers)
}

async fn configuration_v2(
    State(dataverse): State<Dataverse>,
    Tenant(tenant): Tenant,
    uri: Uri,
    headers: HeaderMap,
) -> Response<Body> {
    configuration(&dataverse, &tenant, Version::V2, &uri, &headers)
}

fn configuration(
    dataverse: &Dataverse,
    tenant: &str,
    version: Version,
    uri: &Uri,
    headers: &HeaderMap,
) -> Response<Body> {
    match grant::tenant(dataverse.config(), tenant, "invalid_tenant") {
        Ok(tenant) => cached(json_answer(
            dataverse.world(),
            StatusCode::OK,
            &discovery::configuration(&base(dataverse, uri, headers), tenant.id, version),
        )),
        Err(problem) => problem.respond(dataverse.world(), headers),
    }
}

async fn keys(State(dataverse): State<Dataverse>, Tenant(tenant): Tenant, headers: HeaderMap) -> Response<Body> {
    let issuer = match grant::tenant(dataverse.config(), &tenant, "invalid_tenant") {
        Ok(tenant) => tenant.id.to_string(),
        Err(_) if tenant == "common" => "{tenantid}".to_owned(),
        Err(problem) => return problem.respond(dataverse.world(), &headers),
    };
    match signing::public_key() {
        Ok(key) => {
            let issuer = format!("https://login.microsoftonline.com/{issuer}/v2.0");
            cached(json_answer(dataverse.world(), StatusCode::OK, &discovery::keys(&key, &issuer)))
        }
        Err(_) => json_answer(dataverse.world(), StatusCode::NOT_FOUND, &Json::Null),
    }
}

async fn instance(
    State(dataverse): State<Dataverse>,
    RawQuery(query): RawQuery,
    uri: Uri,
    headers: HeaderMap,
) -> Response<Body> {
    let base = base(&dataverse, &uri, &headers);
    let asked = form_urlencoded::parse(query.unwrap_or_default().as_bytes())
        .find(|(name, _)| name == "authorization_endpoint")
        .map(|(_, value)| value.into_owned());
    let Some(asked) = asked else {
        return Problem::missing_field("authorization_endpoint").respond(dataverse.world(), &headers);
    };
    let authority = |text: &str| {
        Url::parse(text).ok().and_then(|url| {
            let host = url.host_str()?.to_owned();
            let host = url.port().map_or(host.clone(), |port| format!("{host}:{port}"));
            let tenant = url.path_segments().and_then(|mut segments| segments.next()).unwrap_or("common").to_owned();
            Some((host, tenant))
        })
    };
    let own = authority(&base).map(|(host, _)| host).unwrap_or_default();
    let known = ["login.microsoftonline.com", "login.windows.net", "sts.windows.net", own.as_str()];
    match authority(&asked).filter(|(host, _)| known.contains(&host.as_str())) {
        Some((host, tenant)) => {
            json_answer(dataverse.world(), StatusCode::OK, &discovery::instance(&base, &host, &tenant))
        }
        None => Problem {
            status: StatusCode::BAD_REQUEST,
            error: "invalid_instance",
            number: 50_049,
            text: "Unknown or invalid instance.".to_owned(),
        }
        .respond(dataverse.world(), &headers),
    }
}

fn cached(mut response: Response<Body>) -> Response<Body> {
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("max-age=86400, private"));
    response
}

async fn unknown(
    State(dataverse): State<Dataverse>,
    exchange: Exchange,
    uri: Uri,
    headers: HeaderMap,
) -> Response<Body> {
    exchange.unsupported(format!("Entra ID endpoint {}", uri.path()));
    Problem::unknown_endpoint(uri.path()).respond(dataverse.world(), &headers)
}

async fn wrong_verb(State(dataverse): State<Dataverse>, method: Method, headers: HeaderMap) -> Response<Body> {
    Problem::wrong_verb(method.as_str()).respond(dataverse.world(), &headers)
}
