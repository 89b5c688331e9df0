//! Sorts what Dataverse answers instead of a success.

use http::StatusCode;
use serde::Deserialize;

use crate::clients::http::Answer;
use crate::clients::retry::{Passing, Setback};
use crate::clients::token::TokenError;

/// Row or object missing.
const NOT_FOUND: [&str; 2] = ["0x80040217", "0x80060891"];

/// Codes by which the platform or its plug-ins refuse a well-formed call: invalid argument, plug-in abort, plug-in
/// unexpected, invalid operation.
const BUSINESS: [&str; 4] = ["0x80040203", "0x80040265", "0x80040224", "0x8004023b"];

/// Why a call did not succeed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum DataverseError {
    /// No such purchase, in whichever way this environment says so.
    #[error("the purchase does not exist")]
    Missing,
    /// A well-formed call was refused for what it asks.
    #[error("refused with {status} {code}: {message}")]
    Refused { status: u16, code: String, message: String },
    /// The call does not fit this environment: wrong URL, missing app, unknown column. Never the purchase's fault.
    #[error("the environment does not understand the call ({status} {code}: {message})")]
    Misfit { status: u16, code: String, message: String },
    /// The application may not do this.
    #[error("access denied ({0})")]
    Denied(u16),
    /// A success whose content cannot be used.
    #[error("the answer is unreadable: {0}")]
    Unreadable(&'static str),
    #[error(transparent)]
    Token(TokenError),
    #[error("Dataverse: {0}")]
    Passing(#[from] Passing),
}

impl From<TokenError> for DataverseError {
    fn from(error: TokenError) -> Self {
        match error {
            TokenError::Passing(passing) => Self::Passing(passing),
            other => Self::Token(other),
        }
    }
}

#[derive(Deserialize, Default)]
struct Fault {
    error: FaultBody,
}

#[derive(Deserialize, Default)]
struct FaultBody {
    #[serde(default)]
    code: String,
    #[serde(default)]
    message: String,
}

/// Whether the environment complains about a column that it does not have.
pub(super) fn names(answer: &Answer, column: &str) -> bool {
    let fault: Fault = serde_json::from_slice(&answer.body).unwrap_or_default();
    answer.status == StatusCode::BAD_REQUEST && fault.error.message.contains(column)
}

/// Sorts an answer that is no success. When reading, a refusal for business reasons is how some environments say that the row
/// does not exist.
pub(super) fn setback(answer: &Answer, reading: bool) -> Setback<DataverseError> {
    let status = answer.status.as_u16();
    let fault: Option<Fault> = serde_json::from_slice(&answer.body).ok();
    let spoken = fault.is_some();
    let FaultBody { code, message } = fault.unwrap_or_default().error;
    let known = |codes: &[&str]| codes.iter().any(|known| code.eq_ignore_ascii_case(known));
    let message: String = message.chars().filter(|c| !c.is_control()).take(200).collect();
    Setback::Final(match status {
        // 409 and 412: someone else is at work on the row.
        408 | 409 | 412 | 423 | 425 | 429 | 500.. => {
            let reason = format!("Dataverse answered {status} {code}");
            return Setback::Again(Passing::busy(reason, answer.retry_after()));
        }
        401 | 403 => DataverseError::Denied(status),
        400 | 404 if known(&NOT_FOUND) => DataverseError::Missing,
        404 if reading && spoken && code.is_empty() => DataverseError::Missing,
        400 if known(&BUSINESS) && reading => DataverseError::Missing,
        400 if known(&BUSINESS) => DataverseError::Refused { status, code, message },
        _ => DataverseError::Misfit { status, code, message },
    })
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;

    fn sort(status: u16, body: &str, reading: bool) -> String {
        let answer = Answer {
            status: StatusCode::from_u16(status).expect("a status"),
            headers: http::HeaderMap::new(),
            body: Bytes::copy_from_slice(body.as_bytes()),
        };
        let setback = format!("{:?}", setback(&answer, reading));
        setback.split(['{', ' ']).next().unwrap_or_default().replace("Final(", "").replace(')', "")
    }

    #[test]
    fn faults_are_sorted() {
        let fault = |code: &str| format!(r#"{{"error":{{"code":"{code}","message":"m"}}}}"#);
        for (status, body, reading, finalizing) in [
            (404, fault("0x80040217"), "Missing", "Missing"),
            (400, fault("0x80040217"), "Missing", "Missing"),
            (404, fault(""), "Missing", "Misfit"),
            (404, fault("0x8006088a"), "Misfit", "Misfit"),
            (404, "<html>".to_owned(), "Misfit", "Misfit"),
            (400, fault("0x80040265"), "Missing", "Refused"),
            (400, fault("0x80040203"), "Missing", "Refused"),
            (400, fault("0x80060888"), "Misfit", "Misfit"),
            (400, fault("0x80048d19"), "Misfit", "Misfit"),
            (302, String::new(), "Misfit", "Misfit"),
            (403, fault("0x80040220"), "Denied(403", "Denied(403"),
            (412, fault("0x80060882"), "Again(Passing", "Again(Passing"),
            (429, fault("0x80072322"), "Again(Passing", "Again(Passing"),
            (503, String::new(), "Again(Passing", "Again(Passing"),
        ] {
            assert_eq!(sort(status, &body, true), reading, "{status} {body}");
            assert_eq!(sort(status, &body, false), finalizing, "{status} {body}");
        }
    }
}
