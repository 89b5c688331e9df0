//! Errors of the token endpoint: `AADSTS` numbers with the whole body that clients log.

use axum::body::Body;
use axum::response::Response;
use http::{HeaderMap, StatusCode};
use jiff::Timestamp;
use mock_core::World;
use uuid::Uuid;

use super::certificate::ClientCertificate;
use super::face::json_answer;
use crate::json::{Json, object};

/// Where refusals of assertions point to.
const CERTIFICATES: &str =
    "Review the documentation at https://learn.microsoft.com/entra/identity-platform/certificate-credentials .";

/// A refusal of Entra ID (facts/dataverse.md 14.3).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Problem {
    pub(super) status: StatusCode,
    pub(super) error: &'static str,
    pub(super) number: u32,
    pub(super) text: String,
}

impl Problem {
    fn new(status: StatusCode, error: &'static str, number: u32, text: String) -> Self {
        Self { status, error, number, text }
    }

    fn bad(error: &'static str, number: u32, text: String) -> Self {
        Self::new(StatusCode::BAD_REQUEST, error, number, text)
    }

    pub(super) fn missing_field(name: &str) -> Self {
        let text = format!("The request body must contain the following parameter: '{name}'.");
        Self::bad("invalid_request", 900_144, text)
    }

    pub(super) fn unknown_grant(grant: &str) -> Self {
        Self::bad("unsupported_grant_type", 70_003, format!("The app requested an unsupported grant type '{grant}'."))
    }

    pub(super) fn malformed_tenant(tenant: &str) -> Self {
        let text =
            format!("Specified tenant identifier '{tenant}' is neither a valid DNS name, nor a valid external domain.");
        Self::bad("invalid_request", 900_023, text)
    }

    pub(super) fn unknown_tenant(error: &'static str, tenant: &str) -> Self {
        let text = format!(
            "Tenant '{tenant}' not found. Check to make sure you have the correct tenant ID and are signing into the correct cloud."
        );
        Self::bad(error, 90_002, text)
    }

    pub(super) fn no_tenant() -> Self {
        let text =
            "No tenant-identifying information found in either the request or implied by any provided credentials.";
        Self::bad("invalid_request", 50_059, text.to_owned())
    }

    pub(super) fn unknown_client(client: &str, tenant: Uuid) -> Self {
        let text = format!(
            "Application with identifier '{client}' was not found in the directory '{tenant}'. This can happen if the application has not been installed by the administrator of the tenant or consented to by any user in the tenant."
        );
        Self::bad("unauthorized_client", 700_016, text)
    }

    pub(super) fn no_credential() -> Self {
        let text = "The request body must contain the following parameter: 'client_assertion' or 'client_secret'.";
        Self::new(StatusCode::UNAUTHORIZED, "invalid_client", 7_000_218, text.to_owned())
    }

    pub(super) fn wrong_secret(client: Uuid) -> Self {
        let text = format!(
            "Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID, for a secret added to app '{client}'."
        );
        Self::new(StatusCode::UNAUTHORIZED, "invalid_client", 7_000_215, text)
    }

    pub(super) fn expired_secret(client: Uuid) -> Self {
        let text = format!("The provided client secret keys for app '{client}' are expired.");
        Self::new(StatusCode::UNAUTHORIZED, "invalid_client", 7_000_222, text)
    }

    pub(super) fn kind_of_assertion() -> Self {
        Self::bad("invalid_request", 90_011, "Unexpected client assertion type.".to_owned())
    }

    pub(super) fn malformed_assertion() -> Self {
        Self::bad("invalid_request", 50_027, "JWT token is invalid or malformed.".to_owned())
    }

    pub(super) fn assertion_type() -> Self {
        let text = "Invalid JWT header type specified, must be 'JWT' or 'http://openid.net/specs/jwt/1.0'.";
        Self::bad("invalid_request", 5_002_727, text.to_owned())
    }

    pub(super) fn assertion_algorithm(name: &str) -> Self {
        let text = format!(
            "Invalid JWT token. '{name}' is not a supported signature algorithm. Supported signing algorithms are: 'RS256, PS256'"
        );
        Self::bad("invalid_request", 5_002_738, text)
    }

    pub(super) fn no_thumbprint() -> Self {
        let text = "Invalid JWT token. No certificate thumbprint specified in token header.";
        Self::bad("invalid_request", 50_027, text.to_owned())
    }

    pub(super) fn missing_claim(name: &str) -> Self {
        let text = format!(
            "The required field '{name}' is missing from the credential. Ensure that you have all the necessary parameters for the login request."
        );
        Self::bad("invalid_request", 90_014, text)
    }

