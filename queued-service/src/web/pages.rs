//! The few pages that a buyer may see here. None repeats anything that came from outside.

use std::time::Duration;

use axum::http::header::{ALLOW, CONTENT_SECURITY_POLICY, RETRY_AFTER};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{Html, IntoResponse, Response};

use crate::trouble::Trouble;

/// What is said instead of sending the buyer on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Page {
    Thanks,
    NotPaid,
    Nowhere,
    /// Another one than this.
    WrongMethod(&'static str),
    Damaged,
    TooLong,
    Unknown,
    Paid,
    UnderWay,
    Closed,
    Priceless,
    Busy(Option<Duration>),
    Late,
    Broken,
}

impl Page {
    fn words(self) -> (StatusCode, &'static str, &'static str) {
        match self {
            Self::Thanks => {
                (StatusCode::OK, "Thank you", "Your registration is confirmed as soon as the payment has arrived.")
            }
            Self::NotPaid => (
                StatusCode::OK,
                "You have not paid",
                "Your place is still reserved for a while. To pay, follow the link of the registration page again.",
            ),
            Self::Nowhere => (StatusCode::NOT_FOUND, "There is no such page", "Please check the address."),
            Self::WrongMethod(_) => (
                StatusCode::METHOD_NOT_ALLOWED,
                "That does not work here",
                "Please follow the link of the registration page in a browser.",
            ),
            Self::Damaged => (
                StatusCode::BAD_REQUEST,
                "This link is damaged",
                "Please go back to the registration page and follow its link again.",
            ),
            Self::TooLong => (
                StatusCode::URI_TOO_LONG,
                "This link is too long",
                "Please go back to the registration page and follow its link again.",
            ),
            Self::Unknown => (
                StatusCode::NOT_FOUND,
                "We do not find this registration yet",
                "If you registered a moment ago, please wait a few seconds and load this page again.",
            ),
            Self::Paid => (
                StatusCode::CONFLICT,
                "This registration is paid",
                "There is nothing left to do. You can close this page.",
            ),
            Self::UnderWay => (
                StatusCode::CONFLICT,
                "Your payment is on its way",
                "Please do not pay again. Your registration is confirmed as soon as the payment has arrived.",
            ),
            Self::Closed => (
                StatusCode::GONE,
                "This reservation has ended",
                "Nothing was charged. If there are places left, please register again.",
            ),
            Self::Priceless => (
                StatusCode::UNPROCESSABLE_ENTITY,
                "This registration cannot be paid here",
                "Please ask the organizer of the event.",
            ),
            Self::Busy(_) => (
                StatusCode::SERVICE_UNAVAILABLE,
                "The payment page cannot be opened right now",
                "Nothing was charged. Please wait a moment and load this page again.",
            ),
            Self::Late => (
                StatusCode::GATEWAY_TIMEOUT,
                "The payment page takes too long to open",
                "Nothing was charged. Please wait a moment and load this page again.",
            ),
            Self::Broken => (
                StatusCode::BAD_GATEWAY,
                "The payment page cannot be opened",
                "Nothing was charged. Please try again later, or ask the organizer of the event.",
            ),
        }
    }
}

impl From<&Trouble> for Page {
    fn from(trouble: &Trouble) -> Self {
        match trouble {
            Trouble::Missing => Self::Unknown,
            Trouble::Passing { wait, .. } => Self::Busy(*wait),
            Trouble::Late(_) => Self::Late,
            Trouble::Broken(_) | Trouble::Refused(_) => Self::Broken,
        }
    }
}

impl IntoResponse for Page {
    fn into_response(self) -> Response {
        let (status, title, advice) = self.words();
        let html = format!(
            "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n<title>{title}</title>\n<h1>{title}</h1>\n<p>{advice}</p>\n</html>\n"
        );
        let mut response = (status, Html(html)).into_response();
        let headers = response.headers_mut();
        headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'"));
        match self {
            Self::WrongMethod(allowed) => drop(headers.insert(ALLOW, HeaderValue::from_static(allowed))),
            Self::Busy(wait) => {
                let seconds = wait.map_or(2, |wait| wait.as_secs().clamp(1, 86_400));
                headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
            }
            _ => {}
        }
        response
    }
}
