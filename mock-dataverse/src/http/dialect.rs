//! How the Web API words errors made outside its handlers: too large, broken, injected.

use axum::response::Response;
use bytes::Bytes;
use http::{HeaderValue, StatusCode, header};
use mock_core::Dialect;

use super::answer::fault_json;
use crate::dataverse::Dataverse;
use crate::fault::{Code, Fault};

/// The dialect of one organization.
#[derive(Debug)]
pub(super) struct DataverseDialect(pub(super) Dataverse);

impl DataverseDialect {
    fn render(fault: &Fault) -> Response<Bytes> {
        Self::with_code(fault.status, fault_json(fault, false).to_text())
    }

    fn with_code(status: StatusCode, body: String) -> Response<Bytes> {
        let mut response = Response::new(Bytes::from(body));
        *response.status_mut() = status;
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json; odata.metadata=minimal"));
        headers.insert("odata-version", HeaderValue::from_static("4.0"));
        response
    }
}

impl Dialect for DataverseDialect {
    fn payload_too_large(&self, limit: usize) -> Response<Bytes> {
        let text = format!("The request is too large: this fake takes {limit} bytes.");
        Self::render(&Fault::new(StatusCode::PAYLOAD_TOO_LARGE, Code::TOO_LARGE, text))
    }

    fn internal_error(&self, what: &str) -> Response<Bytes> {
        Self::render(&Fault::new(StatusCode::INTERNAL_SERVER_ERROR, Code::UNEXPECTED, what))
    }

    fn fault(&self, status: StatusCode, code: Option<&str>, message: Option<&str>) -> Response<Bytes> {
        if status == StatusCode::UNAUTHORIZED && message.is_none() {
            let mut response = Response::new(Bytes::new());
            *response.status_mut() = status;
            if let Ok(value) = HeaderValue::from_str(&self.0.challenge()) {
                response.headers_mut().insert(header::WWW_AUTHENTICATE, value);
            }
            return response;
        }
        let (default_code, default_message) = match status.as_u16() {
            429 => {
                (Code(0x8007_2322), "Number of requests exceeded the limit of 6000 over time window of 300 seconds.")
            }
            403 => (Code::PRIVILEGE, "The principal is missing a privilege."),
            404 => (Code::MISSING_ROW, "The row does not exist."),
            400 => (Code::PLUGIN_ABORTED, "An error was thrown by a plug-in."),
            _ => (Code::UNEXPECTED, "An unexpected error occurred."),
        };
        let fault = Fault::new(status, default_code, message.unwrap_or(default_message));
        let Some(code) = code else { return Self::render(&fault) };
        let body = fault_json(&fault, false).to_text();
        // Exactly one place holds the code, so it can be put in as given.
        let given = crate::json::Json::from(code).to_text();
        Self::with_code(status, body.replacen(&format!("\"{default_code}\""), &given, 1))
    }
}

#[cfg(test)]
mod tests {
    use http::StatusCode;
    use mock_core::{Dialect as _, World};

    use super::DataverseDialect;
    use crate::{Config, Dataverse};

    #[track_caller]
    fn check(status: u16, code: Option<&str>, message: Option<&str>, expect: &str) {
        let world = World::builder().build();
        let dialect = DataverseDialect(Dataverse::new(&world, Config::default()).unwrap());
        let answer = dialect.fault(StatusCode::from_u16(status).unwrap(), code, message);
        assert_eq!(answer.status().as_u16(), status);
        assert_eq!(answer.body(), expect);
    }

    #[test]
    fn injected_errors_speak_the_services_language() {
        let limit = r#"{"error":{"code":"0x80072322","message":"Number of requests exceeded the limit of 6000 over time window of 300 seconds."}}"#;
        check(429, None, None, limit);
        check(429, Some("0x80072326"), Some("too many"), r#"{"error":{"code":"0x80072326","message":"too many"}}"#);
        check(503, None, None, r#"{"error":{"code":"0x80040216","message":"An unexpected error occurred."}}"#);
        check(401, None, None, "");
    }

    #[test]
    fn an_injected_401_carries_the_challenge() {
        let world = World::builder().build();
        let dialect = DataverseDialect(Dataverse::new(&world, Config::default()).unwrap());
        let answer = dialect.fault(StatusCode::UNAUTHORIZED, None, None);
        assert!(answer.headers()["www-authenticate"].to_str().unwrap().starts_with("Bearer authorization_uri="));
    }
}
