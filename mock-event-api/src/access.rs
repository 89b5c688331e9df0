//! Who may call: the token names a web application, and the call's origin must be the one registered for it. Pure.

use http::StatusCode;
use mock_dataverse::event_management::switches::Scoped;
use mock_dataverse::event_management::{Generation, Visitor, WebApplication};
use subtle::ConstantTimeEq as _;

use crate::error::Refusal;

/// A call that may go on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Admitted {
    /// The web application that the token names.
    pub application: WebApplication,
    /// The origin to allow in the answer; `None` when no browser's script may read it.
    pub allowed_origin: Option<String>,
    /// Who is signed in; only the outbound API knows of users.
    pub user: Option<Visitor>,
}

/// What public documents leave open about origins (EAPI-5, EAPI-6, OB-ORIGIN).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OriginRules {
    /// Refuse a call without an `Origin` header.
    pub required: bool,
    /// The status for another origin; `None` serves the call without CORS headers.
    pub mismatch: Option<StatusCode>,
}

impl OriginRules {
    /// As the switches stand.
    pub fn from_switches(generation: Generation, switches: Scoped<'_>) -> Self {
        Self {
            required: match generation {
                Generation::RealTime => switches.is("EAPI-5", "400"),
                Generation::Outbound => switches.is("OB-ORIGIN", "400"),
            },
            mismatch: match switches.value("EAPI-6") {
                "pass" => None,
                "401" => Some(StatusCode::UNAUTHORIZED),
                _ => Some(StatusCode::FORBIDDEN),
            },
        }
    }
}

/// Checks the token, then the origin. A token is compared as it is, in constant time: it is opaque, and nothing about its form is checked.
pub fn admit(
    applications: Vec<WebApplication>,
    token: Option<&str>,
    origin: Option<&[u8]>,
    rules: OriginRules,
) -> Result<Admitted, Refusal> {
    let token = token.filter(|token| !token.is_empty()).ok_or(Refusal::TokenMissing)?;
    let application = find(applications, token).ok_or(Refusal::TokenInvalid)?;
    let allowed_origin = match origin {
        None if rules.required => return Err(Refusal::OriginMissing),
        None => None,
        Some(origin) if origin == application.origin.as_bytes() => Some(application.origin.clone()),
        Some(_) => match rules.mismatch {
            Some(status) => return Err(Refusal::OriginMismatch(status)),
            None => None,
        },
    };
    Ok(Admitted { application, allowed_origin, user: None })
}

/// The origin that a preflight request may be allowed: that of the token's web application, or of any when there is no token.
pub fn preflight(applications: Vec<WebApplication>, token: Option<&str>, origin: Option<&[u8]>) -> Option<String> {
    let origin = origin?;
    match token {
        Some(token) => find(applications, token).filter(|application| application.origin.as_bytes() == origin),
        None => applications.into_iter().find(|application| application.origin.as_bytes() == origin),
    }
    .map(|application| application.origin)
}

/// Every token is compared, so that the time tells nothing about which one came close.
fn find(applications: Vec<WebApplication>, token: &str) -> Option<WebApplication> {
    let mut found = None;
    for application in applications {
        let same = bool::from(application.token.as_bytes().ct_eq(token.as_bytes()));
        if same && !application.token.is_empty() {
            found = Some(application);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::{OriginRules, admit, preflight};
    use http::StatusCode;
    use mock_dataverse::event_management::WebApplication;
    use uuid::Uuid;

    const DEFAULT: OriginRules = OriginRules { required: false, mismatch: Some(StatusCode::FORBIDDEN) };

    fn applications() -> Vec<WebApplication> {
        let application =
            |n, origin: &str, token: String| WebApplication { id: Uuid::from_u128(n), origin: origin.into(), token };
        vec![
            application(1, "https://a.example", "t".repeat(280)),
            application(2, "http://localhost:3000", "second".into()),
            application(3, "https://c.example", String::new()),
        ]
    }

    /// The outcome in one line: the status of the refusal, or the application's number and the allowed origin.
    #[track_caller]
    fn check(rules: OriginRules, token: Option<&str>, origin: Option<&str>, expect: &str) {
        let outcome = match admit(applications(), token, origin.map(str::as_bytes), rules) {
            Ok(admitted) => {
                format!("{} {}", admitted.application.id.as_u128(), admitted.allowed_origin.as_deref().unwrap_or("-"))
            }
            Err(refusal) => refusal.status().as_u16().to_string(),
        };
        assert_eq!(outcome, expect);
    }

    #[test]
    fn the_token_is_opaque_and_exact() {
        let long = "t".repeat(280);
        check(DEFAULT, Some(&long), None, "1 -");
        check(DEFAULT, Some("second"), None, "2 -");
        for wrong in [long.get(1..).unwrap(), "Second", " second", "second ", "x"] {
            check(DEFAULT, Some(wrong), None, "401");
        }
        check(DEFAULT, None, None, "400");
        check(DEFAULT, Some(""), None, "400");
    }

    #[test]
    fn the_origin_must_be_the_registered_one_to_the_letter() {
        check(DEFAULT, Some("second"), Some("http://localhost:3000"), "2 http://localhost:3000");
        for wrong in [
            "http://localhost:3000/",
            "http://localhost",
            "https://localhost:3000",
            "http://LOCALHOST:3000",
            "https://a.example",
            "null",
            "",
        ] {
            check(DEFAULT, Some("second"), Some(wrong), "403");
        }
        check(OriginRules { required: true, ..DEFAULT }, Some("second"), None, "400");
        check(
            OriginRules { mismatch: Some(StatusCode::UNAUTHORIZED), ..DEFAULT },
            Some("second"),
            Some("https://x.example"),
            "401",
        );
        check(OriginRules { mismatch: None, ..DEFAULT }, Some("second"), Some("https://x.example"), "2 -");
    }

    #[test]
    fn a_preflight_is_allowed_for_registered_origins_only() {
        let allowed =
            |token: Option<&str>, origin: Option<&str>| preflight(applications(), token, origin.map(str::as_bytes));
        assert_eq!(allowed(None, Some("https://a.example")).as_deref(), Some("https://a.example"));
        assert_eq!(allowed(Some("second"), Some("http://localhost:3000")).as_deref(), Some("http://localhost:3000"));
        assert_eq!(allowed(Some("second"), Some("https://a.example")), None);
        assert_eq!(allowed(None, Some("https://evil.example")), None);
        assert_eq!(allowed(None, None), None);
    }
}
