//! Several questions in one call: whoever looks at many things at once waits once.

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::response::{IntoResponse as _, Response};
use bytes::Bytes;
use http::{Uri, header};
use tower::ServiceExt as _;

use super::dto::Reads;
use super::routes::{Problem, body_of};

/// The most questions in one call.
const MOST: usize = 1_000;
/// The longest answer to one of them, in bytes: the journal's memory is the largest thing that there is to read.
const MOST_ANSWER: usize = 256 * 1024 * 1024;

/// Asks `routes` every path, one after another. All are answered, or the first refusal is the whole answer.
pub(super) async fn reads(routes: Router, body: Bytes) -> Result<Response, Problem> {
    let Reads { paths } = body_of(&body)?;
    if !(1..=MOST).contains(&paths.len()) {
        return Err(Problem::bad(format!("{} paths", paths.len()), format!("ask 1 to {MOST} at once")));
    }
    let mut answers = b"{\"answers\":[".to_vec();
    for (number, path) in paths.iter().enumerate() {
        let uri: Uri = path.parse().ok().filter(|_| path.starts_with("/v1/")).ok_or_else(|| {
            Problem::bad(format!("{path:?} is no path of the control API"), "write paths as in /v1/journal?last=5")
        })?;
        let mut request = Request::new(Body::empty());
        *request.uri_mut() = uri;
        // The routes answer whatever they are asked.
        let answer = routes.clone().oneshot(request).await.into_response();
        let kind = answer.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        if !answer.status().is_success() {
            return Ok(answer);
        }
        if kind != "application/json" {
            return Err(Problem::bad(format!("{path} does not answer with JSON"), "ask for it in a call of its own"));
        }
        let body = axum::body::to_bytes(answer.into_body(), MOST_ANSWER).await.map_err(|error| {
            Problem::bad(format!("the answer to {path} cannot be read: {error}"), "ask for it in a call of its own")
        })?;
        if number > 0 {
            answers.push(b',');
        }
        answers.extend_from_slice(&body);
    }
    answers.extend_from_slice(b"]}");
    Ok(([(header::CONTENT_TYPE, "application/json")], answers).into_response())
}
