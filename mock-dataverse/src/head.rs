//! Answers to `HEAD` carry no body, whatever the handler wrote.

use axum::body::Body;
use axum::extract::Request;
use axum::middleware::Next;
use axum::response::Response;
use http::Method;

/// A layer for a whole face.
pub(crate) async fn without_body(request: Request, next: Next) -> Response {
    let head = request.method() == Method::HEAD;
    let mut response = next.run(request).await;
    if head {
        *response.body_mut() = Body::empty();
    }
    response
}
