//! How Stripe words errors that are made outside its handlers.

use bytes::Bytes;
use http::{HeaderMap, Response, StatusCode};
use mock_core::Dialect;

use super::answer::Reply;
use crate::domain::rate::Reason;
use crate::error::Error;
use crate::stripe::Stripe;

/// The dialect of one account.
pub(crate) struct StripeDialect(Stripe);

impl StripeDialect {
    pub(crate) fn new(stripe: &Stripe) -> Self {
        Self(stripe.clone())
    }

    fn answer(&self, error: &Error) -> Response<Bytes> {
        let reply = Reply::new(&self.0, &HeaderMap::new(), self.0.mint().request("outside"));
        let (status, body) = reply.error_body(error);
        let (parts, _) = reply.refuse(error, status, body.clone()).into_parts();
        Response::from_parts(parts, body)
    }
}

impl Dialect for StripeDialect {
    fn payload_too_large(&self, limit: usize) -> Response<Bytes> {
        self.answer(&Error::too_large(limit))
    }

    fn internal_error(&self, what: &str) -> Response<Bytes> {
        self.answer(&Error::other(StatusCode::INTERNAL_SERVER_ERROR, None, what))
    }

    fn fault(&self, status: StatusCode, code: Option<&str>, message: Option<&str>) -> Response<Bytes> {
        if status == StatusCode::TOO_MANY_REQUESTS && code.is_none() {
            let mut error = Error::rate_limited(Reason::Global);
            error.message = message.map_or(error.message, str::to_owned);
            return self.answer(&error);
        }
        let (usual_code, usual_message) = match status.as_u16() {
            400 => (None, "The request could not be carried out."),
            401 => (None, "Invalid API Key provided: sk_test_****"),
            402 => (Some("card_declined"), "Your card was declined."),
            403 => (None, "The provided key does not have the required permissions for this endpoint."),
            409 => (
                Some("idempotency_key_in_use"),
                "There is currently another in-progress request using this Stripe idempotency key.",
            ),
            424 => (None, "A dependency of this request failed."),
            503 => (None, "Stripe is temporarily unavailable. Please retry in a moment."),
            _ => (None, "An unknown error occurred."),
        };
        self.answer(&Error::other(status, code.or(usual_code), message.unwrap_or(usual_message)))
    }
}
