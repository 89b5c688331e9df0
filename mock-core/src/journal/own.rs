//! Copies for the journal that hold on to nothing but themselves.

use bytes::Bytes;
use http::{HeaderMap, HeaderValue};

/// The same headers in memory of their own.
///
/// What comes over a connection shares the buffer that it was read into. Keeping it would keep kilobytes of buffer for every exchange,
/// which the journal's bound knows nothing of, and make the connection take a new buffer each time.
pub(crate) fn own_headers(headers: &HeaderMap) -> HeaderMap {
    let mut text = Vec::with_capacity(headers.values().map(HeaderValue::len).sum());
    for value in headers.values() {
        text.extend_from_slice(value.as_bytes());
    }
    let text = Bytes::from(text);
    let mut own = HeaderMap::with_capacity(headers.len());
    let mut start = 0;
    for (name, value) in headers {
        let end = start + value.len();
        // The bytes were a header's value before.
        if let Ok(value) = HeaderValue::from_maybe_shared(text.slice(start..end)) {
            own.append(name, value);
        }
        start = end;
    }
    own
}

#[cfg(test)]
mod tests {
    use super::own_headers;
    use http::{HeaderMap, HeaderValue, header};

    #[test]
    fn names_values_and_their_order_stay() {
        let mut headers = HeaderMap::new();
        headers.append(header::HOST, HeaderValue::from_static("one"));
        headers.append("x-own", HeaderValue::from_static(""));
        headers.append(header::COOKIE, HeaderValue::from_static("a=1"));
        headers.append(header::COOKIE, HeaderValue::from_bytes(b"b=\xff").unwrap());
        let own = own_headers(&headers);
        assert_eq!(own, headers);
        assert_eq!(own.iter().collect::<Vec<_>>(), headers.iter().collect::<Vec<_>>());
    }
}