    fn assertion(number: u32, text: String) -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "invalid_client", number, text)
    }

    pub(super) fn assertion_of_another() -> Self {
        let text = "Client assertion application identifier doesn't match 'client_id' parameter.";
        Self::assertion(700_021, format!("{text} {CERTIFICATES}"))
    }

    pub(super) fn assertion_audience() -> Self {
        Self::assertion(700_023, format!("Client assertion audience claim does not match Realm issuer. {CERTIFICATES}"))
    }

    pub(super) fn assertion_out_of_time(wall: Timestamp, from: Timestamp, until: Timestamp) -> Self {
        let shown = |at: Timestamp| at.strftime("%Y-%m-%dT%H:%M:%S.%7fZ");
        let text = format!(
            "Client assertion is not within its valid time range. Current time: {}, assertion valid from {}, expiry time of assertion {}. {CERTIFICATES}",
            shown(wall),
            shown(from),
            shown(until)
        );
        Self::assertion(700_024, text)
    }

    /// No certificate of the app has the thumbprint; `None`: what was sent is none.
    pub(super) fn unknown_certificate(thumbprint: Option<&str>, app: Uuid) -> Self {
        let thumbprint =
            thumbprint.map(|text| format!(" Thumbprint of key used by client: '{text}',")).unwrap_or_default();
        let text = format!(
            "The certificate with identifier used to sign the client assertion is not registered on application. [Reason - The key was not found.,{thumbprint} Please visit the Azure Portal, Graph Explorer or directly use MS Graph to see configured keys for app Id '{app}'.]"
        );
        Self::assertion(700_027, text)
    }

    pub(super) fn wrong_signature(found: &ClientCertificate) -> Self {
        Self::invalid_signature("The provided signature value did not match the expected signature value.", found)
    }

    pub(super) fn expired_certificate(found: &ClientCertificate) -> Self {
        Self::invalid_signature("The key used is expired.", found)
    }

    fn invalid_signature(reason: &str, found: &ClientCertificate) -> Self {
        let shown = |at: Timestamp| at.strftime("%m/%d/%Y %H:%M:%S");
        let text = format!(
            "Client assertion contains an invalid signature. [Reason - {reason}, Thumbprint of key used by client: '{}', Found key 'Start={}, End={}']",
            found.thumbprint(),
            shown(found.not_before()),
            shown(found.not_after())
        );
        Self::assertion(700_027, text)
    }

    pub(super) fn scope_without_default(scope: &str) -> Self {
        let text = format!(
            "The provided value for scope {scope} is not valid. Client credential flows must have a scope value with /.default suffixed to the resource identifier (application ID URI)."
        );
        Self::bad("invalid_scope", 1_002_012, text)
    }

    pub(super) fn bad_scope(scope: &str) -> Self {
        let text = format!(
            "The provided request must include a 'scope' input parameter. The provided value for the input parameter 'scope' is not valid. The scope '{scope}' is not valid."
        );
        Self::bad("invalid_scope", 70_011, text)
    }

    pub(super) fn unknown_resource(resource: &str, tenant: Uuid) -> Self {
        let text = format!(
            "The resource principal named {resource} was not found in the tenant named {tenant}. This can happen if the application has not been installed by the administrator of the tenant or consented to by any user in the tenant."
        );
        Self::bad("invalid_resource", 500_011, text)
    }

    pub(super) fn wrong_verb(verb: &str) -> Self {
        let text = format!("The endpoint only accepts POST, OPTIONS requests. Received a {verb} request.");
        Self::new(StatusCode::METHOD_NOT_ALLOWED, "invalid_request", 900_561, text)
    }

    pub(super) fn unknown_endpoint(path: &str) -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            "invalid_request",
            90_020,
            format!("No endpoint of this fake answers '{path}'."),
        )
    }

    /// The whole answer. The correlation id is the caller's own, if it sent one.
    pub(super) fn respond(&self, world: &World, headers: &HeaderMap) -> Response<Body> {
        let given = headers.get("client-request-id").and_then(|value| value.to_str().ok());
        let correlation = given
            .and_then(|text| Uuid::parse_str(text).ok())
            .unwrap_or_else(|| world.ids().uuid("entra.correlation", ""));
        let trace = world.ids().uuid("entra.trace", "");
        let timestamp = world.clock().wall().strftime("%Y-%m-%d %H:%M:%SZ").to_string();
        let description = format!(
            "AADSTS{}: {}\r\nTrace ID: {trace}\r\nCorrelation ID: {correlation}\r\nTimestamp: {timestamp}",
            self.number, self.text
        );
        let uri = format!("https://login.microsoftonline.com/error?code={}", self.number);
        let body = object([
            ("error", self.error.into()),
            ("error_description", description.into()),
            ("error_codes", Json::Array(vec![i64::from(self.number).into()])),
            ("timestamp", timestamp.into()),
            ("trace_id", trace.to_string().into()),
            ("correlation_id", correlation.to_string().into()),
            ("error_uri", uri.into()),
        ]);
        json_answer(world, self.status, &body)
    }
}
