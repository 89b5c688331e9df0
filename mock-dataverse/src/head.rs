//! Answers to `HEAD` carry no body, whatever the handler wrote.

use axum::body::Body;
use axum::extract::Request;
use axum::middleware::Next;
use axum::response::Response;
use http::Method;

/// A layer for a whole face.
pub(crate) async fn without_body(request: Request, next: Next) -> Response {
    let method = request.method().clone();
    answered(&method, next.run(request).await)
}

/// The answer as it goes out to a request of this method.
pub(crate) fn answered(method: &Method, mut response: Response<Body>) -> Response<Body> {
    if method == Method::HEAD {
        *response.body_mut() = Body::empty();
    }
    response
}
