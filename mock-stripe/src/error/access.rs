//! Refusals at the door: keys, addresses, idempotency keys, and what is not faked.

use http::StatusCode;

use super::object::{Error, Kind, shown};
use crate::domain::rate::Reason;

impl Error {
    /// No key at all.
    pub fn no_key() -> Self {
        Self::new(
            StatusCode::UNAUTHORIZED,
            Kind::InvalidRequest,
            "You did not provide an API key. Send your secret key in the Authorization header, using Bearer auth (for example \
             'Authorization: Bearer YOUR_SECRET_KEY'). See https://stripe.com/docs/api#authentication for details.",
        )
    }

    /// A key that is not this account's.
    pub fn wrong_key(key: &str) -> Self {
        Self::new(
            StatusCode::UNAUTHORIZED,
            Kind::InvalidRequest,
            format!("Invalid API Key provided: {}", starred_key(key)),
        )
    }

    /// A publishable key where a secret one is needed.
    pub fn publishable_key() -> Self {
        Self::new(
            StatusCode::UNAUTHORIZED,
            Kind::InvalidRequest,
            "This API call cannot be made with a publishable API key. Please use a secret API key. You can find a list of your \
             API keys at https://dashboard.stripe.com/account/apikeys.",
        )
        .code("secret_key_required")
    }

    /// A path or method that does not exist.
    pub fn unrecognized_url(method: &str, path: &str) -> Self {
        // A path with an empty part mostly comes of an empty id.
        let hint = if path.split('/').skip(1).any(str::is_empty) {
            "If you are trying to list objects, remove the trailing slash. If you are trying to retrieve an object, make sure you \
             passed a valid (non-empty) identifier in your code. "
        } else {
            ""
        };
        Self::new(
            StatusCode::NOT_FOUND,
            Kind::InvalidRequest,
            format!(
                "Unrecognized request URL ({method}: {path}). {hint}Please see https://stripe.com/docs or we can help at \
                 https://support.stripe.com/."
            ),
        )
    }

    /// An account that this key does not speak for. Connected accounts are not faked, so there is only one.
    pub fn other_account(key: &str, account: &str) -> Self {
        let mut error = Self::new(
            StatusCode::FORBIDDEN,
            Kind::InvalidRequest,
            format!(
                "The provided key '{}' does not have access to account '{}' (or that account does not exist). Application access \
                 may have been revoked.",
                starred_key(key),
                shown(account)
            ),
        )
        .code("account_invalid");
        error.unsupported = Some("connected accounts".to_owned());
        error
    }

    /// A body that is no form. The service words JSON otherwise than other kinds.
    pub fn no_form(content_type: &str) -> Self {
        if content_type.starts_with("application/json") {
            return Self::invalid(
                "Invalid request (check that your POST content type is application/x-www-form-urlencoded). If you have any \
                 questions, we can help at https://support.stripe.com/.",
            );
        }
        Self::invalid(format!(
            "Invalid request: unsupported Content-Type {}. If error persists and you need assistance, please contact \
             support@stripe.com.",
            shown(content_type)
        ))
    }

    /// A socket for a session that is over, or never was. The Stripe CLI reads this text, and then asks for another session.
    pub fn unknown_websocket() -> Self {
        Self::new(StatusCode::NOT_FOUND, Kind::InvalidRequest, "Unknown WebSocket ID.")
    }

    /// A body longer than this many bytes.
    pub fn too_large(limit: usize) -> Self {
        let message = format!("Invalid request: the body is larger than {limit} bytes.");
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, Kind::InvalidRequest, message)
    }

    /// More calls than the account may make.
    pub fn rate_limited(reason: Reason) -> Self {
        let message =
            "Request rate limit exceeded. Learn more about rate limits here https://stripe.com/docs/rate-limits.";
        let mut error = Self::new(StatusCode::TOO_MANY_REQUESTS, Kind::InvalidRequest, message).code("rate_limit");
        error.rate_limited = Some(reason);
        error
    }

    /// As many listen through the Stripe CLI as may.
    pub fn too_many_sessions() -> Self {
        let message = "Too many Stripe CLI sessions are listening on this account. End one of them, then try again.";
        Self::new(StatusCode::TOO_MANY_REQUESTS, Kind::InvalidRequest, message).code("rate_limit")
    }

    /// A part of the real service that this one lacks; `what` names it.
    pub fn unsupported(what: impl Into<String>, param: Option<&str>) -> Self {
        let what = what.into();
        let mut error = Self::invalid(format!("This fake of Stripe does not support {what}."));
        error.param = param.map(str::to_owned);
        error.unsupported = Some(what);
        error
    }

    /// Too many requests with one key at once.
    pub fn key_in_flight(key: &str) -> Self {
        Self::new(
            StatusCode::CONFLICT,
            Kind::Idempotency,
            format!(
                "There is currently another in-progress request using this Stripe idempotency key: {}. Wait for it to end, then \
                 try again.",
                shown(key)
            ),
        )
        .code("idempotency_key_in_use")
    }

    /// One key, two sets of parameters.
    pub fn key_other_parameters(key: &str) -> Self {
        Self::new(
            StatusCode::BAD_REQUEST,
            Kind::Idempotency,
            format!(
                "Keys for idempotent requests can only be used with the same parameters they were first used with. Try using a \
                 key other than '{}' if you meant to execute a different request.",
                shown(key)
            ),
        )
    }

    /// One key, two endpoints.
    pub fn key_other_endpoint(key: &str, first: &str, second: &str) -> Self {
        Self::new(
            StatusCode::BAD_REQUEST,
            Kind::Idempotency,
            format!(
                "Keys for idempotent requests can only be used for the same endpoint they were first used for ('{first}' vs \
                 '{second}'). Try using a key other than '{}' if you meant to execute a different request.",
                shown(key)
            ),
        )
    }
}

/// The beginning and the last four characters, the middle starred.
fn starred_key(key: &str) -> String {
    let characters: Vec<char> = key.chars().take(200).collect();
    if characters.len() <= 12 {
        let tail: String = characters.iter().skip(characters.len().saturating_sub(4)).collect();
        return format!("{}{tail}", "*".repeat(characters.len().saturating_sub(4)));
    }
    let head: String = characters.iter().take(8).collect();
    let tail: String = characters.iter().skip(characters.len() - 4).collect();
    format!("{head}{}{tail}", "*".repeat(characters.len() - 12))
}

#[cfg(test)]
mod tests {
    use super::starred_key;

    #[test]
    fn a_key_is_shown_by_its_ends_only() {
        assert_eq!(starred_key("sk_test_4eC39HqLyjWDarjtT1zdp7dc"), "sk_test_********************p7dc");
        assert_eq!(starred_key("short"), "*hort");
        assert_eq!(starred_key(""), "");
    }
}
