//! The bytes of an answer that was made in memory.

use std::pin::pin;
use std::task::{Context, Poll, Waker};

use axum::body::Body;
use bytes::Bytes;
use http_body_util::BodyExt as _;

/// Reads a body that needs no waiting. Answers of this crate are such: they are written before they are given.
pub(super) fn bytes_of(body: Body) -> Bytes {
    let collected = pin!(body.collect());
    match Future::poll(collected, &mut Context::from_waker(Waker::noop())) {
        Poll::Ready(Ok(collected)) => collected.to_bytes(),
        Poll::Ready(Err(_)) | Poll::Pending => Bytes::new(),
    }
}
