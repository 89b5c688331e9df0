//! The few pages a buyer may see instead of a payment page, and the one place where trouble becomes a status code.

use std::time::Duration;

use axum::http::header::{ALLOW, CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY, RETRY_AFTER};
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};

use crate::clients::dataverse::DataverseError;
use crate::clients::retry::Passing;
use crate::clients::stripe::StripeError;
use crate::clients::token::TokenError;
use crate::domain::return_url::ReturnUrlError;
use crate::flows::visit::VisitError;

/// Everything that is answered instead of what was asked for. Nothing of the inside gets out: no code, no name, no value.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Problem {
    /// No single, well-formed purchase id.
    PurchaseId,
    ReturnUrl(ReturnUrlError),
    /// `returnUrl` twice, or not text.
    ReturnUrlForm,
    UnknownPurchase,
    NotFound,
    /// Another method than these.
    Method(&'static str),
    TooLong,
    AlreadyPaid,
    UnderWay,
    Closed,
    /// The purchase has no price that can be charged.
    NotPayable,
    /// Another service answers, but not usefully.
    Upstream,
    /// Another service is busy or away.
    Busy(Option<Duration>),
    /// Another service did not answer in time.
    Late,
}

struct Text {
    status: StatusCode,
    title: &'static str,
    advice: &'static str,
}

impl Problem {
    /// Whether it is about our side of things, and not about the link or the registration.
    pub(crate) const fn is_ours(&self) -> bool {
        matches!(self, Self::Upstream | Self::Busy(_) | Self::Late)
    }

    const fn text(&self) -> Text {
        let (status, title, advice) = match self {
            Self::PurchaseId => (
                StatusCode::BAD_REQUEST,
                "This payment link is incomplete",
                "Please go back to the registration page and follow its link again.",
            ),
            Self::ReturnUrl(ReturnUrlError::NotAllowed) => (
                StatusCode::BAD_REQUEST,
                "This payment link leads to a site that is not allowed",
                "Please go back to the registration page of the event and start from there.",
            ),
            Self::ReturnUrl(_) | Self::ReturnUrlForm => (
                StatusCode::BAD_REQUEST,
                "This payment link is damaged",
                "The address to return to after payment cannot be read. Please go back to the registration page and follow its link again.",
            ),
            Self::UnknownPurchase => (
                StatusCode::NOT_FOUND,
                "We do not know this registration",
                "If you registered just now, please wait a few seconds and reload this page.",
            ),
            Self::NotFound => (StatusCode::NOT_FOUND, "There is no such page", "Please check the address."),
            Self::Method(_) => (
                StatusCode::METHOD_NOT_ALLOWED,
                "This address cannot be used that way",
                "Please follow the link of the registration page in a browser.",
            ),
            Self::TooLong => (
                StatusCode::URI_TOO_LONG,
                "This payment link is too long",
                "Please go back to the registration page and follow its link again.",
            ),
            Self::AlreadyPaid => (
                StatusCode::CONFLICT,
                "This registration is already paid",
                "There is nothing left to pay. You can close this page.",
            ),
            Self::UnderWay => (
                StatusCode::CONFLICT,
                "A payment for this registration is under way",
                "Please do not pay again. Your registration is confirmed as soon as the payment arrives.",
            ),
            Self::Closed => (
                StatusCode::GONE,
                "This reservation has ended",
                "No money was taken. Please register again if there are places left.",
            ),
            Self::NotPayable => (
                StatusCode::UNPROCESSABLE_ENTITY,
                "This registration cannot be paid online",
                "Please contact the organizer of the event.",
            ),
            Self::Upstream => (
                StatusCode::BAD_GATEWAY,
                "The payment page cannot be opened",
                "No money was taken. Please try again later, or contact the organizer of the event.",
            ),
            Self::Busy(_) => (
                StatusCode::SERVICE_UNAVAILABLE,
                "The payment page cannot be opened right now",
                "No money was taken. Please wait a moment and reload this page.",
            ),
            Self::Late => (
                StatusCode::GATEWAY_TIMEOUT,
                "The payment page takes too long to open",
                "No money was taken. Please wait a moment and reload this page.",
            ),
        };
        Text { status, title, advice }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let Text { status, title, advice } = self.text();
        let page = format!(
            "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>{title}</title>\n\
             <style>body{{font:1.1rem/1.5 sans-serif;max-width:36rem;margin:4rem auto;padding:0 1rem}}</style>\n\
             </head>\n<body>\n<main>\n<h1>{title}</h1>\n<p>{advice}</p>\n</main>\n</body>\n</html>\n"
        );
        let mut response = (status, page).into_response();
        let mut set = |name: HeaderName, value: HeaderValue| {
            response.headers_mut().insert(name, value);
        };
        set(CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
        set(
            CONTENT_SECURITY_POLICY,
            HeaderValue::from_static("default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"),
        );
        set(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
        match self {
            Self::Method(allow) => set(ALLOW, HeaderValue::from_static(allow)),
            Self::Busy(wait) => set(RETRY_AFTER, seconds(wait)),
            _ => {}
        }
        response
    }
}

/// A `Retry-After` of at least a second and at most an hour; five seconds if nobody said.
pub(crate) fn seconds(wait: Option<Duration>) -> HeaderValue {
    let wait = wait.unwrap_or(Duration::from_secs(5));
    HeaderValue::from(wait.as_secs().clamp(1, 3600))
}

impl From<Passing> for Problem {
    fn from(passing: Passing) -> Self {
        if passing.late { Self::Late } else { Self::Busy(passing.retry_after) }
    }
}

impl From<VisitError> for Problem {
    fn from(error: VisitError) -> Self {
        match error {
            VisitError::AlreadyPaid => Self::AlreadyPaid,
            VisitError::UnderWay => Self::UnderWay,
            VisitError::Closed => Self::Closed,
            VisitError::Unpriced(_) => Self::NotPayable,
            VisitError::NoPage => Self::Upstream,
            VisitError::Dataverse(error) => error.into(),
            VisitError::Stripe(error) => error.into(),
        }
    }
}

impl From<DataverseError> for Problem {
    fn from(error: DataverseError) -> Self {
        match error {
            DataverseError::Missing => Self::UnknownPurchase,
            DataverseError::Passing(passing) | DataverseError::Token(TokenError::Passing(passing)) => passing.into(),
            DataverseError::Refused { .. }
            | DataverseError::Misfit { .. }
            | DataverseError::Denied(_)
            | DataverseError::Unreadable(_)
            | DataverseError::Token(_) => Self::Upstream,
        }
    }
}

impl From<StripeError> for Problem {
    fn from(error: StripeError) -> Self {
        match error {
            StripeError::Passing(passing) => passing.into(),
            // The parameters were fine and this very price is not: below the minimum, unknown currency.
            StripeError::Refused { status: 400 | 402, .. } => Self::NotPayable,
            StripeError::Refused { .. } | StripeError::Stuck(_) | StripeError::Unreadable(_) => Self::Upstream,
        }
    }
}
